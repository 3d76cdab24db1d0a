"""`seedgrad doctor`: what it finds, and what it advises."""

from __future__ import annotations

import importlib.util
import os

import pytest
from typer.testing import CliRunner

import seedgrad
from seedgrad.cli import doctor
from seedgrad.cli.app import app


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in doctor.SETTINGS:
        monkeypatch.delenv(name, raising=False)


def test_command_prints_blas_threads_and_extras() -> None:
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 0
    for word in (
        f"seedgrad        {seedgrad.__version__}",
        "BLAS",
        "GFLOP/s",
        "numba",
        f"of {os.cpu_count()} processors",
    ):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("OPENBLAS_CORETYPE", "Haswell", "OPENBLAS_CORETYPE=Haswell pins the kernels"),
        ("PYTHONDONTWRITEBYTECODE", "1", "compile every file at every start"),
        ("NUMBA_DISABLE_JIT", "1", "runs kernels uncompiled"),
        ("SEEDGRAD_MALLOC", "0", "makes every large array fresh memory"),
    ],
)
def test_settings_that_slow_things_down_are_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, text: str
) -> None:
    monkeypatch.setenv(name, value)
    found = doctor.examine()
    assert (name, value) in found.lines
    assert any(text in line and f"unset {name}" in line for line in found.advice)


@pytest.mark.parametrize(("kept", "text"), [(True, "kept for the next array"), (False, "as the C library sees fit")])
def test_what_happens_to_freed_memory_is_told(monkeypatch: pytest.MonkeyPatch, kept: bool, text: str) -> None:
    monkeypatch.setattr(seedgrad._allocator, "kept", kept)
    assert any(name == "memory" and text in value for name, value in doctor.examine().lines)


def test_blas_is_described_as_it_is_now() -> None:
    threadpoolctl = pytest.importorskip("threadpoolctl")
    described = [value for name, value in doctor.examine().lines if name == "BLAS"]
    libraries = [info for info in threadpoolctl.threadpool_info() if info["user_api"] == "blas"]
    assert len(described) == len(libraries)
    for info, text in zip(libraries, described, strict=True):
        for word in (
            info["internal_api"],
            info["version"],
            f"{info['num_threads']} threads",
            info.get("architecture", "?"),
        ):
            assert word in text


def test_unused_processors_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.os, "cpu_count", lambda: 8)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert "OMP_NUM_THREADS=2 leaves 6 of 8 processors unused: unset OMP_NUM_THREADS" in doctor.examine().advice


def test_missing_extras_come_with_their_command(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in ("numba", "threadpoolctl") else real(name)
    )
    found = doctor.examine()
    assert ("numba", "not installed") in found.lines
    assert any(line == 'numba is missing (compiled kernels): pip install "seedgrad[fast]"' for line in found.advice)
    assert any("threadpoolctl would say more" in value for _, value in found.lines)


def test_without_advice_it_says_so() -> None:
    assert doctor.report(doctor.Findings([("a", "b")], [])).endswith("Nothing to change.")
