"""Tensors in files."""

from seedgrad.io.replace import replace_file as replace_file
from seedgrad.io.tensorfile import load as load
from seedgrad.io.tensorfile import load_metadata as load_metadata
from seedgrad.io.tensorfile import save as save
