"""The benchmark program: what is chosen, what measured processes see, failures, and the end by Ctrl-C."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from measuring import recorded

import benchmarks.__main__ as program
from benchmarks import machine, memory, page, process, runner, store
from benchmarks.process import Failed, Process
from benchmarks.report import line
from benchmarks.sections import SECTIONS


@pytest.fixture
def worker() -> Iterator[Process]:
    found = Process("seedgrad")
    yield found
    found.close()


def _main(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["benchmarks", *words])
    monkeypatch.setattr(program, "conditions", lambda: dict(recorded.CONDITIONS))
    return program.main()


def _rows(monkeypatch: pytest.MonkeyPatch, row: Any) -> None:
    """Let every section make its rows by a function of the name."""
    for name, section in SECTIONS.items():
        made = dataclasses.replace(section, row=lambda bench, effort, name, progress: row(name))
        monkeypatch.setitem(SECTIONS, name, made)


def test_rows_are_chosen_by_section_name_and_beginning() -> None:
    names = SECTIONS["ops"].names
    assert SECTIONS["ops"].chosen([], False) == list(names)
    assert SECTIONS["ops"].chosen(["conv"], False) == [n for n in names if n.startswith("conv_")]
    assert SECTIONS["workloads"].chosen(["lenet"], False) == ["lenet"]
    assert set(SECTIONS["scaling"].chosen([], True)) < set(SECTIONS["scaling"].names)
    assert all(len(set(s.names)) == len(s.names) for s in SECTIONS.values())


def test_unknown_names_are_refused_with_what_there_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        _main(monkeypatch, "scaling", "mlp_bach")
    assert "scaling has nothing called mlp_bach; there are mlp_batch_16" in capsys.readouterr().err


def test_a_failure_leaves_the_other_rows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def row(name: str) -> dict[str, Any]:
        if name == "mlp_small":
            raise Failed("it broke")
        return recorded.times(0.5)

    _rows(monkeypatch, row)
    file = tmp_path / "found.json"
    assert _main(monkeypatch, "chain", "mlp", "lenet", "--no-write", "--json", str(file)) == 1
    said = capsys.readouterr().out
    assert "FAILED: it broke" in said and "1 failed" in said
    rows = json.loads(file.read_text())["sections"]["workloads"]
    assert list(rows) == ["chain", "mlp_small", "mlp_large", "lenet"] and "ratio" in rows["lenet"]


def test_ctrl_c_ends_quietly_and_keeps_finished_rows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def row(name: str) -> dict[str, Any]:
        if name == "mlp_small":
            raise KeyboardInterrupt
        return recorded.times(0.5)

    _rows(monkeypatch, row)
    kept: dict[str, Any] = {}
    monkeypatch.setattr(store, "start", lambda name, conditions: {"conditions": conditions, "rows": {}})
    monkeypatch.setattr(store, "keep", lambda name, data: kept.update(data["rows"]))
    monkeypatch.setattr(page, "write", lambda: pytest.fail("an unfinished run must not write the page"))
    assert _main(monkeypatch, "workloads") == 130
    assert capsys.readouterr().err.strip() == "stopped; rows that were finished are stored"
    assert list(kept) == ["chain", "elementwise"]


def test_quick_runs_write_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _rows(monkeypatch, lambda name: recorded.times(0.5))
    monkeypatch.setattr(store, "keep", lambda *_: pytest.fail("stored"))
    monkeypatch.setattr(page, "write", lambda: pytest.fail("written"))
    assert _main(monkeypatch, "--quick", "workloads") == 0


def test_settings_of_blas_do_not_reach_measured_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("OMP_NUM_THREADS", "77")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "kept")
    assert {"OPENBLAS_CORETYPE", "OMP_NUM_THREADS"} <= set(process.dropped())
    seen = process.environment()
    assert "OPENBLAS_CORETYPE" not in seen and seen["NUMBA_CACHE_DIR"] == "kept"
    assert seen["OMP_NUM_THREADS"] == str(machine.cores())


def test_a_process_measures_and_reports_errors(worker: Process) -> None:
    first = worker.ask("workload", name="mlp_small", steps=3)
    assert len(first["found"]) == 3 and first["seconds"] > 0
    assert 0 < worker.ask("measure", times=2, wake=0)["forward"] < 1
    found = worker.ask("memory")
    assert 0 < found["above"] < found["peak"] and found["threads"] == machine.cores()
    with pytest.raises(Failed, match="seedgrad: KeyError: 'nothing'"):
        worker.ask("workload", name="nothing", steps=1)
    assert set(worker.ask("operation", name="softmax_1", steps=1)) == {"found", "seconds"}
    assert set(worker.ask("measure", times=1, wake=0)) == {"forward", "backward"}


def test_a_compiled_process_replays_or_says_why_not() -> None:
    with process.together(["seedgrad.compile", "torch"]) as (ours, theirs):
        found = [p.ask("workload", name="mlp_small", steps=5)["found"] for p in (ours, theirs)]
        runner.compare_numbers("mlp_small", *found, 1e-3)
        assert 0 < ours.ask("measure", times=2, wake=0)["forward"] < 1
        with pytest.raises(Failed, match=r"seedgrad.compile: RuntimeError: it is not replayed: recorded 0, replayed 0"):
            ours.ask("workload", name="generation", steps=3)


def test_processes_take_turns_from_both_ends() -> None:
    asked: list[tuple[str, float]] = []

    class Fake:
        def __init__(self, kind: str, seconds: float) -> None:
            self.kind, self.seconds = kind, seconds

        def ask(self, do: str, times: int, wake: float) -> dict[str, float]:
            asked.append((self.kind, wake))
            return {"forward": self.seconds}

    three: Any = [Fake("a", 1.0), Fake("b", 2.0), Fake("c", 4.0)]
    assert runner.alternate(three, 2, 1, 0.5) == {"forward": [(1.0, 2.0, 4.0)] * 2}
    assert asked == [("a", 0.5), ("b", 0.5), ("c", 0.5), ("c", 0), ("b", 0.5), ("a", 0.5)]


def test_a_process_that_dies_is_a_failure(worker: Process) -> None:
    worker.kill()
    with pytest.raises(Failed, match="the seedgrad process ended with -9"):
        worker.ask("memory")


def test_numpy_alone_has_no_compiler() -> None:
    code = (
        "from benchmarks.worker import Server, hide_extra; hide_extra(); s = Server('numpy');"
        "s.workload('elementwise', 1); import sys; print(sys.modules['numba'], sys.modules['threadpoolctl'],"
        "'seedgrad.kernels' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=process.ROOT, env=process.environment(), capture_output=True, text=True
    )
    assert done.stdout.split() == ["None", "None", "False"], done.stderr


def test_peak_memory_is_that_of_this_process_and_of_those_it_started() -> None:
    code = (
        "from benchmarks import memory; import subprocess, sys; before = memory.peak_mib(); x = bytearray(64 << 20);"
        "print(memory.peak_mib() - before, memory.helpers_mib(), end=' ');"
        "p = subprocess.Popen([sys.executable, '-c', 'x = bytearray(32 << 20); print(1, flush=True); input()'],"
        "stdin=subprocess.PIPE, stdout=subprocess.PIPE); p.stdout.readline();"
        "print(memory.helpers_mib()); p.communicate(b'x')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=process.ROOT, capture_output=True, text=True, check=True)
    grown, none, helper = map(float, done.stdout.split())
    assert 63 < grown < 70 and none == 0
    if os.path.exists("/proc/self/smaps_rollup"):
        assert 32 < helper < 60
    assert memory.peak_mib() > 10


def test_summary_takes_ratios_round_by_round() -> None:
    rounds = [(1.0, 2.0)] * 9 + [(30.0, 10.0)] + [(2.0, 4.0)] * 5
    found = runner.summary(rounds)
    assert found["ratio"] == found["low"] == found["high"] == 0.5
    assert found["ours_ms"] == 1000 and found["theirs_ms"] == 2000


def test_slow_steps_get_fewer_rounds_and_fast_ones_more_repetitions() -> None:
    effort = runner.Effort(1, 6, 0.1, 0.0)
    assert runner.repetitions([{"seconds": 0.5}, {"seconds": 0.1}], effort) == (3, 1)
    assert runner.repetitions([{"seconds": 0.001}, {"seconds": 0.002}], effort) == (6, 50)
    assert runner.repetitions([{"seconds": 0.0}, {"seconds": 0.0}], effort)[1] == 2000


@pytest.mark.parametrize("theirs", [[1.0, 2.1], [1.0], [1.0, math.nan]])
def test_different_losses_are_a_failure(theirs: list[float]) -> None:
    with pytest.raises(Failed, match="lenet: the losses differ, so the work does"):
        runner.compare_numbers("lenet", [1.0, 2.0], theirs, 1e-3)
    runner.compare_numbers("lenet", [1.0, 2.0], [1.0, 2.001], 1e-3)


def test_different_numbers_of_threads_are_a_failure() -> None:
    with pytest.raises(Failed, match="2 threads against 1"):
        runner.check_threads([{"threads": 2}, {"threads": 2}, {"threads": 1}])


def test_lines_of_all_sections_have_both_times_and_the_ratio() -> None:
    for name in SECTIONS:
        for row, values in recorded.section(name)["rows"].items():
            assert "ms" in line(name, row, values) and "(" in line(name, row, values)
    assert "tokens/s" in line("workloads", "generation", recorded.times(0.5))
