"""Data sets, samplers and the loader that makes batches of them."""

from seedgrad.data.collate import default_collate as default_collate
from seedgrad.data.collate import default_convert as default_convert
from seedgrad.data.combine import ChainDataset as ChainDataset
from seedgrad.data.combine import ConcatDataset as ConcatDataset
from seedgrad.data.combine import StackDataset as StackDataset
from seedgrad.data.dataset import Dataset as Dataset
from seedgrad.data.dataset import IterableDataset as IterableDataset
from seedgrad.data.dataset import TensorDataset as TensorDataset
from seedgrad.data.info import WorkerInfo as WorkerInfo
from seedgrad.data.info import get_worker_info as get_worker_info
from seedgrad.data.loader import DataLoader as DataLoader
from seedgrad.data.sampler import BatchSampler as BatchSampler
from seedgrad.data.sampler import RandomSampler as RandomSampler
from seedgrad.data.sampler import Sampler as Sampler
from seedgrad.data.sampler import SequentialSampler as SequentialSampler
from seedgrad.data.sampler import SubsetRandomSampler as SubsetRandomSampler
from seedgrad.data.sampler import WeightedRandomSampler as WeightedRandomSampler
from seedgrad.data.subset import Subset as Subset
from seedgrad.data.subset import random_split as random_split
