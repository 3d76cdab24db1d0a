"""Lesson 4: the gradients of a network with a hidden layer, by hand and on the engine, equal to rounding.

python examples/lessons/4_mlp_by_hand.py
"""

import numpy as np
import picture

import seedgrad as sg
from seedgrad import nn
from seedgrad.datasets import Digits

Array = np.ndarray
HIDDEN, BATCH, STEPS, RATE = 32, 100, 1600, 0.5
NAMES = ("w1", "b1", "w2", "b2")


def first_weights() -> list[Array]:
    """Small random weights: (784, 32), (32), (32, 10), (10)."""
    rng = np.random.default_rng(0)
    w1 = rng.normal(0, np.sqrt(2 / 784), (784, HIDDEN))
    w2 = rng.normal(0, np.sqrt(1 / HIDDEN), (HIDDEN, 10))
    return [w1, np.zeros(HIDDEN), w2, np.zeros(10)]


def by_hand(weights: list[Array], x: Array, labels: Array, slope: bool = True) -> tuple[float, list[Array]]:
    """The loss of a batch and its gradients; x is (N, 784)."""
    w1, b1, w2, b2 = weights
    n = len(x)
    before = x @ w1 + b1  # [1] (N, 32)
    h = np.maximum(before, 0)
    z = h @ w2 + b2  # (N, 10)
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)  # [2]
    loss = -np.log(p[np.arange(n), labels]).mean()  # [3]

    dz = p.copy()
    dz[np.arange(n), labels] -= 1
    dz /= n  # [4]
    dw2 = h.T @ dz  # [5]
    db2 = dz.sum(axis=0)  # [6]
    dh = dz @ w2.T  # [7]
    if slope:
        dh = dh * (before > 0)  # [8]
    return loss, [x.T @ dh, dh.sum(axis=0), dw2, db2]


def on_engine(weights: list[sg.Tensor], x: Array, labels: Array) -> tuple[float, list[Array]]:
    """The same by the engine: the forward pass, and `backward()`."""
    w1, b1, w2, b2 = weights
    h = (sg.from_numpy(x) @ w1 + b1).relu()  # [9]
    loss = nn.functional.cross_entropy(h @ w2 + b2, sg.from_numpy(labels))
    for w in weights:
        w.grad = None
    loss.backward()  # [10]
    return float(loss), [w.grad.numpy() for w in weights]


def tensors(weights: list[Array]) -> list[sg.Tensor]:
    return [sg.tensor(w, requires_grad=True) for w in weights]


def digits(split: str) -> tuple[Array, Array]:
    """Pictures (N, 784) from 0, black, to 1, white, and their labels (N)."""
    data = Digits(split)
    return data.images.numpy().reshape(-1, 784) / 255.0, data.labels.numpy()


def train(gradients, weights: list, x: Array, labels: Array) -> list[float]:
    """Change the weights, arrays or Tensors, in place; the loss of every step."""
    order = np.random.default_rng(1).permutation(len(x))
    losses = []
    for step in range(STEPS):
        batch = np.take(order, range(step * BATCH, (step + 1) * BATCH), mode="wrap")
        loss, grads = gradients(weights, x[batch], labels[batch])
        for w, dw in zip(weights, grads, strict=True):
            array = w.detach().numpy() if isinstance(w, sg.Tensor) else w
            array -= RATE * dw
        losses.append(loss)
    return losses


def accuracy(weights: list[Array], x: Array, labels: Array) -> float:
    w1, b1, w2, b2 = weights
    return 100 * float(np.mean((np.maximum(x @ w1 + b1, 0) @ w2 + b2).argmax(axis=1) == labels))


def moved(weights: list[Array], i: int, along: Array, x: Array, labels: Array, h: float = 1e-6) -> float:
    """The slope of the loss when array i moves along a direction, by moving it a little both ways."""
    ends = []
    for step in (h, -h):
        changed = [w + step * along if j == i else w for j, w in enumerate(weights)]
        ends.append(by_hand(changed, x, labels)[0])
    return (ends[0] - ends[1]) / (2 * h)


