"""Modules that learn the size of their input from the first one they see."""

from ..lazy import LazyModuleMixin as LazyModuleMixin
