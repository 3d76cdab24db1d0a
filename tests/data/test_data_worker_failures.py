"""Worker processes that fail: what the user sees, how soon, and that nothing is left behind."""

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from seedgrad.data import DataLoader

from . import worker_samples as samples
from .worker_samples import assert_gone

pytestmark = [
    pytest.mark.usefixtures("new_workers"),
    pytest.mark.filterwarnings("ignore:DataLoader. . worker processes on 1 cores"),
]


def notes(error):
    return "\n".join(error.value.__notes__)


def test_exception_comes_back_with_the_workers_traceback():
    with pytest.raises(ZeroDivisionError, match="sample seven is bad") as error:
        list(DataLoader(samples.Misbehaving("raises"), batch_size=4, num_workers=2))
    text = notes(error)
    assert "raised in DataLoader worker 1 (pid " in text
    assert "worker_samples.py" in text and 'ZeroDivisionError("sample seven is bad")' in text


def test_exception_keeps_its_cause_in_the_text():
    with pytest.raises(KeyError, match="seven") as error:
        list(DataLoader(samples.Misbehaving("raises_with_cause"), num_workers=1))
    assert "The above exception was the direct cause" in notes(error)


def test_exception_that_cannot_be_pickled_becomes_a_runtime_error():
    with pytest.raises(RuntimeError, match="NeedsTwo: left and right") as error:
        list(DataLoader(samples.Misbehaving("raises_unpicklable"), num_workers=1))
    assert "worker_samples.py" in notes(error)


def test_iteration_can_go_on_after_an_exception():
    iterator = iter(DataLoader(samples.Misbehaving("raises"), batch_size=4, num_workers=2))
    assert next(iterator).tolist() == [0, 1, 2, 3]
    with pytest.raises(ZeroDivisionError, match="seven"):
        next(iterator)
    assert next(iterator).tolist() == [8, 9, 10, 11]


def test_workers_end_although_the_exception_is_kept(new_workers):
    kept = None
    try:
        for _ in DataLoader(samples.Misbehaving("raises"), batch_size=4, num_workers=2):
            pass
    except ZeroDivisionError as error:
        kept = error
    assert kept.__traceback__ is not None
    assert new_workers() == []


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("exits", r"DataLoader worker 1 \(pid \d+\) ended with exit code 3"),
        ("exits_politely", r"DataLoader worker 1 \(pid \d+\) ended with exit code 5"),
        pytest.param(
            "is_killed",
            r"DataLoader worker 1 \(pid \d+\) was killed by SIGKILL \(the system may have run out of",
            marks=pytest.mark.skipif(os.name != "posix", reason="needs signals"),
        ),
    ],
)
@pytest.mark.parametrize("method", ["spawn", None])
def test_dead_worker_is_an_error_within_seconds(how, message, method, new_workers):
    start = time.monotonic()
    with pytest.raises(RuntimeError, match=message):
        list(DataLoader(samples.Misbehaving(how), batch_size=4, num_workers=2, multiprocessing_context=method))
    assert time.monotonic() - start < 10
    assert new_workers() == []


def test_worker_killed_from_outside_is_noticed_while_waiting():
    iterator = iter(DataLoader(samples.Ids(50, delay=0.05), batch_size=1, num_workers=2))
    victim = next(iterator)[1].item()
    os.kill(victim, signal.SIGKILL)
    with pytest.raises(RuntimeError, match=rf"\(pid {victim}\) was killed by SIGKILL"):
        list(iterator)
    assert list(iterator) == []
    assert_gone([victim])


def test_worker_killed_while_it_sends_is_noticed(new_workers):
    # 400 KB at a time do not fit into the pipe when nobody reads; without shared memory the worker waits
    # inside.
    iterator = iter(DataLoader(samples.Large(50), batch_size=1, num_workers=1))
    next(iterator)
    pid = new_workers()[0].pid
    time.sleep(0.2)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(RuntimeError, match="was killed by SIGKILL"):
        list(iterator)


def test_timeout_names_the_worker(new_workers):
    list(DataLoader(samples.Squares(1), num_workers=1))  # the first start of workers takes longer
    loader = DataLoader(samples.Misbehaving("hangs"), batch_size=4, num_workers=2, timeout=3)
    start = time.monotonic()
    with pytest.raises(RuntimeError, match=r"DataLoader worker 1 \(pid \d+\) has not sent its batch within timeout=3"):
        list(loader)
    assert 2.9 < time.monotonic() - start < 10
    assert new_workers() == []


