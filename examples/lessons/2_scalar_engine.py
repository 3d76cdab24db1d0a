"""Lesson 2: an engine for gradients, on single numbers; with it, three neurons learn XOR.

python examples/lessons/2_scalar_engine.py
"""

import random

import picture

from seedgrad.scalar import Value

XOR = [(0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0)]
RATE = 1.0
STEPS = 600


def backward(result: Value, accumulate: bool = True, in_order: bool = True) -> None:
    """`Value.backward` on a page, and what becomes of it without its plus sign or without its order."""
    values = [result]
    for value in values:  # the list grows while we walk along it
        for parent in value.parents:
            if parent not in values:  # [1]
                values.append(parent)
    for value in values:
        if value.parents:
            value.grad = 0.0
    result.grad = 1.0  # [2]
    if in_order:
        values.sort(key=lambda value: value.order, reverse=True)  # [3]
    for value in values:
        for parent, local_grad in zip(value.parents, value.local_grads, strict=True):
            if accumulate:
                parent.grad += local_grad * value.grad  # [4]
            else:
                parent.grad = local_grad * value.grad  # [5]


def network(p: list[Value], x1: float, x2: float) -> Value:
    """Two neurons look at the inputs, a third one at those two: nine parameters."""
    h1 = (p[0] * x1 + p[1] * x2 + p[2]).tanh()
    h2 = (p[3] * x1 + p[4] * x2 + p[5]).tanh()
    return (p[6] * h1 + p[7] * h2 + p[8]).sigmoid()  # [6]


def loss_of(p: list[Value]) -> Value:
    """The squared distance from the wanted answers, the mean over the four samples."""
    return sum((network(p, x1, x2) - wanted) ** 2 for x1, x2, wanted in XOR) / len(XOR)


def first_parameters() -> list[Value]:
    rng = random.Random(1)
    return [Value(rng.uniform(-1, 1)) for _ in range(9)]


def train(accumulate: bool = True) -> tuple[list[Value], list[float]]:
    """The trained parameters, and the loss before each step."""
    p = first_parameters()
    losses = []
    for _ in range(STEPS):
        loss = loss_of(p)
        for value in p:
            value.grad = 0.0  # [7]
        backward(loss, accumulate)
        for value in p:
            value.data -= RATE * value.grad  # [8]
        losses.append(loss.data)
    return p, losses


def slope(p: list[Value], i: int, h: float = 1e-5) -> float:
    """The derivative of the loss for parameter i, by moving it a little both ways."""
    middle, ends = p[i].data, []
    for p[i].data in (middle + h, middle - h):
        ends.append(loss_of(p).data)
    p[i].data = middle
    return (ends[0] - ends[1]) / (2 * h)


def show_small_cases() -> None:
    print("f = (x + y) * y at x = 2, y = 3")
    for accumulate in (True, False):
        x, y = Value(2.0), Value(3.0)
        backward((x + y) * y, accumulate)
        print(f"  {'with +=' if accumulate else 'with = '}        df/dx = {x.grad:g}, df/dy = {y.grad:g}")
    print("\nf = s * exp(s) with s = 2 * x, at x = 0.5")
    for in_order in (True, False):
        x = Value(0.5)
        s = 2 * x
        backward(s * s.exp(), in_order=in_order)
        print(f"  {'newest first' if in_order else 'as found    '}   df/dx = {x.grad:.3f}")


def check_gradients() -> None:
    print("\nThe loss of the nine parameters, differentiated three ways")
    p = first_parameters()
    loss_of(p).backward()
    library = [value.grad for value in p]
    for value in p:
        value.grad = 0.0
    backward(loss_of(p))
    print(f"  this page and the library: {'equal' if [value.grad for value in p] == library else 'different'}")
    away = max(abs(slope(p, i) - library[i]) for i in range(9))
    print(f"  and moving each parameter a little: {'equal to 9 digits' if away < 1e-9 else 'different'}")


def draw(runs: dict[str, tuple[list[Value], list[float]]]) -> picture.Figure:
    """What the network answers everywhere, and the loss with and without the plus sign."""
    figure = picture.new_figure(9.2, 3.7)
    plane, curves = figure.subplots(1, 2, width_ratios=[1, 1.35])
    p = runs["with +="][0]
    ticks = [-0.5 + i / 30 for i in range(61)]
    answers = [[network(p, x1, x2).data for x1 in ticks] for x2 in ticks]
    shades = plane.contourf(ticks, ticks, answers, levels=[i / 10 for i in range(11)], cmap="cividis")
    plane.contour(ticks, ticks, answers, levels=[0.5], colors="white", linewidths=2)
    for wanted, marker in ((0.0, "s"), (1.0, "o")):
        at = [(x1, x2) for x1, x2, label in XOR if label == wanted]
        plane.scatter(*zip(*at, strict=True), s=100, c="white", edgecolors="black", marker=marker, label=f"{wanted:g}")
    plane.set(title="What three neurons learned", xlabel="x1", ylabel="x2", aspect="equal")
    plane.set(xticks=[0, 1], yticks=[0, 1])
    plane.legend(title="wanted", loc="upper left", bbox_to_anchor=(0.0, 1.0), fontsize=8)
    figure.colorbar(shades, ax=plane, label="answer", ticks=[0, 0.5, 1])
    picture.plain(curves)
    for (name, (_, losses)), color, style in zip(
        runs.items(), (picture.BLUE, picture.ORANGE), ("-", "--"), strict=True
    ):
        curves.plot(range(1, STEPS + 1), losses, color=color, linestyle=style, label=name)
    curves.set(title="Loss", xlabel="step", ylabel="mean squared error", ylim=(0, 0.5))
    curves.legend(title="parent.grad changes", loc="center right")
    return figure


def main() -> None:
    args = picture.parser(__doc__).parse_args()
    show_small_cases()
    check_gradients()
    print(f"\nXOR, {STEPS} steps")
    runs = {"with +=": train(), "with =": train(accumulate=False)}
    for name, (p, losses) in runs.items():
        answers = ", ".join(f"{network(p, x1, x2).data:.2f}" for x1, x2, _ in XOR)
        print(f"  {name:7}  loss {losses[0]:.3f} -> {losses[-1]:.3f}; answers {answers}")
    picture.save(draw(runs), __file__, args.out)


if __name__ == "__main__":
    main()
