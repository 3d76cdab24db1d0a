"""Shuffling channels. What PyTorch has under this path."""

from ..shuffle import ChannelShuffle as ChannelShuffle
