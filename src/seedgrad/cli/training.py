"""One training run that can stop after any batch and continue as if it had not."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

import seedgrad as sg
from seedgrad import Tensor, nn, optim
from seedgrad.data import DataLoader, TensorDataset
from seedgrad.models import LeNet5

from .pictures import Pictures, random_shift
from .recipe import Recipe, one_cycle


@dataclass
class Sums:
    """What the batches of one epoch add up to."""

    digits: int = 0
    loss: float = 0.0
    right: int = 0
    seconds: float = 0.0

    @property
    def mean_loss(self) -> float:
        return self.loss / self.digits

    @property
    def accuracy(self) -> float:
        """In percent."""
        return 100 * self.right / self.digits


@dataclass(frozen=True)
class Judgement:
    """What the network says about digits it was not trained on."""

    loss: float
    probabilities: np.ndarray  # (N, 10)
    labels: np.ndarray  # (N,)

    @property
    def predictions(self) -> np.ndarray:
        return self.probabilities.argmax(1)

    @property
    def right(self) -> int:
        return int((self.predictions == self.labels).sum())

    @property
    def accuracy(self) -> float:
        """In percent."""
        return 100 * self.right / len(self.labels)


class DigitsRun:
    """A LeNet-5, its optimizer, and how far the training has come."""

    def __init__(self, recipe: Recipe, train: Pictures, test: Pictures) -> None:
        sg.manual_seed(recipe.seed)
        self.recipe, self.train, self.test = recipe, train, test
        self.model = LeNet5()
        self.loss = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
        self.optimizer = optim.AdamW(self.model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
        dataset = TensorDataset(train.images, train.labels)
        self.loader: DataLoader[tuple[Tensor, Tensor]] = DataLoader(dataset, batch_size=recipe.batch_size, shuffle=True)
        steps = recipe.epochs * len(self.loader)
        self.scheduler = optim.lr_scheduler.LambdaLR(self.optimizer, lambda step: one_cycle(step, steps, recipe.warmup))
        self.epoch = 0  # epochs completed
        self.batch = 0  # batches of the next epoch already trained on
        self.sums = Sums()
        self.history: list[dict[str, float]] = []
        self.order_state: Any = None  # the random state that drew the order of the current epoch

    @property
    def finished(self) -> bool:
        return self.epoch == self.recipe.epochs

    def batches(self) -> Iterator[Sums]:
        """Train on the rest of the current epoch; after each batch, what the epoch adds up to so far."""
        if self.batch == 0:
            self.order_state = sg.get_rng_state()
            order = iter(self.loader)
        else:
            # Draw the order again, pass over what has been trained on, and go on from the present state.
            now = sg.get_rng_state()
            sg.set_rng_state(self.order_state)
            order = iter(self.loader)
            for _ in range(self.batch):
                next(order)
            sg.set_rng_state(now)
        self.model.train()
        start = time.perf_counter()
        for padded, labels in order:
            loss, right = self._step(padded, labels)
            if not math.isfinite(loss):
                raise FloatingPointError(
                    f"the loss became {loss} in epoch {self.epoch + 1}, batch {self.batch + 1}; "
                    "a smaller --lr keeps it finite"
                )
            now_s = time.perf_counter()
            self.batch += 1
            self.sums.digits += len(labels)
            self.sums.loss += loss * len(labels)
            self.sums.right += right
            self.sums.seconds += now_s - start
            start = now_s
            yield self.sums

    def _step(self, padded: Tensor, labels: Tensor) -> tuple[float, int]:
        scores = self.model(random_shift(padded, self.recipe.most_shift))
        loss = self.loss(scores, labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.scheduler.step()
        return loss.item(), int((scores.argmax(1) == labels).sum())

    def finish_epoch(self) -> dict[str, float]:
        """Judge the epoch, write it to the history and make ready for the next one."""
        judgement = self.judge()
        sums = self.sums
        record = {
            "epoch": self.epoch + 1,
            "learning_rate": self.scheduler.get_last_lr()[0],
            "train_loss": sums.mean_loss,
            "train_accuracy": sums.accuracy,
            f"{self.recipe.held_out}_loss": judgement.loss,
            f"{self.recipe.held_out}_accuracy": judgement.accuracy,
            "seconds": sums.seconds,
            "digits_per_second": sums.digits / sums.seconds,
        }
        self.history.append(record)
        self.epoch, self.batch, self.sums = self.epoch + 1, 0, Sums()
        return record

    def judge(self, batch_size: int = 250) -> Judgement:
        """Classify the held-out digits, without training on them."""
        self.model.eval()
        with sg.no_grad():
            scores = sg.cat([self.model(images) for images in self.test.images.split(batch_size)])
            loss = self.loss(scores, self.test.labels).item()
            probabilities = scores.softmax(1)
        return Judgement(loss, probabilities.numpy(), self.test.labels.numpy())

    def state(self) -> dict[str, Any]:
        """All that `load_state` needs to go on from here, bit for bit."""
        return {
            "recipe": asdict(self.recipe),
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scheduler": self.scheduler.state_dict(),
            "epoch": self.epoch,
            "batch": self.batch,
            "sums": asdict(self.sums),
            "history": self.history,
            "random": {"order": self.order_state, "now": sg.get_rng_state()},
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Go back to where `state` was taken. The recipe must be the one of that run."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.scheduler.load_state_dict(state["scheduler"])
        self.epoch, self.batch = state["epoch"], state["batch"]
        self.sums, self.history = Sums(**state["sums"]), state["history"]
        self.order_state = state["random"]["order"]
        sg.set_rng_state(state["random"]["now"])
