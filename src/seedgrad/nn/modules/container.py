"""Containers of modules and parameters. What PyTorch has under this path."""

from ..lists import ModuleDict as ModuleDict
from ..lists import ModuleList as ModuleList
from ..parameter_containers import ParameterDict as ParameterDict
from ..parameter_containers import ParameterList as ParameterList
from ..sequential import Sequential as Sequential
