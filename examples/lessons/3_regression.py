"""Lesson 3: linear and logistic regression on handwritten digits, by hand and on the engine.

python examples/lessons/3_regression.py
"""

from collections.abc import Callable

import numpy as np
import picture

import seedgrad as sg
from seedgrad.datasets import Digits

Array = np.ndarray
STEPS = 200


def linear_by_hand(x: Array, y: Array, w: Array, b: Array) -> tuple[float, Array, Array]:
    error = x @ w + b - y  # [1]
    loss = np.mean(error**2)
    dw = x.T @ error * 2 / len(x)  # [2]
    db = error.sum() * 2 / len(x)  # [3]
    return loss, dw, db


def linear_on_engine(x: sg.Tensor, y: sg.Tensor, w: sg.Tensor, b: sg.Tensor) -> sg.Tensor:
    return ((x @ w + b - y) ** 2).mean()  # [4]


def logistic_by_hand(x: Array, y: Array, w: Array, b: Array) -> tuple[float, Array, Array]:
    z = x @ w + b
    loss = np.mean(np.logaddexp(0, z) - y * z)  # [5]
    dz = (1 / (1 + np.exp(-z)) - y) / len(x)  # [6]
    return loss, x.T @ dz, dz.sum()


def logistic_on_engine(x: sg.Tensor, y: sg.Tensor, w: sg.Tensor, b: sg.Tensor) -> sg.Tensor:
    z = x @ w + b
    return (sg.logaddexp(sg.zeros_like(z), z) - y * z).mean()


def train_by_hand(gradients: Callable, x: Array, y: Array, rate: float) -> tuple[Array, Array, list[float]]:
    w, b = np.zeros(x.shape[1]), np.zeros(())
    losses = []
    for _ in range(STEPS):
        loss, dw, db = gradients(x, y, w, b)
        w -= rate * dw  # [7]
        b -= rate * db
        losses.append(float(loss))
    return w, b, losses


def train_on_engine(
    loss_of: Callable, x: Array, y: Array, rate: float, zero_grad: bool = True
) -> tuple[Array, Array, list[float]]:
    features, wanted = sg.from_numpy(x), sg.from_numpy(y)
    w = sg.zeros(x.shape[1], dtype=sg.float64, requires_grad=True)
    b = sg.zeros((), dtype=sg.float64, requires_grad=True)
    optimizer = sg.optim.SGD([w, b], lr=rate)
    losses = []
    for _ in range(STEPS):
        loss = loss_of(features, wanted, w, b)
        if zero_grad:
            optimizer.zero_grad()  # [8]
        loss.backward()  # [9]
        optimizer.step()
        losses.append(float(loss))
    return w.detach().numpy(), b.detach().numpy(), losses


def neighbours(images: Array) -> tuple[Array, Array]:
    """The left, upper and upper left neighbours of pixels (N, 3), not all black, and the pixels (N)."""
    left, above, corner = images[:, 1:, :-1], images[:, :-1, 1:], images[:, :-1, :-1]  # (N, 27, 27) each
    x = np.stack([left, above, corner], axis=-1).reshape(-1, 3)
    written = x.any(axis=1)
    return x[written], images[:, 1:, 1:].reshape(-1)[written]


def threes_and_eights(split: str) -> tuple[Array, Array]:
    """The pictures (N, 784) of the digits 3 and 8, and 1.0 for each 8."""
    images, labels = digits(split)
    chosen = (labels == 3) | (labels == 8)
    return images[chosen].reshape(-1, 784), (labels[chosen] == 8).astype(np.float64)


def digits(split: str) -> tuple[Array, Array]:
    """Pictures (N, 28, 28) from 0, black, to 1, white, and their labels."""
    data = Digits(split)
    return data.images.numpy()[:, 0] / 255.0, data.labels.numpy()


def agree(first: tuple, second: tuple) -> str:
    """Compare weights and biases of two runs; 1e-10 leaves room for the rounding of 200 steps."""
    same = all(np.allclose(a, b, rtol=1e-10, atol=1e-10) for a, b in zip(first[:2], second[:2], strict=True))
    return "equal to rounding" if same else "different"


