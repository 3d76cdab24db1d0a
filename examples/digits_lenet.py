"""Train a LeNet-5 to read handwritten digits.

The same program as `seedgrad train digits`, without its comforts: the same seed gives the same network.

    python examples/digits_lenet.py --epochs 16 --seed 0
"""

import argparse
import math

import numpy as np

import seedgrad as sg
from seedgrad import nn, optim
from seedgrad.data import DataLoader, TensorDataset
from seedgrad.datasets import Digits
from seedgrad.models import LeNet5

SHIFT = 2  # pixels, to each side


def prepare(digits: Digits, margin: int = 0) -> TensorDataset:
    """Bytes to normalised floats, with a margin of background around each picture."""
    pixels = np.pad(digits.images.numpy(), ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    pixels = (pixels.astype(np.float32) / 255 - 0.1307) / 0.3081  # mean and spread of the training pixels
    return TensorDataset(sg.from_numpy(pixels), digits.labels)  # (N, 1, 28 + 2 margin, 28 + 2 margin)


def random_shift(padded: sg.Tensor) -> sg.Tensor:
    """Cut a window of 28 by 28 out of each picture, each at its own random place."""
    n = len(padded)
    corner = sg.randint(0, 2 * SHIFT + 1, (2, n, 1))
    rows, columns = corner + sg.arange(28)  # (N, 28) each
    return padded[sg.arange(n)[:, None, None], 0, rows[:, :, None], columns[:, None, :]].unsqueeze(1)


def accuracy(model: nn.Module, data: TensorDataset) -> float:
    """The share of digits that the model recognises, in percent."""
    model.eval()
    right = 0
    with sg.no_grad():
        for images, labels in DataLoader(data, batch_size=250):
            right += int((model(images).argmax(1) == labels).sum())
    return 100 * right / len(data)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train a LeNet-5 to read handwritten digits.")
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    sg.manual_seed(options.seed)
    test = prepare(Digits("test"))
    loader = DataLoader(prepare(Digits("train"), margin=SHIFT), batch_size=64, shuffle=True)

    model = LeNet5()
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.1)
    optimizer = optim.AdamW(model.parameters(), lr=5e-3, weight_decay=1e-2)

    steps = options.epochs * len(loader)
    rise = 0.1 * steps  # the learning rate rises for a tenth of the steps, then follows half a cosine to 0

    def factor(step: int) -> float:
        if step < rise:
            return min(1.0, (step + 1) / rise)
        return 0.5 * (1 + math.cos(math.pi * (step - rise) / (steps - rise)))

    scheduler = optim.lr_scheduler.LambdaLR(optimizer, factor)

    for epoch in range(options.epochs):
        model.train()
        total = 0.0
        for padded, labels in loader:
            loss = loss_of(model(random_shift(padded)), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            total += loss.item()
        print(f"epoch {epoch + 1}/{options.epochs}  loss {total / len(loader):.4f}")

    print(f"test accuracy: {accuracy(model, test):.2f} %")


if __name__ == "__main__":
    main()
