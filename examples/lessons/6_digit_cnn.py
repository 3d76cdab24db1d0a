"""Lesson 6: a convolutional network that reads handwritten digits.

python examples/lessons/6_digit_cnn.py
python examples/lessons/6_digit_cnn.py --epochs 5
"""

import time

import numpy as np
import picture

import seedgrad as sg
from seedgrad import nn, optim
from seedgrad.data import DataLoader, TensorDataset
from seedgrad.datasets import Digits
from seedgrad.scalar import Value

F = nn.functional


def on_values(image: list[list[float]], kernel: list[list[float]]) -> list[list[float]]:
    """The gradient of a 2x2 kernel that slides over an image, number by number."""
    w = [[Value(number) for number in row] for row in kernel]
    loss = Value(0.0)
    for i in range(len(image) - 1):
        for j in range(len(image[0]) - 1):
            y = sum(w[a][b] * image[i + a][j + b] for a in (0, 1) for b in (0, 1))  # [1]
            loss = loss + y**2
    loss.backward()
    return [[value.grad for value in row] for row in w]


def on_tensors(image: list[list[float]], kernel: list[list[float]]) -> list[list[float]]:
    """The same with `conv2d`, which takes (N, channels, height, width) and (out, in, height, width)."""
    w = sg.tensor([[kernel]], requires_grad=True)
    y = F.conv2d(sg.tensor([[image]]), w)  # [2]
    (y**2).sum().backward()
    return w.grad[0, 0].tolist()


def network() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 8, kernel_size=5, padding=2),  # [3] (N, 8, 28, 28)
        nn.ReLU(),
        nn.MaxPool2d(2),  # [4] (N, 8, 14, 14)
        nn.Conv2d(8, 16, kernel_size=5),  # (N, 16, 10, 10)
        nn.ReLU(),
        nn.MaxPool2d(2),  # (N, 16, 5, 5)
        nn.Flatten(),
        nn.Linear(16 * 5 * 5, 10),  # [5] (N, 10)
    )


def digits(split: str) -> TensorDataset:
    """Pictures (N, 1, 28, 28) from 0, black, to 1, white, with their labels."""
    data = Digits(split)
    return TensorDataset(data.images.float() / 255, data.labels)


def train(epochs: int, zero_grad: bool = True) -> tuple[nn.Sequential, list[float]]:
    """A trained network, and the loss of each of its steps."""
    sg.manual_seed(0)
    model = network()
    optimizer = optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    loader = DataLoader(digits("train"), batch_size=32, shuffle=True)  # [6]
    losses = []
    for _ in range(epochs):
        for images, labels in loader:
            loss = F.cross_entropy(model(images), labels)  # [7]
            if zero_grad:
                optimizer.zero_grad()  # [8]
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return model, losses


def accuracy(model: nn.Module, data: TensorDataset) -> float:
    """The share of digits that the network reads right, in percent."""
    with sg.no_grad():  # [9]
        images, labels = data.tensors
        return 100 * float((model(images).argmax(1) == labels).float().mean())


def draw(model: nn.Sequential, image: sg.Tensor, losses: dict[str, list[float]]) -> picture.Figure:
    """The first layer's kernels, what they see in a digit, and the loss."""
    figure = picture.new_figure(10, 5.8)
    top, bottom = figure.subfigures(2, 1, height_ratios=[1, 1])
    kernels = model[0].weight.detach().numpy()[:, 0]  # (8, 5, 5)
    with sg.no_grad():
        maps = model[1](model[0](image[None]))[0].numpy()  # (8, 28, 28)
    panels = top.subplots(2, 9)
    most = np.abs(kernels).max()
    panels[0, 0].set_axis_off()
    panels[1, 0].imshow(image[0].numpy(), cmap="gray_r")
    for i in range(8):
        panels[0, i + 1].imshow(kernels[i], cmap="PuOr", vmin=-most, vmax=most)
        panels[1, i + 1].imshow(maps[i], cmap="gray_r")
    for axes in panels.flat:
        axes.set(xticks=[], yticks=[])
    panels[0, 4].set_title(f"8 kernels, 5 by 5 (purple +{most:.1f}, orange \N{MINUS SIGN}{most:.1f})", fontsize=10)
    panels[1, 0].set_title("a digit", fontsize=10)
    panels[1, 4].set_title("what each finds in the digit (after ReLU)", fontsize=10)
    curves = picture.plain(bottom.subplots())
    for (name, values), color, style in zip(losses.items(), (picture.BLUE, picture.ORANGE), ("-", "--"), strict=True):
        means = np.reshape(values[: len(values) // 10 * 10], (-1, 10)).mean(axis=1)
        curves.plot(np.arange(5, 10 * len(means), 10), means, color=color, ls=style, label=name)
    curves.set(title="Loss, means of 10 steps", xlabel="step", ylabel="cross-entropy (nats)", yscale="log")
    curves.yaxis.set_major_formatter("{x:g}")
    curves.legend()
    return figure


def main() -> None:
    parser = picture.parser(__doc__)
    parser.add_argument("--epochs", type=int, default=1, help="passes over the digits (default: 1)")
    args = parser.parse_args()

    image, kernel = [[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [2.0, 1.0, 0.0]], [[1.0, -1.0], [2.0, 1.0]]
    print("A kernel of 2 by 2 slides over 3 by 3 pixels: each weight is used in four places")
    print(f"  gradient, number by number: {on_values(image, kernel)}")
    print(f"  gradient, by conv2d:        {on_tensors(image, kernel)}")

    test = digits("test")
    print(f"\n{sum(p.numel() for p in network().parameters()):,} parameters, {args.epochs} epoch(s)")
    losses = {}
    models = {}
    for name, zero_grad in (("as it should be", True), ("without zero_grad", False)):
        start = time.perf_counter()
        models[name], losses[name] = train(args.epochs, zero_grad)
        took = time.perf_counter() - start
        score = accuracy(models[name], test)
        print(f"  {name:17}  loss {np.mean(losses[name][-25:]):.2f}, test accuracy {score:.1f} %")
        print(f"    ({took:.1f} s)")
    picture.save(draw(models["as it should be"], test.tensors[0][0], losses), __file__, args.out)


if __name__ == "__main__":
    main()
