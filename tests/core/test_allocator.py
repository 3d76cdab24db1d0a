"""Freed memory is kept for the next array, unless the user or another C library decides otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import seedgrad  # the first import sets the allocator of this process; the tests below start others
from seedgrad.core import allocator

# 60 arrays of 900,000 floats are 53,000 pages, all touched for the first time where each is fresh memory.
PROGRAM = """
import resource
import seedgrad as sg
x = sg.ones(900_000)
y = x * x + x
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(30):
    y = x * x
    z = y + x
    del y, z
print(sg._allocator.kept, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
glibc = pytest.mark.skipif(not allocator._has_glibc(), reason="needs glibc")


def run(**settings: str) -> tuple[str, int]:
    environment = {k: v for k, v in os.environ.items() if k not in (*allocator.SETTINGS, "GLIBC_TUNABLES")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={**environment, **settings}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    kept, faults = done.stdout.split()
    return kept, int(faults)


@glibc
def test_products_of_large_arrays_touch_no_fresh_memory() -> None:
    kept, faults = run(SEEDGRAD_MALLOC="1")
    assert kept == "True"
    assert faults < 3_000


@glibc
def test_it_can_be_turned_off() -> None:
    assert run(SEEDGRAD_MALLOC="0")[0] == "False"


@glibc
@pytest.mark.parametrize("name", [*allocator.SETTINGS, "GLIBC_TUNABLES"])
def test_settings_of_the_users_own_are_left_alone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for each in (*allocator.SETTINGS, "GLIBC_TUNABLES", "SEEDGRAD_MALLOC"):
        monkeypatch.delenv(each, raising=False)
    assert allocator.wanted()
    monkeypatch.setenv(name, "glibc.malloc.trim_threshold=100000")
    assert not allocator.wanted()


@pytest.mark.parametrize("error", [ValueError, AttributeError])
def test_other_c_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def confstr(name: str) -> str:
        raise error(name)

    monkeypatch.setattr(allocator.os, "confstr", confstr, raising=False)
    assert not allocator.keep_memory()


def test_musl_has_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocator.os, "confstr", lambda name: None, raising=False)
    assert not allocator.keep_memory()


def test_the_result_is_recorded() -> None:
    assert seedgrad._allocator.kept is allocator.kept
