"""The compiled generator of dropout."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numba")

import seedgrad as sg
from seedgrad.core import kernel as registry
from seedgrad.core.kernel import LARGE
from seedgrad.kernels import numba_noise
from seedgrad.ops.attention import seeded_dropout
from seedgrad.ops.noise import seeded_noise

registry.load()


def reference(counter: int, key: int) -> list[int]:
    """Philox 4x32-10 in whole numbers."""
    c, k0, k1 = [counter & 0xFFFFFFFF, counter >> 32, 0, 0], key & 0xFFFFFFFF, key >> 32
    for _ in range(10):
        x, y = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(y >> 32) ^ c[1] ^ k0, y & 0xFFFFFFFF, (x >> 32) ^ c[3] ^ k1, x & 0xFFFFFFFF]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c


def test_reference_gives_the_published_numbers() -> None:
    """The known answer of the authors' library for a counter and a key of zeros."""
    assert reference(0, 0) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]


@pytest.mark.parametrize("seed", [0, 1, 2**63 - 1, 0x123456789ABCDEF])
def test_generator_is_philox(seed: int) -> None:
    for p in (0.1, 0.5, 0.9):
        out = np.empty(1000, np.float32)
        numba_noise.noise(out, p, seed)
        limit = int(p * 2**32)
        for i in (0, 1, 63, 64, 200, 255, 256, 700, 999):
            block, place = divmod(i, numba_noise.BLOCK)
            draw = reference(block * numba_noise.RUN + place % numba_noise.RUN, seed)[place // numba_noise.RUN]
            assert out[i] == (draw >= limit)


@pytest.mark.parametrize("p", [0.0, 1e-9, 0.1, 0.5, 0.75, 1 - 1e-9])
def test_share_of_zeros(p: float) -> None:
    n = 1_000_003
    out = np.empty(n, np.float32)
    numba_noise.noise(out, p, 5)
    assert set(np.unique(out)) <= {0.0, 1.0}
    assert abs((out == 0).sum() - n * p) <= 5 * (n * p * (1 - p)) ** 0.5 + 1


def test_neighbours_and_seeds_are_independent() -> None:
    n = 1 << 20
    rows = np.empty((3, n), np.float32)
    for seed, row in enumerate(rows):
        numba_noise.noise(row, 0.5, seed)
    rows -= 0.5
    for lag in (1, 2, 4, 63, 64, 65, 128, 256, 1024):
        assert abs((rows[0, lag:] * rows[0, :-lag]).mean()) < 5 * 0.25 / n**0.5
    assert abs((rows[0] * rows[1]).mean()) < 5 * 0.25 / n**0.5
    assert abs((rows[1] * rows[2]).mean()) < 5 * 0.25 / n**0.5


def test_threads_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba_noise, "GRAIN", 1024)
    before = sg.get_num_threads()
    found = []
    try:
        for threads in (1, 2, 5):
            sg.set_num_threads(threads)
            found.append(seeded_noise((321, 77), 0.3, 9, np.dtype(np.float32)))
    finally:
        sg.set_num_threads(before)
    assert all(np.array_equal(found[0], other) for other in found[1:])


@pytest.mark.parametrize("size", [LARGE // 4, LARGE * 2])
def test_manual_seed_repeats_and_calls_differ(size: int) -> None:
    x = sg.ones(size)
    sg.manual_seed(3)
    first = [sg.nn.functional.dropout(x, 0.4) for _ in range(2)]
    sg.manual_seed(3)
    again = [sg.nn.functional.dropout(x, 0.4) for _ in range(2)]
    for a, b in zip(first, again, strict=True):
        assert sg.equal(a, b)
    assert not sg.equal(first[0], first[1])
    g = sg.Generator(seed=8)
    own = sg.nn.functional.dropout(x, 0.4, generator=g)
    assert sg.equal(own, sg.nn.functional.dropout(x, 0.4, generator=g.manual_seed(8)))


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_noise_is_the_same_in_every_type(kind: type) -> None:
    noise = seeded_noise((200, 300), 0.25, 4, np.dtype(kind))
    assert noise.dtype == kind
    assert np.array_equal(noise != 0, seeded_noise((200, 300), 0.25, 4, np.dtype(np.float32)) != 0)
    np.testing.assert_allclose(np.unique(noise), [0, 1 / 0.75], rtol=1e-3)


def test_derivatives_draw_the_same_zeros_whatever_the_layout() -> None:
    x = sg.randn(200, 300, requires_grad=True)
    out = seeded_dropout.call(x, p=0.5, seed=1)
    mask = out.detach().array / x.detach().array
    g = sg.randn(300, 200).T
    (dx,) = sg.autograd.grad((out * out * g).sum(), [x], create_graph=True)
    np.testing.assert_allclose(dx.detach().array, 2 * x.detach().array * mask**2 * g.array, rtol=1e-5)
    (second,) = sg.autograd.grad(dx.sum(), [x])
    np.testing.assert_allclose(second.array, 2 * mask**2 * g.array, rtol=1e-5)
