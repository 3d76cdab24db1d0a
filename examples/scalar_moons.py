"""Train a network of scalars to tell two moons apart, and draw where it draws the line.

python examples/scalar_moons.py
"""

import argparse
import math
import random
from pathlib import Path

from seedgrad.scalar import Value
from seedgrad.scalar_nn import MLP

try:
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
except ImportError as error:
    raise SystemExit(f'This example needs matplotlib and rich: pip install "seedgrad[viz,train]" ({error})') from error

BLUE, ORANGE = "#0072B2", "#D55E00"


def moons(n: int, noise: float, rng: random.Random) -> tuple[list[list[float]], list[float]]:
    """`n` points on two interleaved half circles: the upper one is labelled 1, the lower one -1."""
    points, labels = [], []
    for i in range(n):
        angle = math.pi * rng.random()
        if i % 2:
            x, y = math.cos(angle), math.sin(angle)
        else:
            x, y = 1 - math.cos(angle), 0.5 - math.sin(angle)
        points.append([x + rng.gauss(0, noise), y + rng.gauss(0, noise)])
        labels.append(1.0 if i % 2 else -1.0)
    return points, labels


def loss_of(model: MLP, points: list[list[float]], labels: list[float]) -> Value:
    """max(0, 1 - label * score), the mean over the points, plus a small price on large weights."""
    scores = [model(point) for point in points]
    margins = [(1 - label * score).relu() for label, score in zip(labels, scores, strict=True)]
    return sum(margins) / len(margins) + 1e-4 * sum(p * p for p in model.parameters())


def accuracy(model: MLP, points: list[list[float]], labels: list[float]) -> float:
    right = [(model(p).data > 0) == (label > 0) for p, label in zip(points, labels, strict=True)]
    return 100 * sum(right) / len(right)


def picture(model: MLP, points: list[list[float]], labels: list[float], losses: list[float]) -> Figure:
    """On the left the plane, coloured by the model's score, with the points; on the right the loss."""
    figure = Figure(figsize=(11, 4.6), dpi=130, layout="constrained")
    plane, curve = figure.subplots(1, 2, width_ratios=[1.5, 1])
    colors = LinearSegmentedColormap.from_list("score", [BLUE, "white", ORANGE])
    xs = [-1.6 + 4.2 * i / 83 for i in range(84)]
    ys = [-1.2 + 2.9 * i / 57 for i in range(58)]
    scores = [[max(-2.0, min(2.0, model([x, y]).data)) for x in xs] for y in ys]
    shades = plane.contourf(xs, ys, scores, levels=[i / 4 for i in range(-8, 9)], cmap=colors, alpha=0.7)
    plane.contour(
        xs,
        ys,
        scores,
        levels=[-1, 0, 1],
        colors="#222222",
        linewidths=[0.8, 2, 0.8],
        linestyles=["dashed", "solid", "dashed"],
    )
    for label, color, marker in ((1.0, ORANGE, "o"), (-1.0, BLUE, "s")):
        at = [p for p, l in zip(points, labels, strict=True) if l == label]
        plane.scatter(
            [p[0] for p in at],
            [p[1] for p in at],
            s=34,
            c=color,
            marker=marker,
            edgecolors="white",
            linewidths=0.8,
            label=f"label {label:+.0f}",
        )
    plane.set(title="The boundary (solid) and its margins (dashed)", xlabel="x", ylabel="y", aspect="equal")
    plane.legend(loc="lower left")
    figure.colorbar(shades, ax=plane, label="score of the network", shrink=0.85, ticks=[-2, -1, 0, 1, 2])
    curve.plot(range(1, len(losses) + 1), losses, color=BLUE)
    curve.set(title="Loss", xlabel="step", yscale="log")
    curve.grid(alpha=0.3)
    curve.spines[["top", "right"]].set_visible(False)
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=150, help="training steps (default: 150)")
    parser.add_argument("--points", type=int, default=100, help="points to train on (default: 100)")
    parser.add_argument("--noise", type=float, default=0.12, help="spread of the points (default: 0.12)")
    parser.add_argument("--seed", type=int, default=0, help="of the points and the weights (default: 0)")
    parser.add_argument("--out", type=Path, default="runs/scalar_moons", help="folder for the picture")
    args = parser.parse_args()

    rng = random.Random(args.seed)
    points, labels = moons(args.points, args.noise, rng)
    model = MLP(2, [16, 16, 1], generator=rng)
    print(f"{model}, {len(model.parameters())} parameters, {len(points)} points")

    losses = []
    columns = (
        TextColumn("training"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TextColumn("loss {task.fields[loss]:.4f}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as progress:
        bar = progress.add_task("training", total=args.steps, loss=math.nan)
        for step in range(args.steps):
            loss = loss_of(model, points, labels)
            model.zero_grad()
            loss.backward()
            rate = 1.0 - 0.9 * step / args.steps  # large steps first, small ones at the end
            for p in model.parameters():
                p.data -= rate * p.grad
            losses.append(loss.data)
            progress.update(bar, advance=1, loss=loss.data)

    print(f"training accuracy: {accuracy(model, points, labels):.1f} %")
    print(f"test accuracy: {accuracy(model, *moons(400, args.noise, rng)):.1f} % (400 new points)")
    args.out.mkdir(parents=True, exist_ok=True)
    picture(model, points, labels, losses).savefig(args.out / "boundary.png")
    print(f"saved {args.out / 'boundary.png'}")


if __name__ == "__main__":
    main()
