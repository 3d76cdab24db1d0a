"""`python -m benchmarks.compile`: steps of the overhead-bound workloads beside `torch.compile`, too.

The workloads are those of the main table and a small LSTM. Processes of seedgrad, `seedgrad.compile` and PyTorch take turns, and
`torch.compile`, whose compiler leaves processes behind, comes last and alone; the table has the median of the rounds. Losses of
the first steps are compared, so all four do the same work.
"""

from __future__ import annotations

import argparse
import statistics
import sys

from .cells import duration, plain
from .process import Failed, together
from .runner import Effort, Turn, measure
from .sections import COMPILED
from .workloads import FURTHER, WORKLOADS

ALL = WORKLOADS | FURTHER
CHOSEN = ("mlp_small", "mlp_large", "lenet", "chain", "lstm_small", "gpt_small", "gradient_penalty", "elementwise")
ALONE = "torch.compile"
TURNS = ("seedgrad", COMPILED, "torch")
WAYS = (*TURNS, ALONE)
HEAD = """| step | seedgrad | seedgrad.compile | PyTorch | torch.compile | compiled / PyTorch |
| --- | --- | --- | --- | --- | --- |
"""


def medians(name: str, effort: Effort, kinds: tuple[str, ...]) -> dict[str, float]:
    """Median seconds of a step of each kind of process, in turns with the others.

    Raises:
        Failed: one of them can't run it, or the losses differ.
    """
    with together(kinds) as processes:
        turns: list[Turn] = measure(processes, effort, "workload", name, ALL[name].tolerance)["forward"]
    return dict(zip(kinds, map(statistics.median, zip(*turns, strict=True)), strict=True))


def line(name: str, found: dict[str, float]) -> str:
    """A row of the table."""
    cells = [duration(1e3 * found[way]) if way in found else "–" for way in WAYS]
    ratio = f"{found[COMPILED] / found['torch']:.2f}" if {COMPILED, "torch"} <= found.keys() else ""
    return f"| {ALL[name].text} | {' | '.join(cells)} | {ratio} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compile", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(ALL)}; default: {', '.join(CHOSEN)}")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.2, help="of one turn")
    parser.add_argument("--without", action="append", default=[], choices=WAYS, help="leave a way out")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(ALL))
    if unknown:
        parser.error(f"no step is called {', '.join(unknown)}; there are {', '.join(ALL)}")
    effort = Effort(starts=1, rounds=options.rounds, seconds=options.seconds, wake=0.1)
    print(HEAD, end="", flush=True)
    for name in options.names or CHOSEN:
        found: dict[str, float] = {}
        for together_now in (TURNS, (ALONE,)):
            kinds = tuple(kind for kind in together_now if kind not in options.without)
            try:
                found |= medians(name, effort, kinds) if kinds else {}
            except Failed as error:
                print(f"{name}: {plain(str(error))}", file=sys.stderr)
        print(line(name, found), flush=True)


if __name__ == "__main__":
    main()
