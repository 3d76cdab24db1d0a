"""Networks from the literature, written with the public layers; the top of each file names its paper."""

from .lenet import LeNet5 as LeNet5