def check(weights: list[Array], gradients: list[Array], x: Array, labels: Array) -> str:
    """For each array, whether the gradient predicts what moving in a random direction does to the loss."""
    words = []
    for i, (name, dw) in enumerate(zip(NAMES, gradients, strict=True)):
        along = np.random.default_rng(2).normal(size=dw.shape)
        seen, predicted = moved(weights, i, along, x, labels), float(np.sum(dw * along))
        words.append(f"{name} {'right' if abs(seen - predicted) < 1e-6 * abs(seen) else 'wrong'}")
    return ", ".join(words)


def without_slope(weights: list[Array], x: Array, labels: Array) -> tuple[float, list[Array]]:
    return by_hand(weights, x, labels, slope=False)


def draw(losses: dict[str, list[float]], hand: Array, engine: Array, broken: Array) -> picture.Figure:
    figure = picture.new_figure(10, 3.9)
    curves, dots = (picture.plain(axes) for axes in figure.subplots(1, 2, width_ratios=[1.4, 1]))
    looks = (
        {"color": picture.ORANGE, "ls": "--"},
        {"color": picture.BLUE, "lw": 2},
        {"color": "black", "ls": "none", "marker": "x", "ms": 4.5},
    )
    for (name, values), look in zip(losses.items(), looks, strict=True):
        means = np.reshape(values, (-1, 40)).mean(axis=1)
        curves.plot(np.arange(20, len(values), 40), means, label=name, **look)
    curves.set(title="Loss of the batches, means of 40", xlabel="step", ylabel="cross-entropy (nats)")
    curves.set(ylim=(0, None), xlim=(0, STEPS))
    curves.legend()
    shown = np.random.default_rng(3).permutation(hand.size)[:3000]
    style = {"ls": "none", "ms": 3}
    dots.plot(engine.flat[shown], broken.flat[shown], marker="^", color=picture.ORANGE, label="without [8]", **style)
    dots.plot(engine.flat[shown], hand.flat[shown], marker=".", color="black", label="by hand", **style)
    most = 1.25 * np.abs(engine.flat[shown]).max()
    dots.set(title="Gradients of w1, first step", xlabel="on the engine", ylabel="by hand")
    dots.set(xlim=(-most, most), ylim=(-most, most), aspect="equal")
    dots.legend(loc="upper left", markerscale=2)
    return figure


def main() -> None:
    args = picture.parser(__doc__).parse_args()
    x, labels = digits("train")
    new_x, new_labels = digits("test")

    print(f"The first batch, {sum(w.size for w in first_weights()):,} parameters")
    batch = (x[:BATCH], labels[:BATCH])
    hand = by_hand(first_weights(), *batch)[1]
    engine = on_engine(tensors(first_weights()), *batch)[1]
    broken = by_hand(first_weights(), *batch, slope=False)[1]
    away = max(np.abs(a - b).max() / np.abs(b).max() for a, b in zip(hand, engine, strict=True))
    print(f"  by hand and on the engine: {'equal to 13 digits' if away < 1e-13 else 'different'}")
    for name, gradients in (("by hand", hand), ("engine", engine), ("without [8]", broken)):
        print(f"  moving the weights says of {name:11}: {check(first_weights(), gradients, *batch)}")

    print(f"\nTraining, {STEPS} steps of {BATCH} digits")
    losses, trained = {}, {}
    for name, gradients, weights in (
        ("by hand, without [8]", without_slope, first_weights()),
        ("on the engine", on_engine, tensors(first_weights())),
        ("by hand", by_hand, first_weights()),
    ):
        losses[name] = train(gradients, weights, x, labels)
        trained[name] = [w.detach().numpy() if isinstance(w, sg.Tensor) else w for w in weights]
        score = accuracy(trained[name], new_x, new_labels)
        print(f"  {name:20}  last loss {np.mean(losses[name][-40:]):.3f}, test accuracy {score:.1f} %")
    pairs = zip(trained["by hand"], trained["on the engine"], strict=True)
    away = max(np.abs(a - b).max() for a, b in pairs)
    print(f"  weights by hand and on the engine: {'equal to 9 decimals' if away < 1e-9 else 'different'}")
    picture.save(draw(losses, hand[0], engine[0], broken[0]), __file__, args.out)


if __name__ == "__main__":
    main()
