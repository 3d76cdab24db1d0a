"""Objects between processes: shared memory or pipe, equal results, nothing leaked."""

import multiprocessing
import os
import threading

import ml_dtypes
import numpy as np
import pytest

import seedgrad as sg
from seedgrad.data import failure, transport


@pytest.fixture(params=[True, False], ids=["shared", "pipe"])
def shared(request, monkeypatch):
    if request.param and not transport.can_share():
        pytest.skip("no shared memory here")
    if not request.param:
        monkeypatch.setattr(transport, "can_share", lambda: False)
    return request.param


def through_pipe(message):
    """Send a message and receive it, in two threads of one process."""
    ours, theirs = multiprocessing.Pipe()
    with ours, theirs:
        sender = threading.Thread(target=transport.send, args=(theirs, message))
        sender.start()
        received = transport.receive(ours)
        sender.join()
    return received


def open_handles():
    return len(os.listdir("/proc/self/fd"))


ARRAYS = {
    "large": np.random.default_rng(0).standard_normal((300, 400)),
    "odd length": np.arange(100_003, dtype=np.uint8),
    "transposed": np.arange(40_000.0).reshape(100, 400).T,
    "sliced": np.arange(40_000)[::3],
    "small": np.arange(3),
    "0-d": np.array(5.0),
    "empty": np.ones((0, 7), np.float32),
    "bfloat16": np.ones((300, 400), ml_dtypes.bfloat16),
    "bool": np.ones(100_000, bool),
    "complex": np.ones(20_000, np.complex64),
}


@pytest.mark.parametrize("name", list(ARRAYS))
def test_arrays_arrive_equal_and_writable(name, shared):
    array = ARRAYS[name]
    received = through_pipe({"x": array})["x"]
    assert received.dtype == array.dtype and received.shape == array.shape
    np.testing.assert_array_equal(received, array)
    received[...] = 0
    assert array.size == 0 or array.any()


def test_many_values_arrive_in_their_places(shared):
    message = [ARRAYS, ["text", 5, None], sg.from_numpy(ARRAYS["large"]), sg.tensor(3)]
    arrays, rest, tensor, scalar = through_pipe(message)
    assert list(arrays) == list(ARRAYS) and rest == ["text", 5, None]
    for name in ARRAYS:
        np.testing.assert_array_equal(arrays[name], ARRAYS[name])
    np.testing.assert_array_equal(tensor.array, ARRAYS["large"])
    assert scalar.item() == 3


@pytest.mark.skipif(not transport.can_share(), reason="no shared memory here")
def test_large_arrays_travel_outside_the_pipe():
    body, large = transport.pickle_apart([ARRAYS["large"], ARRAYS["small"]])
    assert len(body) < 2000 and [block.nbytes for block in large] == [ARRAYS["large"].nbytes]


@pytest.mark.skipif(not transport.can_share(), reason="no shared memory here")
def test_handles_are_closed_and_memory_is_freed_with_the_arrays():
    before = open_handles()
    kept = [through_pipe(ARRAYS["large"]) for _ in range(5)]
    assert open_handles() == before + 5
    del kept
    assert open_handles() == before


@pytest.mark.skipif(not transport.can_share(), reason="no shared memory here")
def test_many_kept_batches_do_not_use_up_the_handles(monkeypatch):
    monkeypatch.setattr(transport, "MAPPED_AT_MOST", len(transport._mapped) + 3)
    before = open_handles()
    kept = [through_pipe(ARRAYS["large"] + i) for i in range(10)]
    assert open_handles() == before + 3
    for i, array in enumerate(kept):
        np.testing.assert_array_equal(array, ARRAYS["large"] + i)


def test_message_that_cannot_be_pickled_sends_nothing():
    ours, theirs = multiprocessing.Pipe()
    with ours, theirs:
        with pytest.raises(Exception, match="pickle"):
            transport.send(theirs, [ARRAYS["large"], lambda: None])
        assert not ours.poll()


def test_blocks_are_aligned():
    starts, total = transport.offsets([1, 64, 65, 0, 7])
    assert starts == [0, 64, 128, 256, 256] and total == 320


class OneArgument(Exception):
    def __init__(self, code):
        super().__init__(code, "extra")


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (ValueError("bad", 3), ValueError, "bad"),
        (KeyError("key"), KeyError, "key"),
        (OneArgument(1), RuntimeError, "OneArgument: "),
        (ValueError(lambda: None), RuntimeError, "ValueError: "),
    ],
)
def test_exceptions_travel_with_their_traceback(error, kind, text):
    try:
        raise error
    except Exception as caught:
        sent = failure.capture(caught, "the test")
    rebuilt = through_pipe(sent).rebuild()
    assert type(rebuilt) is kind and text in str(rebuilt)
    [note] = rebuilt.__notes__
    assert note.startswith("raised in the test; the traceback there:\nTraceback")
    assert "test_data_transport.py" in note and not note.endswith("\n")
