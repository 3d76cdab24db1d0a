"""One process of a benchmark: run a workload on one library and print what was measured as JSON."""

from __future__ import annotations

import importlib
import json
import resource
import statistics
import sys
import time

from .workloads import WORKLOADS


def main(library: str, name: str, rounds: int) -> None:
    lib = importlib.import_module(library)
    workload = WORKLOADS[name]
    step = workload.start(lib)
    losses = [step() for _ in range(5)]
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(workload.steps):
            step()
        times.append((time.perf_counter() - start) / workload.steps)
    unit = 2**20 if sys.platform == "darwin" else 2**10  # ru_maxrss counts bytes on macOS, KiB on Linux
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(json.dumps({"seconds": statistics.median(times), "losses": losses, "peak_mib": peak}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
