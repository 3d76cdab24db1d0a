"""The page and its pictures, from recorded results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from measuring import recorded

from benchmarks import charts, page, store
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
    assert "≤ 0.7: **no**" in small and "41 (+1) / 221 (+0)" in small
    lenet = lines[f"| {WORKLOADS['lenet'].text}"]
    assert "≤ 1: yes" in lenet and "**higher**" in lenet and "3.20, **over 3**" in lenet
    assert lines[f"| {WORKLOADS['unet'].text}"].endswith("| failed: seedgrad: a / b |")


def test_geometric_mean_is_of_the_workloads_alone(folder: Path) -> None:
    rows = {name: recorded.times(0.5) for name in WORKLOADS}
    rows["chain"], rows["unet"] = recorded.times(2.0), {"error": "failed"}
    rows["lenet"] = recorded.times(0.125)
    assert page.geometric_mean(rows | {"scalar": recorded.times(0.01)}) == pytest.approx(0.5)
    assert page.geometric_mean({}) is None
    _change(folder, "workloads", **rows)
    assert "**Geometric mean of the ratios: 0.50**, target ≤ 0.7: yes." in page.write(folder).read_text()


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
    assert [bar.get_width() for bar in axes.patches] == [0.5, 1.5]
    assert axes.patches[0].get_facecolor() != axes.patches[1].get_facecolor()
    assert any(list(line.get_xdata()) == [1, 1] for line in axes.lines)
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["fast", "slow"]


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
