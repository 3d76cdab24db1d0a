"""Compiling kernels is announced once, in one line that a program can silence."""

from __future__ import annotations

import logging
import multiprocessing
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

pytest.importorskip("numba")
from seedgrad.kernels import notice as module

USE = (
    "import seedgrad as sg; from seedgrad.kernels import notice; notice.SECONDS = {seconds}; {first}"
    "x = sg.zeros(20_000); sg.nn.functional.relu(x); sg.relu(x)"
)


def _run(cache, seconds=0.0, first=""):
    env = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    code = USE.format(seconds=seconds, first=first)
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stderr


def test_first_use_says_what_takes_so_long_and_the_second_process_nothing(tmp_path):
    said = _run(tmp_path)
    assert said.count("\n") == 1
    assert "compiling kernels" in said
    assert str(tmp_path) in said
    assert _run(tmp_path) == ""


def test_a_program_can_silence_it(tmp_path):
    assert _run(tmp_path, first="import logging; logging.getLogger('seedgrad').setLevel(logging.ERROR); ") == ""


def _event(name):
    return SimpleNamespace(data={"dispatcher": SimpleNamespace(py_func=SimpleNamespace(__module__=name))})


@pytest.fixture
def clock(monkeypatch):
    now = SimpleNamespace(seconds=0.0)
    monkeypatch.setattr(module.time, "perf_counter", lambda: now.seconds)
    return now


def _compile(listener, clock, seconds, name="seedgrad.kernels.numba_norm"):
    listener.on_start(_event(name))
    clock.seconds += seconds
    listener.on_end(_event(name))


def test_it_comes_when_a_second_has_passed_and_not_again(clock, caplog):
    listener = module.Notice()
    with caplog.at_level(logging.WARNING, "seedgrad.kernels"):
        _compile(listener, clock, 0.6)
        assert not caplog.records
        _compile(listener, clock, 0.6)
        _compile(listener, clock, 5.0)
    assert [r.levelname for r in caplog.records] == ["WARNING"]
    assert "kept in" in caplog.text


def test_functions_of_others_do_not_count(clock, caplog):
    listener = module.Notice()
    _compile(listener, clock, 60.0, "their.module")
    assert listener.seconds == 0
    assert not caplog.records


def test_what_is_compiled_inside_of_another_counts_once(clock):
    listener = module.Notice()
    listener.on_start(_event("seedgrad.kernels.outer"))
    _compile(listener, clock, 0.25, "seedgrad.kernels.inner")
    clock.seconds += 0.25
    listener.on_end(_event("seedgrad.kernels.outer"))
    assert listener.seconds == 0.5


def test_worker_processes_say_nothing(clock, caplog, monkeypatch):
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: object())
    listener = module.Notice()
    _compile(listener, clock, 3.0)
    assert listener.given
    assert not caplog.records
