"""Lesson 5: why the gradient of a broadcast array is a sum.

python examples/lessons/5_broadcasting.py
"""

from unittest.mock import patch

import numpy as np
import picture

import seedgrad as sg
from seedgrad.core import namespace
from seedgrad.datasets import Digits
from seedgrad.scalar import Value

Array = np.ndarray
X = np.array([[1.0, -2.0, 0.0], [3.0, 1.0, -1.0], [0.0, 2.0, 2.0], [-1.0, 0.0, 4.0]])  # (4, 3)
B = np.array([1.0, -1.0, 2.0])  # (3)
PICTURES, STEPS, RATE = 20, 100, 0.4


def on_values() -> list[float]:
    """The loss, half the sum of (x + b) squared, number by number: each b is used in four rows."""
    b = [Value(number) for number in B]
    loss = Value(0.0)
    for row in X:
        for number, bias in zip(row, b, strict=True):
            loss = loss + (bias + number) ** 2 / 2  # [1]
    loss.backward()
    return [bias.grad for bias in b]


def on_tensors() -> sg.Tensor:
    """The same on arrays: b stands in one row and is broadcast over four."""
    b = sg.tensor(B, requires_grad=True)
    loss = ((sg.tensor(X) + b) ** 2 / 2).sum()  # [2]
    loss.backward()
    return b.grad


def by_hand() -> tuple[Array, Array]:
    """The gradient of every use of b, and that of b."""
    g = X + B  # [3] the derivative of y * y / 2 is y
    return g, g.sum(axis=0)  # [4]


def typical_picture(pictures: Array, unbroadcast: bool = True) -> tuple[Array, list[float]]:
    """Learn the picture m that has the least squared distance from all the pictures, (N, 28, 28)."""
    m = np.zeros((28, 28))
    losses = []
    for _ in range(STEPS):
        difference = m - pictures  # m is broadcast
        losses.append(float((difference**2).sum(axis=(1, 2)).mean()))
        dm = 2 * difference / len(pictures)
        if unbroadcast:
            dm = dm.sum(axis=0)  # [5]
        m = m - RATE * dm  # [6]
    return m, losses


def engine_without_the_sum(pictures: Array) -> None:
    """Take the sum out of the engine for a moment, and see who notices."""
    m = sg.zeros(28, 28, dtype=sg.float64, requires_grad=True)
    optimizer = sg.optim.SGD([m], lr=RATE)
    loss = ((m - sg.from_numpy(pictures)) ** 2).sum(dim=(1, 2)).mean()
    with patch.object(namespace, "sum_to", lambda g, shape: g):  # [7]
        loss.backward()
    print(f"  m has the shape {tuple(m.shape)}, its gradient {tuple(m.grad.shape)}")
    try:
        optimizer.step()
    except (ValueError, RuntimeError) as error:
        print(f"  optimizer.step(): {type(error).__name__}: {error}")


def digits(digit: int, split: str, n: int) -> Array:
    """The first n pictures of a digit, (n, 28, 28), from 0, black, to 1, white."""
    data = Digits(split)
    return data.images.numpy()[data.labels.numpy() == digit, 0][:n] / 255.0


def numbers(axes, values: Array, title: str, color: str, copies: bool = False) -> None:
    """A small array as a table; copies of its first row in grey."""
    rows = np.atleast_2d(values)
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            quiet = copies and i > 0
            axes.add_patch(
                picture.Rectangle((j, -i), 1, -1, facecolor="white" if quiet else color, alpha=0.25, edgecolor="none")
            )
            axes.text(
                j + 0.5,
                -i - 0.5,
                f"{value:g}",
                ha="center",
                va="center",
                color=picture.GREY if quiet else "black",
            )
            axes.plot([j, j + 1, j + 1, j, j], [-i, -i, -i - 1, -i - 1, -i], color="black", lw=0.8)
    axes.text(1.5, 0.2, title, ha="center", va="bottom", fontsize=10)
    axes.set(xlim=(-0.15, 3.15), ylim=(-4.1, 0.8), aspect="equal")
    axes.set_axis_off()


def draw(pictures: Array, right: tuple, broken: tuple) -> picture.Figure:
    figure = picture.new_figure(9.6, 6)
    top, bottom = figure.subfigures(2, 1, height_ratios=[1, 1.25])
    g, db = by_hand()
    tables = top.subplots(1, 5)
    numbers(tables[0], X, "x", picture.GREEN)
    numbers(tables[1], np.tile(B, (4, 1)), "+ b, used in four rows", picture.BLUE, copies=True)
    numbers(tables[2], g, "= y", picture.GREEN)
    numbers(tables[3], g, "gradient of every use of b", picture.ORANGE)
    numbers(tables[4], db, "gradient of b: their sum", picture.ORANGE)
    panels = bottom.subplots(1, 3, width_ratios=[1, 1, 1.5])
    panels[0].imshow(right[0], cmap="gray_r", vmin=0, vmax=1)
    panels[0].set_title("m with the sum: a typical 3", fontsize=10)
    tiles = np.concatenate([np.concatenate(broken[0][i : i + 4], axis=1) for i in range(0, 16, 4)])
    panels[1].imshow(tiles, cmap="gray_r", vmin=0, vmax=1)
    panels[1].set_title(f"m without it: {PICTURES} pictures (16 shown)", fontsize=10)
    for axes in panels[:2]:
        axes.set(xticks=[], yticks=[])
    curves = picture.plain(panels[2])
    curves.plot(right[1], color=picture.BLUE, lw=2, label="with the sum")
    curves.plot(broken[1], color=picture.ORANGE, ls="--", label="without it")
    curves.set(xlabel="step", ylabel="mean squared distance", ylim=(0, None), xlim=(0, STEPS))
    curves.set_title("Loss on the pictures it has seen", fontsize=10)
    curves.legend()
    return figure


def main() -> None:
    args = picture.parser(__doc__).parse_args()

    print("b is used in four rows")
    g, db = by_hand()
    print(f"  gradient of every use, by column: {[column.tolist() for column in g.T]}")
    print(f"  summed over the rows: {db.tolist()}")
    print(f"  number by number:     {on_values()}")
    print(f"  by the engine:        {on_tensors().tolist()}")

    print("\nA gradient of shape (4, 3) goes back to an input of shape")
    for shape in ((3,), (1, 3), (4, 1), (), (4, 3)):
        axes = namespace.broadcast_axes((4, 3), shape)
        print(f"  {shape!s:6}: {f'summed over {axes}' if axes else 'as it is'}")

    print(f"\nA typical 3, of {PICTURES}")
    pictures, new = digits(3, "train", PICTURES), digits(3, "test", 50)
    right, broken = typical_picture(pictures), typical_picture(pictures, unbroadcast=False)
    for name, (m, losses) in (("with the sum", right), ("without it", broken)):
        print(f"  {name:12}  m has the shape {m.shape}, loss {losses[0]:.1f} -> {losses[-1]:.2f}")
    print(f"  m is the mean of the pictures: {np.allclose(right[0], pictures.mean(axis=0))}")
    print(f"  with the sum, on {len(new)} new pictures: {((right[0] - new) ** 2).sum(axis=(1, 2)).mean():.1f}")
    try:
        broken[0] - new
    except ValueError as error:
        print(f"  without it: {str(error).strip()}")

    print("\nThe engine without its sum")
    engine_without_the_sum(pictures)
    picture.save(draw(pictures, right, broken), __file__, args.out)


if __name__ == "__main__":
    main()
