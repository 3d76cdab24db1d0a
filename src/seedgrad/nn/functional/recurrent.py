"""Recurrent networks over whole sequences, with the parameters as arguments."""

from __future__ import annotations

from typing import Any

from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from .recurrent_layers import GATES, grouped, run_layers, same_types, time_rows, unrolled

# The arguments for a padded batch, and those for packed sequences.
_FORMS = (
    "input hx params has_biases num_layers dropout train bidirectional batch_first".split(),
    "data batch_sizes hx params has_biases num_layers dropout train bidirectional".split(),
)


def lstm(*args: Any, **kwargs: Any) -> tuple[Tensor, Tensor, Tensor]:
    """Long short-term memory over a sequence, or over packed ones.

    With the gates W x + b + U h + d in the order i, f, g, o, where i, f and o pass a sigmoid and g a tanh:
    c' = f c + i g and h' = o tanh(c').

    Call it as `lstm(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)`, or for
    packed sequences as `lstm(data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)`.

    Args:
        input: (T, B, F), or (B, T, F) with `batch_first`.
        data, batch_sizes: (N, F) and (T), of a PackedSequence.
        hx: h, (layers * directions, B, H or P), and c, (layers * directions, B, H).
        params: for each layer and direction the weights (4H, F) and (4H, H), the biases (4H) and (4H) if there are
            any, and the projection (P, H) if h is of another length than c. The layers after the first take
            directions * H (or P) features.
        has_biases: whether there are biases.
        num_layers: how many layers.
        dropout: the probability of zeros between the layers while training, 0 to 1.
        train: whether that is now.
        bidirectional: whether each layer also runs backwards in time.
        batch_first: whether the batch is the first dimension.

    Returns:
        The outputs of the last layer, (T, B, directions * H) or (N, directions * H), and the last h and c.

    Raises:
        IndexError: the input has not three dimensions.
        RuntimeError: there are not two states; the number of parameters is not that of the layers; the shapes or
            types don't fit; the sequences have length 0.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.LSTM(3, 4)
        >>> zeros = sg.zeros(1, 2, 4)
        >>> out, h, c = sg.lstm(
        ...     sg.ones(5, 2, 3), (zeros, zeros), list(layer.parameters()), True, 1, 0.0, False, False, False
        ... )
        >>> out.shape, c.shape
        (seedgrad.Size([5, 2, 4]), seedgrad.Size([1, 2, 4]))

    Source: Hochreiter, Schmidhuber, "Long short-term memory", 1997.
    """
    out, (h, c) = _run("lstm", "LSTM", args, kwargs)
    return out, h, c


