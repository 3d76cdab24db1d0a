"""Run one PyTorch program, unchanged, and note the loss and the time at each call of `backward`.

    python program_runner.py seedgrad|torch same|double|own NOTES.json PROGRAM.py [arguments]

With "same" the random numbers of both libraries come from one stream (one_stream.py), with "double" all is computed in
float64, too; "own" leaves everything as it is.
"""

from __future__ import annotations

import json
import os
import resource
import runpy
import sys
import time
from typing import Any


def main(library: str, numbers: str, notes: str, program: list[str]) -> None:
    if library == "seedgrad":
        import seedgrad.torch

        seedgrad.torch.install()
    import torch

    if numbers != "own":
        import one_stream

        stream = one_stream.Stream()
        one_stream.patch(torch, stream)
        if library == "seedgrad":
            one_stream.patch_seedgrad(stream)
        else:
            one_stream.patch_pytorch(torch, stream)
        if numbers == "double":
            one_stream.double(torch)
    losses: list[float] = []
    times: list[float] = []
    backward = torch.Tensor.backward

    def noted(self: Any, *arguments: Any, **named: Any) -> None:
        times.append(time.perf_counter())
        losses.append(float(self.detach()))
        backward(self, *arguments, **named)

    torch.Tensor.backward = noted  # type: ignore[method-assign, assignment]
    start = time.perf_counter()
    if library == "seedgrad":
        from seedgrad.torch.command import main as run

        run(program)
    else:
        sys.argv = program
        sys.path[0] = os.path.dirname(os.path.abspath(program[0]))
        runpy.run_path(program[0], run_name="__main__")
    whole = time.perf_counter() - start
    unit = 2**20 if sys.platform == "darwin" else 2**10  # ru_maxrss counts bytes on macOS, KiB on Linux
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    with open(notes, "w", encoding="utf-8") as file:
        json.dump({"losses": losses, "times": times, "seconds": whole, "peak_mib": peak}, file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