def linear() -> tuple[list[float], list[float]]:
    x, y = neighbours(digits("train")[0][:300])
    new_x, new_y = neighbours(digits("test")[0][:300])
    print(f"Linear regression: guess a pixel from three neighbours; {len(x):,} pixels to learn from")
    by_hand = train_by_hand(linear_by_hand, x, y, rate=0.4)
    on_engine = train_on_engine(linear_on_engine, x, y, rate=0.4)
    w, b, losses = on_engine
    print(f"  by hand and on the engine: {agree(by_hand, on_engine)}")
    print(f"  guess = {w[0]:.2f} left + {w[1]:.2f} above - {-w[2]:.2f} corner + {b:.2f}")
    solved = np.linalg.lstsq(np.c_[x, np.ones(len(x))], y, rcond=None)[0]
    away = np.abs([*w, b] - solved).max()
    print(f"  the exact solution has the {'same' if away < 1e-4 else 'other'} four decimals")
    for name, guess in (
        ("the fitted guess", new_x @ w + b),
        ("mean of left and above", new_x[:, :2].mean(axis=1)),
        ("left", new_x[:, 0]),
    ):
        print(f"  error on new pictures, {name:22}: {np.sqrt(np.mean((guess - new_y) ** 2)):.3f}")
    broken = train_on_engine(linear_on_engine, x, y, rate=0.4, zero_grad=False)[2]
    late = broken[STEPS // 2 :]
    print(f"  loss after {STEPS} steps: {losses[-1]:.3f}")
    print(f"  without zero_grad: from {min(late):.3f} to {max(late):.3f} in the last {len(late)} steps")
    return losses, broken


def logistic() -> tuple[list[float], list[float], Array]:
    x, y = threes_and_eights("train")
    new_x, new_y = threes_and_eights("test")
    print(f"\nLogistic regression: 3 or 8; {len(x):,} digits to learn from, {len(new_x)} to test")
    by_hand = train_by_hand(logistic_by_hand, x, y, rate=0.2)
    on_engine = train_on_engine(logistic_on_engine, x, y, rate=0.2)
    broken = train_on_engine(logistic_on_engine, x, y, rate=0.2, zero_grad=False)
    print(f"  by hand and on the engine: {agree(by_hand, on_engine)}")
    for name, (w, b, losses) in (("as it should be", on_engine), ("without zero_grad", broken)):
        right = np.mean((new_x @ w + b > 0) == (new_y > 0.5))
        print(f"  {name:17}  loss {losses[-1]:.3f}, test accuracy {100 * right:.1f} %")
    return on_engine[2], broken[2], on_engine[0]


def draw(lines: tuple, curves: tuple) -> picture.Figure:
    figure = picture.new_figure(11, 3.5)
    panels = figure.subplots(1, 3, width_ratios=[1, 1, 0.9])
    for axes, title, shown, (losses, broken) in (
        (panels[0], "A pixel from its neighbours", 50, lines),
        (panels[1], "3 or 8", STEPS, curves[:2]),
    ):
        steps = range(1, STEPS + 1)
        picture.plain(axes).plot(steps, broken, color=picture.ORANGE, lw=1, ls="--", label="without zero_grad")
        axes.plot(steps, losses, color=picture.BLUE, label="with zero_grad")
        axes.set(title=title, xlabel="step", ylabel="loss", ylim=(0, 0.95), xlim=(0, shown))
        axes.legend(loc="upper right")
    most = np.abs(curves[2]).max()
    image = panels[2].imshow(curves[2].reshape(28, 28), cmap="PuOr", vmin=-most, vmax=most)
    panels[2].set(title="Weights of 3 or 8", xticks=[], yticks=[])
    figure.colorbar(image, ax=panels[2], label="for 3  \N{LEFTWARDS ARROW}  0  \N{RIGHTWARDS ARROW}  for 8")
    return figure


def main() -> None:
    args = picture.parser(__doc__).parse_args()
    lines = linear()
    curves = logistic()
    picture.save(draw(lines, curves), __file__, args.out)


if __name__ == "__main__":
    main()
