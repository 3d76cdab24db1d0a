"""Downloads: checked, continued, whole or not at all."""

import hashlib
import io
import multiprocessing
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from seedgrad.datasets import cache, data_folder, fetch

from .local_server import serve

DATA = np.random.default_rng(0).bytes(700_000)
SUM = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def site():
    with serve({"data.bin": DATA, "wrong.bin": DATA[:-1] + b"!"}) as site:
        yield site


def test_fetch_downloads_once(site, tmp_path):
    path = tmp_path / "deep" / "folder" / "data.bin"
    assert fetch([site.url + "data.bin"], path, [SUM]) == path
    assert path.read_bytes() == DATA and os.listdir(path.parent) == ["data.bin"]
    fetch([site.url + "data.bin"], path, [SUM])
    assert site.requests == [("data.bin", None)]


def test_fetch_accepts_any_of_several_sums(site, tmp_path):
    fetch([site.url + "data.bin"], tmp_path / "x", ["0" * 64, SUM])
    assert (tmp_path / "x").read_bytes() == DATA


def test_fetch_continues_a_download_that_was_cut_off(site, tmp_path):
    site.cut_after = 300_000
    with pytest.raises(ConnectionError, match=r"ended after 300000 of 700000 bytes\n.*goes on from there"):
        fetch([site.url + "data.bin"], tmp_path / "x", [SUM])
    assert os.listdir(tmp_path) == ["x.part"]
    site.cut_after = None
    fetch([site.url + "data.bin"], tmp_path / "x", [SUM])
    assert (tmp_path / "x").read_bytes() == DATA and os.listdir(tmp_path) == ["x"]
    assert site.requests == [("data.bin", None), ("data.bin", "bytes=300000-")]


def test_fetch_starts_again_if_the_server_knows_no_ranges(site, tmp_path):
    (tmp_path / "x.part").write_bytes(DATA[:1000])
    site.ranges = False
    fetch([site.url + "data.bin"], tmp_path / "x", [SUM])
    assert (tmp_path / "x").read_bytes() == DATA


@pytest.mark.parametrize("left_over", [b"other bytes", DATA + b"more", DATA])
def test_fetch_recovers_from_any_left_over_part(site, tmp_path, left_over):
    (tmp_path / "x.part").write_bytes(left_over)
    fetch([site.url + "data.bin"], tmp_path / "x", [SUM])
    assert (tmp_path / "x").read_bytes() == DATA and os.listdir(tmp_path) == ["x"]


def test_fetch_tries_the_next_address(site, tmp_path):
    urls = [
        site.url + "none.bin",
        "http://127.0.0.1:9/refused",
        site.url + "wrong.bin",
        site.url + "data.bin",
    ]
    fetch(urls, tmp_path / "x", [SUM])
    assert (tmp_path / "x").read_bytes() == DATA


def test_fetch_that_fails_everywhere_says_why(site, tmp_path):
    with pytest.raises(ConnectionError, match="cannot download x:") as error:
        fetch([site.url + "none.bin", site.url + "wrong.bin"], tmp_path / "x", [SUM])
    first, second = str(error.value).splitlines()[1:]
    assert "none.bin: HTTP Error 404" in first
    assert "wrong.bin: the file there has the SHA-256 " in second and second.endswith(f"expected {SUM}")
    assert os.listdir(tmp_path) == []


def test_fetch_reports_server_errors(site, tmp_path):
    site.status = 503
    with pytest.raises(ConnectionError, match="HTTP Error 503"):
        fetch([site.url + "data.bin"], tmp_path / "x", [SUM])


def test_fetch_checks_a_file_that_is_there(tmp_path):
    (tmp_path / "x").write_bytes(b"something else")
    with pytest.raises(RuntimeError, match=f"its SHA-256 must be {SUM}, but is .*Delete it"):
        fetch(["http://127.0.0.1:9/unused"], tmp_path / "x", [SUM])
    assert (tmp_path / "x").read_bytes() == b"something else"


def _fetch_in_process(url, path):
    fetch([url], path, [SUM])


def test_processes_that_want_the_same_file_wait_for_each_other(site, tmp_path):
    context = multiprocessing.get_context("spawn")
    arguments = (site.url + "data.bin", tmp_path / "x")
    processes = [context.Process(target=_fetch_in_process, args=arguments) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
        assert process.exitcode == 0
        process.close()
    assert (tmp_path / "x").read_bytes() == DATA
    assert os.name != "posix" or len(site.requests) == 1


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("rich", [True, False])
def test_progress_is_shown_on_a_terminal(site, tmp_path, monkeypatch, rich):
    if rich:
        pytest.importorskip("rich")
    else:
        monkeypatch.setitem(sys.modules, "rich.console", None)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    fetch([site.url + "data.bin"], tmp_path / "data.bin", [SUM])
    shown = terminal.getvalue()
    assert "data.bin" in shown and "100%" in shown if not rich else "data.bin" in shown


def test_progress_is_silent_elsewhere(site, tmp_path, capsys, monkeypatch):
    fetch([site.url + "data.bin"], tmp_path / "a", [SUM])
    assert capsys.readouterr() == ("", "")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    fetch([site.url + "data.bin"], tmp_path / "b", [SUM], progress=False)
    assert terminal.getvalue() == ""


def test_data_folder_follows_the_environment(monkeypatch):
    monkeypatch.setenv("SEEDGRAD_DATA", os.path.join("~", "my data"))
    assert data_folder() == Path.home() / "my data"


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, ".cache/seedgrad"),
        ("linux", {"XDG_CACHE_HOME": "/xdg"}, "/xdg/seedgrad"),
        ("darwin", {"XDG_CACHE_HOME": "/xdg"}, "Library/Caches/seedgrad"),
        ("win32", {}, "AppData/Local/seedgrad"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/seedgrad"),
    ],
)
def test_data_folder_is_the_systems_cache(monkeypatch, platform, variables, expected):
    for name in ("SEEDGRAD_DATA", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(cache.sys, "platform", platform)
    assert data_folder() == Path.home() / expected
