"""Checks around the tests with worker processes."""

import gc
import multiprocessing

import pytest


@pytest.fixture
def new_workers():
    """A function that returns the worker processes started since the test began; at its end none may be left.

    A caught exception holds its test's frame, and the frame an unfinished iterator, until the garbage is
    collected.
    """
    gc.collect()
    before = {process.pid for process in multiprocessing.active_children()}

    def started():
        return [process for process in multiprocessing.active_children() if process.pid not in before]

    yield started
    gc.collect()
    assert started() == []
