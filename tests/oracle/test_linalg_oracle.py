"""Linear algebra beyond the table: where PyTorch has no gradient, or a wrong one; float32; memory; batches."""

from __future__ import annotations

import itertools
import tracemalloc
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg
from seedgrad.autograd import gradcheck, gradgradcheck
from seedgrad.ops import linalg_arrays as arrays

RNG = np.random.default_rng(0)
START = RNG.bit_generator.state


@pytest.fixture(autouse=True)
def _numbers_of_their_own() -> None:
    """Every test draws the same numbers, in whatever order they run."""
    RNG.bit_generator.state = START


def tensor(*shape: int, away: float = 0.0) -> sg.Tensor:
    x = RNG.standard_normal(shape)
    return sg.tensor(x + away * np.eye(shape[-1]) if away else x, requires_grad=True)


def cofactors(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The derivative of the determinant by its definition, from the determinants of the minors."""
    n = x.shape[-1]
    out = np.empty_like(x)
    for i, j in itertools.product(range(n), range(n)):
        out[i, j] = (-1) ** (i + j) * np.linalg.det(np.delete(np.delete(x, i, 0), j, 1))
    return out


SINGULAR = [
    np.diag([1.0, 1.0, 0.0]),
    np.arange(9.0).reshape(3, 3),
    np.ones((3, 3)),
    np.zeros((3, 3)),
    np.diag([2.0, -3.0, 0.0]),
]


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_the_gradient_of_det_is_right_for_singular_matrices(kind: Any) -> None:
    x = sg.tensor(np.stack([*SINGULAR, np.eye(3)]).astype(kind), requires_grad=True)
    sg.linalg.det(x).sum().backward()
    assert x.grad is not None
    wanted = np.stack([cofactors(m) for m in x.detach().numpy()])
    np.testing.assert_allclose(x.grad.numpy(), wanted, atol=1e-4 if kind is np.float32 else 1e-12)


def test_the_gradient_of_det_is_right_for_complex_singular_matrices() -> None:
    rng = np.random.default_rng(5)
    column, row = rng.standard_normal((2, 3)) + 1j * rng.standard_normal((2, 3))
    m = np.outer(column, row)
    m[0, 1] += 1
    with np.errstate(all="ignore"):  # as the engine calls it
        found = arrays.cofactor(m)
    np.testing.assert_allclose(found, cofactors(m), atol=1e-12)


@pytest.mark.parametrize("p", [None, 2, -2, "fro", "nuc", 1, -1, float("inf"), float("-inf")])
def test_gradients_of_cond(p: Any) -> None:
    x = tensor(2, 3, 3, away=2.0)
    assert gradcheck(lambda a: sg.linalg.cond(a, p), (x,))
    assert gradgradcheck(lambda a: sg.linalg.cond(a, p), (x,))


def test_gradients_of_vander() -> None:
    assert gradcheck(lambda a: sg.vander(a), (tensor(4),))
    assert gradgradcheck(lambda a: sg.linalg.vander(a, N=4), (tensor(2, 3),))


@pytest.mark.parametrize("p", [1.5, 2.0, 3.0])
def test_second_gradients_of_distances(p: float) -> None:
    x, y = tensor(2, 3, 2), tensor(4, 2)
    mode = "donot_use_mm_for_euclid_dist"
    assert gradcheck(lambda a, b: sg.cdist(a, b, p, mode), (x, y))
    assert gradgradcheck(lambda a, b: sg.cdist(a, b, p, mode), (x, y))
    assert gradgradcheck(lambda a: sg.pdist(a, p), (tensor(4, 3),))


def test_distances_take_memory_for_the_result_and_little_else() -> None:
    x, y = sg.randn(300, 64, requires_grad=True), sg.randn(300, 64)
    for mode in ("use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist"):
        sg.cdist(x, y, 2.0, mode).sum().backward()  # imports what is imported at first use
        tracemalloc.start()
        sg.cdist(x, y, 2.0, mode).sum().backward()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 300 * 300 * 4 * 10, f"{mode}: {peak} bytes; all differences are {300 * 300 * 64 * 4}"


def test_close_vectors_far_from_the_origin_have_exact_distances_and_gradients() -> None:
    base = np.float32(1000)
    x = sg.tensor(np.array([[base, base]]), requires_grad=True)
    y = sg.tensor(np.array([[base + np.float32(0.5), base]]))
    d = sg.cdist(x, y)
    d.sum().backward()
    assert d.item() == 0.5
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.numpy(), [[-1.0, 0.0]])


def test_float32_is_computed_in_float32() -> None:
    """The results are those of the single-precision routines, not of the double ones rounded."""
    x = RNG.standard_normal((5, 6, 6)).astype(np.float32)
    for found, double in ((arrays.inv(x)[0], np.linalg.inv), (arrays.solve(x, x)[0], lambda a: np.linalg.solve(a, a))):
        assert found.dtype == np.float32
        assert not np.array_equal(found, double(x.astype(np.float64)).astype(np.float32))


@pytest.mark.parametrize("name", ["inv", "solve"])
def test_the_wells_of_a_batch_are_solved_where_others_fail(name: str) -> None:
    x = np.stack([np.eye(2), np.zeros((2, 2)), 2 * np.eye(2)])
    if name == "inv":
        out, info = sg.linalg.inv_ex(sg.tensor(x))
    else:
        out, info = sg.linalg.solve_ex(sg.tensor(x), sg.eye(2, dtype=sg.float64))
    np.testing.assert_array_equal(info.numpy(), [0, 1, 0])
    np.testing.assert_array_equal(out.numpy()[[0, 2]], [np.eye(2), np.eye(2) / 2])
    assert np.isnan(out.numpy()[1]).all()


def test_batches_are_numbered_through_all_their_dimensions() -> None:
    x = np.stack([np.eye(2)] * 6).reshape(2, 3, 2, 2)
    x[1, 2] = 1.0
    with pytest.raises(sg.linalg.LinAlgError, match=r"\(Batch element 5\): The diagonal element 2 is zero"):
        sg.linalg.inv(sg.tensor(x))
    with pytest.raises(sg.linalg.LinAlgError, match=r"\(Batch element 5\)"):
        sg.linalg.cholesky(sg.tensor(x - np.eye(2) * (x == 1).all(axis=(-2, -1), keepdims=True) / 2))
    assert issubclass(sg.linalg.LinAlgError, RuntimeError)


@pytest.mark.parametrize("n", [1, 3, 8])
@pytest.mark.parametrize("batch", [(), (2,), (30,), (4, 20)])
@pytest.mark.parametrize("upper", [False, True])
def test_triangular_systems_in_batches_of_every_size(n: int, batch: tuple[int, ...], upper: bool) -> None:
    """Few systems are handed to BLAS one by one, many are solved row by row together; both read one triangle."""
    a = RNG.standard_normal((*batch, n, n)) + 3 * np.eye(n)
    b = RNG.standard_normal((*batch, n, 2))
    for unit in (False, True):
        used = np.triu(a) if upper else np.tril(a)
        if unit:
            used = used * (1 - np.eye(n)) + np.eye(n)
        np.testing.assert_allclose(arrays.solve_triangular(a, b, upper, unit), np.linalg.solve(used, b), atol=1e-9)


def test_pinv_with_tolerances_as_tensors() -> None:
    x = RNG.standard_normal((2, 4, 3))
    for named in ({"rtol": [0.0, 0.9]}, {"atol": [0.1, 1.5]}, {"atol": [0.1, 1.5], "rtol": [0.5, 0.0]}):
        ours = sg.linalg.pinv(sg.tensor(x), **{k: sg.tensor(v, dtype=sg.float64) for k, v in named.items()})
        theirs = torch.linalg.pinv(
            torch.tensor(x), **{k: torch.tensor(v, dtype=torch.float64) for k, v in named.items()}
        )
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), atol=1e-10)


def test_ldl_solve_solves() -> None:
    x = RNG.standard_normal((3, 4, 4))
    x = x + x.swapaxes(-1, -2)
    b = RNG.standard_normal((4, 2))
    out = sg.linalg.ldl_solve(*sg.linalg.ldl_factor(sg.tensor(x)), sg.tensor(b))
    np.testing.assert_allclose(x @ out.numpy(), np.broadcast_to(b, (3, 4, 2)), atol=1e-9)
    z = RNG.standard_normal((3, 3)) + 1j * RNG.standard_normal((3, 3))
    hermitian, plain = z + z.conj().T, z + z.T
    right = RNG.standard_normal((3, 1)) + 0j
    for matrix, flag in ((hermitian, True), (plain, False)):
        factors = sg.linalg.ldl_factor(sg.tensor(matrix), hermitian=flag)
        out = sg.linalg.ldl_solve(*factors, sg.tensor(right), hermitian=flag)
        np.testing.assert_allclose(matrix @ out.numpy(), right, atol=1e-9)


@pytest.mark.parametrize(
    ("args", "error", "match"),
    [
        ((np.eye(2), np.ones(2, np.int32), np.ones(2)), IndexError, "at least 2 dimensions"),
        ((np.eye(2), np.ones(2, np.int32), np.ones((3, 1))), RuntimeError, "Incompatible matrix sizes"),
        ((np.eye(2), np.ones(3, np.int32), np.ones((2, 1))), RuntimeError, "Incompatible matrix sizes"),
    ],
)
def test_ldl_solve_errors(args: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        sg.linalg.ldl_solve(*map(sg.tensor, args))


def test_qr_gradients_that_do_not_exist() -> None:
    x = tensor(4, 2)
    with pytest.raises(RuntimeError, match="depends on Q, which is not computed when mode='r'"):
        sg.linalg.qr(x, mode="r").R.sum().backward()
    with pytest.raises(RuntimeError, match="not differentiable when mode='complete' and nrows > ncols"):
        sg.linalg.qr(x, mode="complete").R.sum().backward()


def test_negative_arguments_of_svd_lowrank() -> None:
    with pytest.raises(ValueError, match="q and niter must not be negative"):
        sg.svd_lowrank(sg.ones(3, 3), niter=-1)


def test_results_are_named_tuples_with_the_names_of_torch() -> None:
    x = sg.tensor([[2.0, 1.0], [1.0, 3.0]])
    y = torch.tensor([[2.0, 1.0], [1.0, 3.0]])
    names = {
        "eig": "eigenvalues eigenvectors",
        "eigh": "eigenvalues eigenvectors",
        "qr": "Q R",
        "svd": "U S Vh",
        "lu": "P L U",
        "lu_factor": "LU pivots",
        "lu_factor_ex": "LU pivots info",
        "ldl_factor": "LD pivots",
        "ldl_factor_ex": "LD pivots info",
        "inv_ex": "inverse info",
        "cholesky_ex": "L info",
        "slogdet": "sign logabsdet",
    }
    for function, fields in names.items():
        ours, theirs = getattr(sg.linalg, function)(x), getattr(torch.linalg, function)(y)
        assert ours._fields == tuple(fields.split())
        assert all(hasattr(theirs, field) for field in fields.split())
    assert sg.linalg.solve_ex(x, x)._fields == ("result", "info")
    assert sg.linalg.lstsq(x, x)._fields == ("solution", "residuals", "rank", "singular_values")
    assert sg.svd(x)._fields == ("U", "S", "V")
    assert sg.geqrf(x)._fields == ("a", "tau")
    assert sg.triangular_solve(x, x)._fields == ("solution", "cloned_coefficient")


def test_dims_of_tensordot_as_a_tensor() -> None:
    a, b = tensor(2, 3).detach(), tensor(3, 4).detach()
    for dims in (sg.tensor(1), sg.tensor([[1], [0]])):
        np.testing.assert_array_equal(sg.tensordot(a, b, dims).numpy(), (a @ b).numpy())


def test_linalg_has_every_name_of_torch() -> None:
    names = {name for name in dir(torch.linalg) if not name.startswith("_")} - {"common_notes"}
    assert names <= set(dir(sg.linalg))


MAPPED = {
    "inv": sg.inverse,
    "det": sg.det,
    "slogdet": sg.slogdet,
    "solve": lambda x: sg.linalg.solve(x, x[..., :1]),
    "solve one side": lambda x: sg.linalg.solve(x, sg.ones(3, 2, dtype=sg.float64)),
    "solve vector": lambda x: sg.linalg.solve(x, sg.ones(3, dtype=sg.float64)),
    "solve_triangular": lambda x: sg.linalg.solve_triangular(x, sg.ones(3, 2, dtype=sg.float64), upper=True),
    "cholesky": lambda x: sg.linalg.cholesky(x @ x.mT),
    "qr": sg.linalg.qr,
    "lu": sg.linalg.lu,
    "lu_solve": lambda x: sg.linalg.lu_solve(*sg.linalg.lu_factor(x), x),
    "eigvalsh": sg.linalg.eigvalsh,
    "eigh": lambda x: sg.linalg.eigh(x).eigenvalues,
    "svdvals": sg.linalg.svdvals,
    "svd": lambda x: sg.linalg.svd(x).S,
    "pinv": sg.linalg.pinv,
    "matrix_exp": sg.matrix_exp,
    "matrix_power": lambda x: sg.matrix_power(x, -3),
    "norm": lambda x: sg.linalg.matrix_norm(x, "nuc"),
    "cond": lambda x: sg.linalg.cond(x, 1),
    "cdist": lambda x: sg.cdist(x, sg.ones(2, 3, dtype=sg.float64)),
    "householder": lambda x: sg.linalg.householder_product(x, x[..., 0]),
}


@pytest.mark.parametrize("name", MAPPED)
def test_vmap_is_the_batched_function(name: str) -> None:
    function = MAPPED[name]
    x = tensor(4, 3, 3, away=3.0).detach()
    mapped, batched = sg.func.vmap(function)(x), [function(sample) for sample in x]
    if isinstance(mapped, sg.Tensor):
        mapped, batched = (mapped,), [(b,) for b in batched]
    for part, singles in zip(mapped, zip(*batched, strict=True), strict=True):
        np.testing.assert_allclose(part.numpy(), np.stack([s.numpy() for s in singles]), atol=1e-9)


def test_vmap_names_the_singular_sample() -> None:
    x = np.stack([np.eye(2), np.ones((2, 2))])
    with pytest.raises(sg.linalg.LinAlgError, match=r"\(Batch element 1\)"):
        sg.func.vmap(sg.linalg.inv)(sg.tensor(x))


@pytest.mark.parametrize("name", ["svdvals", "eigvalsh", "eigvals"])
def test_values_keep_their_gradient_inside_vmap(name: str) -> None:
    function = getattr(sg.linalg, name)
    grads = []
    for apply in (function, sg.func.vmap(function)):
        x = sg.tensor(np.arange(18.0).reshape(2, 3, 3) + np.diag([0.0, 30.0, 70.0]), requires_grad=True)
        out = apply((x + x.mT) / 2)
        out.backward(sg.ones_like(out))
        grads.append(x.grad.numpy())
    np.testing.assert_allclose(grads[0], grads[1], atol=1e-9)


def _phase_programs(package: Any, x: Any) -> dict[str, Any]:
    """Functions of complex decompositions that depend on the free phases, and ones that don't."""
    linalg = package.linalg
    return {
        "eigh": lambda: linalg.eigh(x)[1].real.sum(),
        "eig": lambda: linalg.eig(x)[1].imag.sum(),
        "svd u": lambda: linalg.svd(x)[0].real.sum(),
        "svd vh": lambda: linalg.svd(x, full_matrices=False)[2].real.sum(),
        "eigh free": lambda: linalg.eigh(x)[1].abs().sum(),
        "eig free": lambda: linalg.eig(x)[1].abs().sum(),
        "svd free": lambda: (linalg.svd(x)[0] @ linalg.svd(x)[2]).real.sum(),
        "svd across": lambda: (lambda u, s, vh: (u @ vh).real.sum())(*linalg.svd(x)),
    }


@pytest.mark.parametrize("name", ["eigh", "eig", "svd u", "svd vh", "eigh free", "eig free", "svd free", "svd across"])
def test_a_loss_that_depends_on_a_phase_is_refused(name: str) -> None:
    values = RNG.standard_normal((3, 3)) + 1j * RNG.standard_normal((3, 3))
    ours, theirs = sg.tensor(values, requires_grad=True), torch.tensor(values, requires_grad=True)
    try:
        _phase_programs(torch, theirs)[name]().backward()
    except RuntimeError:
        with pytest.raises(RuntimeError, match=r"depends on the phases of complex vectors.*abs"):
            _phase_programs(sg, ours)[name]().backward()
        with pytest.raises(RuntimeError, match="depends on the phases"):
            sg.autograd.grad(_phase_programs(sg, ours)[name](), ours, create_graph=True)
        return
    _phase_programs(sg, ours)[name]().backward()
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.resolve_conj().numpy(), rtol=1e-9, atol=1e-9)


def test_the_sign_of_real_vectors_is_not_checked() -> None:
    values = RNG.standard_normal((3, 3))
    ours, theirs = sg.tensor(values, requires_grad=True), torch.tensor(values, requires_grad=True)
    sg.linalg.svd(ours)[0].sum().backward()
    torch.linalg.svd(theirs)[0].sum().backward()
    np.testing.assert_allclose(abs(ours.grad.numpy()), abs(theirs.grad.numpy()), rtol=1e-6)