def test_failing_worker_init_fn_is_reported():
    loader = DataLoader(samples.Squares(4), num_workers=2, worker_init_fn=samples.fail_to_start)
    with pytest.raises(OSError, match="worker 0 finds no disk") as error:
        list(loader)
    assert "fail_to_start" in notes(error)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"collate_fn": lambda batch: batch}, "collate_fn"),
        ({"worker_init_fn": lambda worker_id: None}, "worker_init_fn"),
    ],
)
def test_unpicklable_setting_is_named(settings, name, new_workers):
    loader = DataLoader(samples.Squares(4), num_workers=2, **settings)
    with pytest.raises((AttributeError, TypeError, pickle.PicklingError), match=f"the {name} must be picklable"):
        list(loader)
    assert new_workers() == []


def test_unpicklable_data_set_is_named(tmp_path):
    with open(tmp_path / "file", "w") as file:
        loader = DataLoader(samples.Yields(file), num_workers=1)
        with pytest.raises(TypeError, match="the dataset must be picklable to reach the worker"):
            list(loader)


def test_data_set_that_cannot_be_unpickled_is_reported():
    with pytest.raises(ValueError, match="this cannot be unpickled") as error:
        list(DataLoader(samples.Yields(samples.Unloadable()), num_workers=1))
    assert "raised in DataLoader worker 0" in notes(error)


def test_batch_that_cannot_be_pickled_is_reported():
    loader = DataLoader(samples.Lambdas(4), batch_size=None, num_workers=1)
    with pytest.raises((AttributeError, pickle.PicklingError), match="A batch must be picklable to leave"):
        list(loader)


def make_unloadable(batch):
    return samples.Unloadable()


def test_batch_that_cannot_be_unpickled_is_reported(new_workers):
    loader = DataLoader(samples.Squares(4), num_workers=1, collate_fn=make_unloadable)
    with pytest.raises(ValueError, match=r"while a batch of DataLoader worker 0 \(pid \d+\) was unpickled"):
        list(loader)
    assert new_workers() == []


# A shell starts its background jobs with Ctrl-C ignored, and so the script where the tests are such a job.
SCRIPT = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {folder!r})
from seedgrad.data import DataLoader
import worker_samples as samples

def main():
    loader = DataLoader(samples.Ids(10_000, delay=0.01), batch_size=1, num_workers=2)
    pids = set()
    for _, batch in loader:
        pids.add(batch.item())
        if len(pids) == 2:
            pids.add(0)
            print(*pids, flush=True)
"""


def start_script(tmp_path, ending):
    path = tmp_path / "script.py"
    script = textwrap.dedent(SCRIPT).format(folder=os.path.dirname(samples.__file__))
    path.write_text(script + textwrap.dedent(ending))
    return subprocess.Popen(
        [sys.executable, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


GUARDED = """
if __name__ == "__main__":
    main()
"""


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_ctrl_c_ends_everything_quietly(tmp_path):
    script = start_script(tmp_path, GUARDED)
    pids = [int(pid) for pid in script.stdout.readline().split() if pid != "0"]
    os.killpg(script.pid, signal.SIGINT)  # as a terminal does, to all its processes
    _, errors = script.communicate(timeout=20)
    assert script.returncode == -signal.SIGINT
    assert errors.count("Traceback") == 1 and errors.strip().endswith("KeyboardInterrupt")
    assert "Warning" not in errors
    assert_gone(pids)


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_workers_end_with_a_killed_parent(tmp_path):
    script = start_script(tmp_path, GUARDED)
    pids = [int(pid) for pid in script.stdout.readline().split() if pid != "0"]
    script.kill()
    script.communicate(timeout=20)
    assert_gone(pids)


def test_script_without_main_guard_is_told_so(tmp_path):
    script = start_script(tmp_path, "\nmain()\n")
    _, errors = script.communicate(timeout=60)
    assert script.returncode == 1
    assert 'keep its entry under `if __name__ == "__main__":`' in errors.splitlines()[-1]
