"""Who may import whom: the table of docs/design.md, read off the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import seedgrad

SOURCE = Path(seedgrad.__file__).parent
ENGINE = {"core", "ops", "kernels", "functions", "autograd", "nn", "optim"}
ALLOWED = {
    "scalar": {"scalar", "scalar_layout"},
    "core": {"core"},
    "ops": {"ops", "core"},
    "kernels": {"kernels", "ops", "core"},
    "functions": {"functions", "ops", "core"},
    "autograd": {"autograd", "func", "functions", "ops", "core"},
    "nn": {"nn", "autograd", "functions", "ops", "core"},
    "optim": {"optim", "nn", "core"},
    "utils": {"utils", "amp", "data", "core"},
    "capture": {"capture", "amp", "nn", "core"},
    "func": {"func", "core"},
    "special": {"special", "nn", "functions", "ops", "core"},
    "amp": {"amp", "functions", "ops", "core"},
    "linalg": {"linalg", "functions", "ops", "core"},
    "fft": {"fft", "functions", "ops", "core"},
    # Names of everything, looked up when they are used; `core` for the name that types show.
    "torch": {"torch", "core", "data", "func", "nn"},
}
# What the other rooms may use of the engine: the names people use.
PUBLIC = {"autograd", "nn", "nn.functional", "nn.init", "nn.utils", "optim", "optim.lr_scheduler", "optim.swa_utils"}
PUBLIC |= {"fft", "func", "linalg", "special", "utils"}
# numpy and what is imported lazily, in one place each.
FORBIDDEN = {"torch", "tensorflow", "jax"}


def _room(path: Path) -> str:
    name = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    return "scalar" if name.startswith("scalar") else name


def _imports(path: Path) -> list[str]:
    """The absolute names of the modules a file imports."""
    package = ["seedgrad", *path.relative_to(SOURCE).parent.parts]
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found += [module] if node.module else [f"{module}.{alias.name}" for alias in node.names]
    return found


FILES = sorted(p for p in SOURCE.rglob("*.py") if p.parent != SOURCE or p.name.startswith("scalar"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_rooms_import_only_what_they_may(path: Path) -> None:
    room = _room(path)
    for name in _imports(path):
        assert name.split(".")[0] not in FORBIDDEN, f"{path.name} imports {name}"
        if not name.startswith("seedgrad."):
            continue
        target = name.removeprefix("seedgrad.")
        other = target.split(".")[0]
        if room in ALLOWED:
            assert other in ALLOWED[room], f"{room} imports {name}"
        elif other in ENGINE:
            assert target in PUBLIC, f"{room} imports {name}: only the public surface"


def test_import_loads_no_heavy_package() -> None:
    heavy = "scipy numba matplotlib rich typer safetensors ml_dtypes multiprocessing concurrent.futures asyncio torch"
    code = f"import sys, seedgrad; print([m for m in {heavy.split()!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    base = subprocess.run(
        [sys.executable, "-c", code.replace("seedgrad", "numpy")], capture_output=True, text=True, check=True
    )
    assert done.stdout == base.stdout


def test_stub_of_the_tensor_class_is_current() -> None:
    tool = SOURCE.parent.parent / "tools" / "make_stubs.py"
    done = subprocess.run([sys.executable, str(tool), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