def gru(*args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
    """Gated recurrent units over a sequence, or over packed ones.

    r = sigmoid(W_r x + b_r + U_r h + d_r), z likewise, n = tanh(W_n x + b_n + r (U_n h + d_n)), h' = (1 - z) n + z h.

    Call it as `gru(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)`, or for
    packed sequences as `gru(data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)`.

    Args:
        input, data, batch_sizes, has_biases, num_layers, dropout, train, bidirectional, batch_first: as for `lstm`.
        hx: (layers * directions, B, H).
        params: for each layer and direction the weights (3H, F) and (3H, H) and the biases (3H) and (3H) if there
            are any, the gates in the order r, z, n.

    Returns:
        The outputs of the last layer, (T, B, directions * H) or (N, directions * H), and the last h.

    Raises:
        IndexError, RuntimeError: as for `lstm`.

    Example:
        >>> import seedgrad as sg
        >>> params = list(sg.nn.GRU(3, 4).parameters())
        >>> out, h = sg.gru(sg.ones(5, 2, 3), sg.zeros(1, 2, 4), params, True, 1, 0.0, False, False, False)
        >>> out.shape
        seedgrad.Size([5, 2, 4])

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.
    """
    out, (h,) = _run("gru", "GRU", args, kwargs)
    return out, h


def rnn_tanh(*args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
    """Elman's network over a sequence, or over packed ones: h' = tanh(W x + b + U h + d).

    Call it as `rnn_tanh(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)`, or for
    packed sequences as
    `rnn_tanh(data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)`.

    Args:
        input, data, batch_sizes, has_biases, num_layers, dropout, train, bidirectional, batch_first: as for `lstm`.
        hx: (layers * directions, B, H).
        params: for each layer and direction the weights (H, F) and (H, H) and the biases (H) and (H) if there are any.

    Returns:
        The outputs of the last layer, (T, B, directions * H) or (N, directions * H), and the last h.

    Raises:
        IndexError, RuntimeError: as for `lstm`.

    Example:
        >>> import seedgrad as sg
        >>> params = list(sg.nn.RNN(3, 4).parameters())
        >>> out, h = sg.rnn_tanh(sg.ones(5, 2, 3), sg.zeros(1, 2, 4), params, True, 1, 0.0, False, False, False)
        >>> out.shape
        seedgrad.Size([5, 2, 4])

    Source: Elman, "Finding structure in time", 1990.
    """
    out, (h,) = _run("rnn_tanh", "RNN_TANH", args, kwargs)
    return out, h


def rnn_relu(*args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
    """Elman's network with relu: h' = max(0, W x + b + U h + d).

    Args:
        *args, **kwargs: as for `rnn_tanh`.

    Returns:
        The outputs of the last layer, (T, B, directions * H) or (N, directions * H), and the last h.

    Raises:
        IndexError, RuntimeError: as for `lstm`.

    Example:
        >>> import seedgrad as sg
        >>> params = list(sg.nn.RNN(3, 4).parameters())
        >>> out, h = sg.rnn_relu(sg.ones(5, 2, 3), sg.zeros(1, 2, 4), params, True, 1, 0.0, False, False, False)
        >>> bool((out >= 0).all())
        True

    Source: Le, Jaitly, Hinton, "A simple way to initialize recurrent networks of rectified linear units", 2015.
    """
    out, (h,) = _run("rnn_relu", "RNN_RELU", args, kwargs)
    return out, h


def _run(name: str, mode: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Both forms of the functions above."""
    given, packed = _bind(name, args, kwargs)
    hx = given["hx"]
    if mode == "LSTM" and len(hx) != 2:
        raise RuntimeError(f"lstm expects two hidden states: hx is a pair (h, c), got {len(hx)}")
    states = tuple(hx) if mode == "LSTM" else (hx,)
    source = given["data" if packed else "input"]
    check_tensors(name, source, *states)
    same_types(name, source, *states, *given["params"])
    if source.array.ndim != (2 if packed else 3):
        what = "the data must be (N, features)" if packed else "the input must be (T, B, features)"
        raise IndexError(f"Dimension out of range: {name}: {what}, got shape {source.array.shape}")
    directions = 2 if given["bidirectional"] else 1
    projected = mode == "LSTM" and states[0].array.shape[2:] != states[1].array.shape[2:]
    each = 2 + 2 * bool(given["has_biases"]) + projected
    params = list(given["params"])[: each * given["num_layers"] * directions]
    if len(params) < each * given["num_layers"] * directions:
        raise RuntimeError(
            f"{name}: {given['num_layers']} layers in {directions} directions need {each} parameters each, "
            f"got {len(params)} together"
        )
    if packed:
        rows, sizes = source, tuple(given["batch_sizes"].tolist())
    else:
        rows, sizes = time_rows(source, given["batch_first"])
    groups = grouped(mode, params, given["has_biases"], projected)
    _check_shapes(name, mode, rows, sizes, states, groups, directions)
    out, last = run_layers(
        mode, rows, sizes, states, groups, given["bidirectional"], given["dropout"] if given["train"] else 0.0
    )
    return (out if packed else unrolled(out, sizes, given["batch_first"])), last


def _bind(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The arguments by name, and whether the call is the one for packed sequences."""
    packed = "data" in kwargs or "batch_sizes" in kwargs or (len(args) > 3 and isinstance(args[3], (list, tuple)))
    names = _FORMS[packed]
    given = dict(zip(names, args, strict=False))
    twice, unknown = given.keys() & kwargs.keys(), kwargs.keys() - set(names)
    missing = [n for n in names if n not in given and n not in kwargs]
    if len(args) > len(names) or twice or unknown or missing:
        raise TypeError(f"{name}() takes the arguments ({', '.join(names)}), each once; missing: {missing}")
    return {**given, **kwargs}, packed


def _check_shapes(
    name: str,
    mode: str,
    rows: Tensor,
    sizes: tuple[int, ...],
    states: tuple[Tensor, ...],
    groups: list[tuple[Any, ...]],
    directions: int,
) -> None:
    """Raise RuntimeError unless states and parameters fit each other and the input."""
    hidden, width = states[-1].array.shape[-1], states[0].array.shape[-1]
    features = rows.array.shape[1]
    for state in states:
        wanted = (len(groups), sizes[0], state.array.shape[-1])
        if state.array.shape != wanted:
            raise RuntimeError(f"{name}: the state must have shape {wanted}, got {state.array.shape}")
    for k, (w_ih, w_hh, b_ih, b_hh, w_hr) in enumerate(groups):
        gates = GATES[mode] * hidden
        takes = features if k < directions else width * directions
        for what, tensor, shape in (
            ("the input's weight", w_ih, (gates, takes)),
            ("the state's weight", w_hh, (gates, width)),
            ("the input's bias", b_ih, (gates,)),
            ("the state's bias", b_hh, (gates,)),
            ("the projection", w_hr, (width, hidden)),
        ):
            if tensor is not None and tensor.array.shape != shape:
                raise RuntimeError(
                    f"{name}: {what} of layer {k // directions} must have shape {shape}, got {tensor.array.shape}"
                )
