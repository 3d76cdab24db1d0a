"""The page and its pictures, from recorded results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from measuring import recorded

from benchmarks import charts, page, store, workload_table
from benchmarks.operations import OPERATIONS
from benchmarks.scaling import SERIES
from benchmarks.sections import SECTIONS
from benchmarks.workloads import WORKLOADS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "benchmarks"
    found.mkdir()
    for name in SECTIONS:
        (found / f"{name}.json").write_text(json.dumps(recorded.section(name)))
    return found


def _change(folder: Path, section: str, **rows: object) -> None:
    path = folder / f"{section}.json"
    data = json.loads(path.read_text())
    data["rows"].update(rows)
    path.write_text(json.dumps(data))


def test_page_has_all_sections_rows_and_pictures(folder: Path) -> None:
    text = page.write(folder).read_text()
    for workload in WORKLOADS.values():
        assert f"| {workload.text} |" in text
    for operation in OPERATIONS.values():
        assert f"| {operation.text} |" in text
    for name in ("ratios", "scaling_mlp", "scaling_gpt"):
        assert f"(benchmarks/{name}.svg)" in text
        assert (folder / f"{name}.svg").read_text().startswith("<?xml")
    assert "a processor" in text and "2020-01-02" in text
    assert "tokens/s" in text and "images/s" in text
    assert max(map(len, page.HEAD.splitlines())) < 135


def test_verdicts_follow_the_targets(folder: Path) -> None:
    _change(
        folder,
        "workloads",
        mlp_small=recorded.times(0.71) | recorded.memory(1),
        lenet=recorded.times(0.99) | recorded.memory(300) | {"theirs_mib": 100},
    )
    _change(folder, "numpy-only", lenet=recorded.times(3.2), unet={"error": "seedgrad: a | b"})
    lines = {line.split(" | ")[0]: line for line in page.write(folder).read_text().splitlines()}
    small = lines[f"| {WORKLOADS['mlp_small'].text}"]
    assert "≤ 0.7: **no**" in small and "41 (+1) / 221 (+0)" in small and "| not measured |" in small
    lenet = lines[f"| {WORKLOADS['lenet'].text}"]
    assert "≤ 1: yes" in lenet and "**higher**" in lenet and "3.20, **over 3**" in lenet
    assert lines[f"| {WORKLOADS['unet'].text}"].endswith("| failed: seedgrad: a / b |")


def test_geometric_mean_is_of_the_workloads_alone(folder: Path) -> None:
    rows = {name: recorded.times(0.5) for name in WORKLOADS}
    rows["chain"], rows["unet"] = recorded.times(2.0), {"error": "failed"}
    rows["lenet"] = recorded.times(0.125)
    assert workload_table.geometric_mean(rows | {"scalar": recorded.times(0.01)}) == pytest.approx(0.5)
    assert workload_table.geometric_mean({}) is None and workload_table.means({}) == []
    _change(folder, "workloads", **rows)
    text = page.write(folder).read_text()
    assert "**Geometric mean of the ratios, all workloads as written (eager): 0.50**, target ≤ 0.7: yes." in text
    assert "Geometric mean with" not in text


def test_the_second_mean_has_the_compiled_ratio_where_there_is_one_even_a_worse_one(folder: Path) -> None:
    rows = {name: recorded.times(1.0) for name in WORKLOADS}
    rows["chain"] |= {"compiled": recorded.times(0.25)}
    rows["lenet"] |= {"compiled": recorded.times(2.0)}
    n = len(WORKLOADS)
    assert workload_table.geometric_mean(rows, compiled=True) == pytest.approx(0.5 ** (1 / n))
    _change(folder, "workloads", **rows)
    text = page.write(folder).read_text()
    assert "all workloads as written (eager): 1.00**" in text
    assert (
        f"where it can be used: {0.5 ** (1 / n):.2f}** (2 workloads compiled, faster or not; {n - 2} at their" in text
    )
    assert "Compiled: 1 of 2; no slower than as written: 1." in text


def test_compiled_steps_stand_beside_and_the_others_say_why(folder: Path) -> None:
    lines = {line.split(" | ")[0]: line for line in page.write(folder).read_text().splitlines()}
    head = next(line for line in lines.values() if "| `seedgrad.compile` / PyTorch eager |" in line)
    chain = lines[f"| {WORKLOADS['chain'].text}"]
    assert "| 0.8 ms | 0.40 (0.36–0.44) | 40 (+0) / 40 (+0) / 220 (+0) |" in chain
    reasons = list(dict.fromkeys(w.as_written for w in WORKLOADS.values() if w.as_written))
    for workload in WORKLOADS.values():
        line = lines[f"| {workload.text}"]
        assert line.count("|") == head.count("|")
        if workload.as_written:
            mark = f"<sup>{reasons.index(workload.as_written) + 1}</sup>"
            assert f"| – | – {mark} |" in line and f"{mark} Runs as written: {workload.as_written}.  " in lines


def test_failures_and_missing_sections_are_said(folder: Path) -> None:
    _change(folder, "workloads", unet={"error": "torch: out of memory"})
    _change(folder, "ops", conv_1={"error": "conv_1: the losses differ"})
    _change(folder, "scaling", gpt_context_1024={"error": "no"})
    (folder / "numpy-only.json").unlink()
    text = page.write(folder).read_text()
    assert "failed: torch: out of memory" in text and "failed: conv_1: the losses differ" in text
    assert "- failed: gpt_context_1024: no" in text
    assert "| not measured |" in text
    for name in ("workloads", "ops", "scaling"):
        (folder / f"{name}.json").unlink()
    text = page.write(folder).read_text()
    for name in ("workloads", "ops", "scaling"):
        assert f"Not measured yet: `python -m benchmarks {name}`." in text


def test_sections_measured_under_other_conditions_have_their_own_table(folder: Path) -> None:
    other = recorded.section("ops") | {"conditions": {"processor": "another"}}
    (folder / "ops.json").write_text(json.dumps(other))
    text = page.write(folder).read_text()
    assert "| sections | ops 2020-01-02 |" in text and "| processor | another |" in text


def test_pages_of_other_programs_are_linked(folder: Path) -> None:
    assert "## Further" not in page.write(folder).read_text()
    (folder / "convolution.md").write_text("# Ways to convolve\n")
    assert "- [Ways to convolve](benchmarks/convolution.md)" in page.write(folder).read_text()


def test_pictures_are_the_same_for_the_same_results(folder: Path) -> None:
    page.write(folder)
    first = {path: path.read_bytes() for path in folder.glob("*.svg")}
    page.write(folder)
    assert len(first) == 3 and all(path.read_bytes() == before for path, before in first.items())


def test_bars_show_every_ratio_and_the_line_at_one() -> None:
    figure = charts.ratio_bars([("fast", recorded.times(0.5)), ("slow", recorded.times(1.5))], 0.87)
    (axes,) = figure.axes
    assert not any(line.get_marker() == "D" for line in axes.lines)
    assert [bar.get_width() for bar in axes.patches] == [0.5, 1.5]
    assert axes.patches[0].get_facecolor() != axes.patches[1].get_facecolor()
    assert any(list(line.get_xdata()) == [1, 1] for line in axes.lines)
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["fast", "slow"]


def test_bars_have_a_diamond_for_each_compiled_step() -> None:
    rows = [("one", recorded.times(0.5) | {"compiled": recorded.times(0.2)}), ("other", recorded.times(1.5))]
    (axes,) = charts.ratio_bars(rows, None).axes
    shown = [line for line in axes.lines if line.get_marker() == "D" and len(line.get_xdata())]
    assert [list(line.get_xdata()) for line in shown] == [[0.2]]


def test_curves_have_a_panel_for_each_axis_and_skip_what_failed() -> None:
    rows = recorded.section("scaling")["rows"]
    rows["gpt_context_1024"] = {"error": "no"}
    figure = charts.scaling_curves("GPT", rows)
    assert figure is not None and len(figure.axes) == 2 * sum(s.model == "GPT" for s in SERIES.values())
    context = next(a for a in figure.axes if a.get_title().startswith("context"))
    assert len(context.lines[0].get_xdata()) == len(SERIES["gpt_context"].sizes) - 1
    assert context.get_xscale() == context.get_yscale() == "log"
    assert charts.scaling_curves("GPT", {}) is None


def test_stored_rows_of_other_conditions_are_not_mixed_in(tmp_path: Path) -> None:
    data = store.start("ops", recorded.CONDITIONS, tmp_path)
    data["rows"]["conv_1"] = {"forward": {"ratio": 0.123456}}
    store.keep("ops", data, tmp_path)
    again = store.start("ops", recorded.CONDITIONS, tmp_path)
    assert again["rows"] == {"conv_1": {"forward": {"ratio": 0.1235}}}
    assert store.start("ops", recorded.CONDITIONS | {"cores": "1 of 2"}, tmp_path)["rows"] == {}
