"""Distances. What PyTorch has under this path."""

from ..distance import CosineSimilarity as CosineSimilarity
from ..distance import PairwiseDistance as PairwiseDistance
