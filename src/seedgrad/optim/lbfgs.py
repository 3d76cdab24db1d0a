"""L-BFGS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..core.memory import bump
from ..core.mode import enable_grad, no_grad
from ..core.tensor import Tensor
from .checks import check_rate, number
from .line_search import Point, strong_wolfe
from .optimizer import Array, Optimizer


class LBFGS(Optimizer):
    """A quasi-Newton method: directions from the last changes of the parameters and of the gradient.

    d = −H·g, where H, an estimate of the inverse Hessian, is built from pairs s = change of p and y = change of g by the
    two-loop recursion; p ← p + t·d.

    Args:
        params: the parameters, in one group.
        lr: the step length t (at the first step at most 1 / ‖g‖₁ times it), or the first one a line search tries; at
            least 0. Default: 1.
        max_iter: the most iterations in one `step`. Default: 20.
        max_eval: the most evaluations of the closure in one `step`. Default: 1.25·max_iter.
        tolerance_grad: stop when no element of the gradient is larger. Default: 1e-7.
        tolerance_change: stop when neither the loss nor a parameter changes by more. Default: 1e-9.
        history_size: how many pairs are kept; each takes twice the memory of the parameters. Default: 100.
        line_search_fn: "strong_wolfe", or None (default) to take the step as it is.

    Raises:
        ValueError: the learning rate is negative; there are several groups.
        RuntimeError: at a step: another `line_search_fn`.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = sg.optim.LBFGS([w], line_search_fn="strong_wolfe")
        >>> def closure():
        ...     optimizer.zero_grad()
        ...     loss = ((w - 3) ** 2).sum()
        ...     loss.backward()
        ...     return loss
        >>> optimizer.step(closure)
        tensor(5., grad_fn=<SumBackward0>)
        >>> (w - 3).abs().max().item() < 1e-5
        True

    Source: Nocedal and Wright, "Numerical Optimization" (2006), algorithm 7.4.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        check_rate(lr, {})
        defaults = {
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        super().__init__(params, defaults)
        if len(self.param_groups) != 1:
            raise ValueError(
                f"LBFGS doesn't support per-parameter options (parameter groups), got {len(self.param_groups)} groups"
            )

    def step(self, closure: Callable[[], Any]) -> Any:
        """Make up to `max_iter` iterations.

        Args:
            closure: clears the gradients, computes the loss and its gradients, and returns the loss.

        Returns:
            What the first call of `closure` returned.
        """
        with no_grad(), np.errstate(all="ignore"):
            return self._iterate(enable_grad()(closure))

    def _iterate(self, closure: Callable[[], Any]) -> Any:
        group = self.param_groups[0]
        lr, most, change = number(group["lr"]), group["max_eval"], group["tolerance_change"]
        params = group["params"]
        state = self.state[params[0]]
        for name in ("func_evals", "n_iter"):
            state.setdefault(name, 0)
        first_loss = closure()
        loss, evaluated = float(first_loss), 1
        state["func_evals"] += 1
        g = flat_gradient(params)
        if np.abs(g).max() <= group["tolerance_grad"]:
            return first_loss
        d, t = _plain(state.get("d")), _plain(state.get("t"))
        last_g, last_loss = _plain(state.get("prev_flat_grad")), state.get("prev_loss")
        for n in range(1, group["max_iter"] + 1):
            state["n_iter"] += 1
            if state["n_iter"] == 1:
                d, t = -g, min(1.0, 1.0 / np.abs(g).sum()) * lr
                state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1)
            else:
                self._remember(state, g - last_g, d * t, group["history_size"])
                d, t = self._direction(state, g, group["history_size"]), lr
            last_g, last_loss = g, loss
            slope = g.dot(d)
            if slope > -change:
                break
            calls = 0
            if group["line_search_fn"] is not None:
                if group["line_search_fn"] != "strong_wolfe":
                    raise RuntimeError(f"only 'strong_wolfe' is supported, got {group['line_search_fn']!r}")
                evaluate = self._along(closure, d)
                point, calls = strong_wolfe(
                    evaluate, t, Point(0, loss, g, slope), np.abs(d).max(), 1e-9, most - evaluated
                )
                t, loss, g = point.t, point.f, point.g
                add_flat(params, d, t)
            else:
                add_flat(params, d, t)
                if n != group["max_iter"]:
                    loss, calls = float(closure()), 1
                    g = flat_gradient(params)
            evaluated += calls
            state["func_evals"] += calls
            if n == group["max_iter"] or evaluated >= most or np.abs(g).max() <= group["tolerance_grad"]:
                break
            if np.abs(d * t).max() <= change or abs(loss - last_loss) < change:
                break
        state.update(d=_kept(d), t=_kept(t), prev_flat_grad=_kept(last_g), prev_loss=last_loss)
        return first_loss

    def _remember(self, state: dict[str, Any], y: Array, s: Array, size: int) -> None:
        """Keep the pair (s, y), if the loss is convex between its ends."""
        curvature = y.dot(s)
        if curvature > 1e-10:
            for name, value in (("old_dirs", y), ("old_stps", s), ("ro", 1.0 / curvature)):
                if len(state[name]) == size:
                    state[name].pop(0)
                state[name].append(_kept(value))
            state["H_diag"] = _kept(curvature / y.dot(y))

    def _direction(self, state: dict[str, Any], g: Array, size: int) -> Array:
        """−H·g by the two-loop recursion."""
        ys, ss, rs = ([_plain(x) for x in state[name]] for name in ("old_dirs", "old_stps", "ro"))
        shares = state.setdefault("al", [None] * size)
        d = -g
        for i in range(len(ys) - 1, -1, -1):
            share = ss[i].dot(d) * rs[i]
            d -= ys[i] * share
            shares[i] = _kept(share)
        d *= _plain(state["H_diag"])
        for i in range(len(ys)):
            d += ss[i] * (_plain(shares[i]) - ys[i].dot(d) * rs[i])
        return d

    def _along(self, closure: Callable[[], Any], d: Array) -> Callable[[Any], Point]:
        """The loss as a function of the step length; the parameters are put back after each evaluation."""
        params = self.param_groups[0]["params"]
        before = [p.array.copy() for p in params]

        def evaluate(t: Any) -> Point:
            add_flat(params, d, t)
            loss, g = float(closure()), flat_gradient(params)
            for p, old in zip(params, before, strict=True):
                p.array[...] = old
                bump(p)
            return Point(t, loss, g, g.dot(d))

        return evaluate


def flat_gradient(params: list[Tensor]) -> Array:
    """All gradients as one vector; a complex number is two elements, a missing gradient zeros."""
    flat = []
    for p in params:
        g = np.zeros_like(p.array) if p._grad is None else p._grad.array
        g = np.ascontiguousarray(g).reshape(-1)
        flat.append(g.view(g.real.dtype) if g.dtype.kind == "c" else g)
    return np.concatenate(flat)


def add_flat(params: list[Tensor], d: Array, t: Any) -> None:
    """p ← p + t·d, with the part of the vector `d` that belongs to each parameter."""
    start = 0
    for p in params:
        a = p.array
        n = a.size * (2 if a.dtype.kind == "c" else 1)
        part = (d[start : start + n] * t).astype(a.real.dtype, copy=False)
        a += part.view(a.dtype).reshape(a.shape)
        bump(p)
        start += n


def _plain(x: Any) -> Any:
    """An array or a number, of a state that may be a Tensor."""
    return x.array[()] if isinstance(x, Tensor) else x


def _kept(x: Any) -> Any:
    """A Tensor of an array or a NumPy number; Python numbers stay what they are."""
    return Tensor(np.asarray(x)) if isinstance(x, (np.ndarray, np.generic)) else x
