"""One training step on two moons: seedgrad.scalar against micrograd.

    python benchmarks/scalar_moons.py

Both train the same MLP 2-16-16-1 from the same weights on the same 50 points, with the loss of micrograd's
demo. Each runs in processes of its own, in turns; the time is CPU time and includes whatever the garbage
collector does during the steps. `seedgrad, written out` is seedgrad's engine with each neuron as the sum of
products that micrograd builds, in place of one Value for the whole sum: what the engine alone gains.
"""

import argparse
import json
import math
import random
import statistics
import subprocess
import sys
import time
import tracemalloc

KINDS = ("seedgrad", "seedgrad, written out", "micrograd")
WARM_UP, STEPS, MEMORY_STEPS = 2, 20, 3


def trainer(kind):
    """A function that does one training step and returns the loss before it."""
    if kind == "micrograd":
        from micrograd.engine import Value
        from micrograd.nn import MLP
    else:
        from seedgrad.scalar import Value
        from seedgrad.scalar_nn import MLP, Neuron

        if kind == "seedgrad, written out":

            def written_out(self, x):
                act = sum((wi * xi for wi, xi in zip(self.w, x, strict=True)), self.b)
                return act.relu() if self.nonlin else act

            Neuron.__call__ = written_out

    random.seed(1337)
    points, labels = [], []
    for i in range(50):
        angle, upper = math.pi * random.random(), i % 2
        x, y = (math.cos(angle), math.sin(angle)) if upper else (1 - math.cos(angle), 0.5 - math.sin(angle))
        points.append((x + random.gauss(0, 0.1), y + random.gauss(0, 0.1)))
        labels.append(1.0 if upper else -1.0)
    model = MLP(2, [16, 16, 1])
    steps = 0

    def step():
        nonlocal steps
        inputs = [list(map(Value, point)) for point in points]
        scores = list(map(model, inputs))
        losses = [(1 + -yi * score).relu() for yi, score in zip(labels, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        reg_loss = 1e-4 * sum(p * p for p in model.parameters())
        total_loss = data_loss + reg_loss
        model.zero_grad()
        total_loss.backward()
        rate = 1.0 - 0.9 * steps / 100
        for p in model.parameters():
            p.data -= rate * p.grad
        steps += 1
        return total_loss.data

    return step


def work(kind, memory):
    """What one process measures: the CPU time of a step and the losses, or the peak of allocated memory."""
    step = trainer(kind)
    if memory:
        tracemalloc.start()
        for _ in range(MEMORY_STEPS):
            step()
        return {"peak_mb": tracemalloc.get_traced_memory()[1] / 1e6}
    losses = [step() for _ in range(WARM_UP)]
    start = time.process_time()
    losses += [step() for _ in range(STEPS)]
    return {"ms": 1e3 * (time.process_time() - start) / STEPS, "losses": losses}


def measure(rounds: int, environment: dict[str, str] | None = None) -> dict:
    """Run every kind `rounds` times, in turns, in processes with this environment (None: that of this one).

    Returns:
        `ms` and `peak_mb` by kind (the median over the rounds, and one separate run), `ratio` and
        `ratio_written_out` to micrograd's time, `loss_difference` (the largest between any two kinds in any
        step), and `rounds`.
    """

    def run(kind, *flags):
        command = [sys.executable, __file__, "--worker", kind, *flags]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        return json.loads(done.stdout)

    runs = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind in KINDS:
            runs[kind].append(run(kind))
    ms = {kind: statistics.median(r["ms"] for r in runs[kind]) for kind in KINDS}
    losses = zip(*(runs[kind][0]["losses"] for kind in KINDS), strict=True)
    return {
        "rounds": rounds,
        "ms": ms,
        "peak_mb": {kind: run(kind, "--memory")["peak_mb"] for kind in KINDS},
        "ratio": ms["seedgrad"] / ms["micrograd"],
        "ratio_written_out": ms["seedgrad, written out"] / ms["micrograd"],
        "loss_difference": max(max(step) - min(step) for step in losses),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="processes of each kind (default: 5)")
    parser.add_argument("--worker", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--memory", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        print(json.dumps(work(args.worker, args.memory)))
        return
    result = measure(args.rounds)
    print(f"MLP 2-16-16-1, 50 points: CPU time of a training step, median of {args.rounds} processes\n")
    print(f"{'':24}{'ms':>10}{'ratio':>10}{'peak MB':>10}")
    for kind in KINDS:
        ms = result["ms"][kind]
        print(f"{kind:24}{ms:10.1f}{ms / result['ms']['micrograd']:10.3f}{result['peak_mb'][kind]:10.1f}")
    difference = result["loss_difference"]
    print(f"\nlargest difference between their losses in {WARM_UP + STEPS} steps: {difference:.1e}")
    if difference > 1e-9:
        raise SystemExit("they do not compute the same thing: the comparison is void")


if __name__ == "__main__":
    main()
