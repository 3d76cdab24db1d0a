"""Tensors in files."""

from seedgrad.io.pickles import CheckpointError as CheckpointError
from seedgrad.io.replace import replace_file as replace_file
from seedgrad.io.tensorfile import load as load
from seedgrad.io.tensorfile import load_metadata as load_metadata
from seedgrad.io.tensorfile import save as save
from seedgrad.io.torchfile import load_torch as load_torch
from seedgrad.io.torchwrite import save_torch as save_torch
