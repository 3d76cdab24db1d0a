"""Data to learn from: bundled, or downloaded once and kept."""

from seedgrad.datasets.cache import data_folder as data_folder
from seedgrad.datasets.cache import fetch as fetch
from seedgrad.datasets.digits import Digits as Digits
from seedgrad.datasets.fashion import FashionMNIST as FashionMNIST
from seedgrad.datasets.idx import read_idx as read_idx
from seedgrad.datasets.images import ImageDataset as ImageDataset
