"""`seedgrad gradcheck`: what it says of right and of broken derivatives, and its exit status."""

import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from seedgrad.cli.app import app

PLAIN = {"NO_COLOR": "1", "COLUMNS": "200", "TERM": "dumb"}
PAGE = Path(__file__).parents[2] / "docs" / "gradcheck.md"

HEAD = """
import numpy as np
import seedgrad as sg
from seedgrad import nn

class Cube(sg.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x ** 3

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 3 * x ** 2

class Product(sg.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y

    @staticmethod
    def backward(ctx, g):
        x, y = ctx.saved_tensors
        return g * y, g * x
"""


@pytest.fixture
def check(tmp_path):
    """Writes a file with some text behind HEAD, and checks a name in it."""

    def run(text, name="it", *options):
        path = tmp_path / "mine.py"
        path.write_text(HEAD + text, encoding="utf-8")
        target = f"{path}:{name}" if name else str(path)
        result = CliRunner().invoke(app, ["gradcheck", target, *options], env=PLAIN)
        assert "Traceback" not in result.output, result.output
        return result.exit_code, result.output

    return run


def test_right_function_is_right_in_both_orders(check):
    status, text = check("", "Cube")
    assert status == 0
    assert re.search(r"first +x +3×4 +\[\d, \d\].*within rounding", text)
    assert re.search(r"second +x +3×4 +\[\d, \d\].*within rounding", text)
    assert re.search(r"second +g +3×4 +\[\d, \d\].*within rounding", text)
    assert "float32 agrees with float64" in text
    assert "Cube: right" in text and "1 of 1 right" in text


RIGHT = {
    "op with rules": """
@sg.autograd.op
def it(xp, x, y, /, k=2.0):
    return xp.exp(x) * y * k
it.defvjp(x=lambda g, out: g * out, y=lambda g, xp, x, k: g * xp.exp(x) * k)
""",
    "op without rules": """
@sg.autograd.op
def it(xp, x, /):
    return xp.exp(x) * x
""",
    "variadic op": """
@sg.autograd.op
def it(xp, *xs):
    return xs[0] * xs[1]
""",
    "matrix product": "def it(x, y): return (x @ y).sin()",
    "only positive": "def it(x): return sg.log(x) * x.sqrt()",
    "complex": "def it(z): return z * z.conj() * z.exp()\nit.example_inputs = sg.randn(3, dtype=sg.complex64)",
    "kink": "def it(x): return x.relu()\nexample_inputs = lambda: sg.tensor([0.0, 1.0, -2.0])",
    "several results": "def it(x): return {'a': x * 2, 'b': [x.sin(), 3]}",
    "keywords": "def it(x, *, n): return x ** n\nexample_inputs = {'it': {'x': sg.rand(3) + 1, 'n': 3}}",
    "index beside": "def it(x, i): return x[i] ** 2\ninputs = lambda: (sg.randn(4, 2), sg.tensor([0, 2, 2]))",
    "lists": "def it(xs): return sg.cat(xs).exp()\nexample_inputs = {'it': ([sg.randn(2), sg.randn(3)],)}",
    "linear layer": "it = nn.Linear(5, 3)",
    "convolution": "it = nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU())",
    "module class": """
class it(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(sg.randn(4))
    def forward(self, x):
        return x * self.w
""",
    "batch norm": "it = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.GELU())",
    "embedding": "it = nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 2))",
    "random numbers": "it = nn.Sequential(nn.Linear(6, 4), nn.Dropout(0.4))",
    "unused input": "def it(x, y): return x * 2 + y.detach() * 0",
    "separate context": """
class it(sg.autograd.Function):
    @staticmethod
    def forward(x):
        return x ** 2
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
    @staticmethod
    def backward(ctx, g):
        return g * 2 * ctx.saved_tensors[0]
""",
}


@pytest.mark.parametrize("what", RIGHT)
def test_right_derivatives_are_found_right(check, what):
    status, text = check(RIGHT[what])
    assert status == 0, text
    assert "it: right" in text


def test_random_numbers_are_mentioned(check):
    assert "draws random numbers; checked with the same ones at every call" in check(RIGHT["random numbers"])[1]


def test_kink_is_named(check):
    assert "at a kink" in check(RIGHT["kink"])[1]


def function(backward, base="Cube"):
    lines = "\n".join("        " + line for line in backward.split("; "))
    return f"class it({base}):\n    @staticmethod\n    def backward(ctx, g):\n{lines}\n"


WRONG = {
    "first order": (
        function("return g * 2.5 * ctx.saved_tensors[0] ** 2"),
        [r"first +x +3×4 +\[\d, \d\] .* wrong"],
    ),
    "second order": (
        function("return g * 3 * ctx.saved_tensors[0].detach() ** 2"),
        [r"first .*within rounding", r"second +x .* wrong", "second order, x: there is no gradient"],
    ),
    "forgotten None": (
        function("return g * ctx.saved_tensors[1], None", "Product"),
        [r"first +y .* wrong", r"first order, y: there is no gradient \(None, or"],
    ),
    "one too few": (
        function("return g * ctx.saved_tensors[1]", "Product"),
        ["backward pass raised for x, y: RuntimeError.*expected 2, got 1", r"in the backward pass of it, mine\.py:\d+"],
    ),
    "type lost in backward": (
        function("return (g * 3 * ctx.saved_tensors[0] ** 2).float()"),
        [r"first +x .* wrong", "the gradient has only the digits of float32"],
    ),
    "type lost": ("def it(x): return x.float() * 2", ["the type is lost: .*float64 inputs, but output 0 is .*float32"]),
    "type fixed": (
        "def it(x): return x.double() * 2",
        ["the type is lost: .*float32 inputs, but output 0 is .*float64"],
    ),
    "shape": (
        function("return g * ctx.saved_tensors[1], (g * ctx.saved_tensors[0])[:2]", "Product"),
        ["backward pass raised for y: RuntimeError.*shape", "mine.py"],
    ),
    "exception": (
        function("x = ctx.saved_tensors[0]; y = x[0, 1, 2, 3]; return g * y"),
        ["backward pass raised for x: IndexError", r"at mine\.py:\d+, in backward: y = x\[0, 1, 2, 3\]"],
    ),
    "exception in second order": (
        function("return g * 3 * ctx.saved_tensors[0] ** 2 * int('x' if sg.is_grad_enabled() else 1)"),
        ["the second derivative raised ValueError", r"at mine\.py:\d+, in backward: return"],
    ),
    "NaN in second order": (
        function("return g * 3 * ctx.saved_tensors[0] ** 2 * (float('nan') if sg.is_grad_enabled() else 1)"),
        [r"first .* within rounding", r"second +x .* nan .* wrong"],
    ),
    "outside the graph": (
        "def it(x): return sg.tensor(np.sin(x.detach().numpy()))",
        ["the result does not require grad: it was computed outside the graph"],
    ),
    "not deterministic": (
        "def it(x): return x * sg.tensor(np.random.randn())",
        ["not deterministic: two calls", "not deterministic: two backward passes"],
    ),
    "one element of many": (
        function("x = ctx.saved_tensors[0]; d = (3 * x ** 2).clone(); d[7, 9] *= 2; return g * d")
        + "example_inputs = sg.rand(20, 20) + 1",
        [r"first +x +20×20 \(32 of 400\) +\[7, 9\] .* wrong"],
    ),
    "rule of an op": (
        "@sg.autograd.op\ndef it(xp, x, y, /):\n    return x * y\nit.defvjp(x=lambda g, y: g * y, y=lambda g, y: g * y)",
        [r"first +x .* within rounding", r"first +y .* wrong"],
    ),
    "imaginary part": (
        "def it(z): return Wrong.apply(z.real, z.imag)\nit.example_inputs = sg.randn(3, dtype=sg.complex128)\n"
        + function("x, y = ctx.saved_tensors; return g * y, g * x * 2", "Product").replace("class it", "class Wrong"),
        [r"first +z +3 +\[\d\] imag .* wrong"],
    ),
    "not linear in g": (
        function("return (g * 3 * ctx.saved_tensors[0] ** 2) * 0 + g * 3 * ctx.saved_tensors[0] ** 2 + 1"),
        [r"first +x .* wrong"],
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_broken_derivatives_are_found_and_located(check, what):
    text, promised = WRONG[what]
    status, output = check(text)
    assert status == 1, output
    assert "it: wrong" in output
    for pattern in promised:
        assert re.search(pattern, output, re.S if "\n" in pattern else 0), f"{pattern}\n{output}"


def test_once_differentiable_is_no_error(check):
    text = """
class it(Cube):
    @staticmethod
    @sg.autograd.function.once_differentiable
    def backward(ctx, g):
        return g * 3 * ctx.saved_tensors[0] ** 2
"""
    status, output = check(text)
    assert status == 0
    assert "the second derivative is refused by once_differentiable" in output


def test_all_of_a_file_is_checked_and_helpers_are_left_out(check):
    status, text = check(
        "def helper(n: int): return n\ndef _hidden(x): return x\nlayer = nn.Linear(3, 2)\nBad = 3\n", None
    )
    assert status == 0
    assert "Cube: right" in text and "Product: right" in text and "layer: right" in text
    assert "helper  left out: inputs can't be made: the argument n of helper is no tensor" in text
    assert "_hidden" not in text and "3 of 3 right" in text


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("", "Nothing", "has no Nothing. What can be checked there: Cube, Product"),
        ("Bad = 3", "Bad", "Bad in .* is a int, which can't be called"),
        ("def it(x, n: int): return x * n", "it", r"the argument n of it is no tensor.\nGive them: `example_inputs"),
        ("def it(): return 1", "it", "has no argument without a default value"),
        (
            "def it(x, y): raise TypeError('never')",
            "it",
            r"no inputs were found for it\(x, y\).*\(3, 4\): TypeError: never",
        ),
        (
            "class it(nn.Module):\n    def __init__(self, n): ...",
            "it",
            r"can't be made without arguments.*`layer = it\(",
        ),
        (
            "def it(x): return x\nexample_inputs = (3,)",
            "it",
            "example_inputs of the file holds no floating-point tensor",
        ),
        ("def it(x): return 3", "it", "the result holds no floating-point tensor"),
        ("1 / 0", None, r"can't be imported: ZeroDivisionError.*at mine\.py:\d+, in <module>: 1 / 0"),
        ("def (", None, r"can't be imported: SyntaxError.*line \d+"),
    ],
)
def test_what_cannot_be_checked_is_an_error_that_says_what_to_do(check, text, name, message):
    status, output = check(text, name)
    assert status == 1
    assert re.search(message, output, re.S), output


def test_files_that_are_none_are_refused(tmp_path):
    for path, message in ((tmp_path / "no.py", "there is no file"), (tmp_path / "text.txt", "must end in .py")):
        if path.suffix == ".txt":
            path.write_text("x = 1", encoding="utf-8")
        result = CliRunner().invoke(app, ["gradcheck", str(path)], env=PLAIN)
        assert result.exit_code == 1 and message in result.output
    empty = tmp_path / "empty.py"
    empty.write_text("x = 1", encoding="utf-8")
    result = CliRunner().invoke(app, ["gradcheck", str(empty)], env=PLAIN)
    assert result.exit_code == 1 and "defines nothing that can be checked" in result.output


def test_options(check):
    assert "(5 of 12)" in check("", "Cube", "--elements", "5")[1]
    assert check("", "Cube", "--seed", "1")[1] != check("", "Cube", "--seed", "2")[1]


def test_table_is_whole_in_a_narrow_terminal(check, monkeypatch):
    monkeypatch.setitem(PLAIN, "COLUMNS", "40")
    assert "…" not in check("", "Cube")[1]


def test_example_of_the_page_runs_and_says_what_the_page_says(tmp_path):
    """The page shows a file, then what the command prints of it; digits of rounding may differ."""
    page = PAGE.read_text(encoding="utf-8")
    source, shown = re.search(r"```python\n(# mine\.py\n.*?)```.*?```text\n(.*?)```", page, re.S).groups()
    (tmp_path / "mine.py").write_text(source, encoding="utf-8")
    before = os.getcwd()
    os.chdir(tmp_path)
    try:
        result = CliRunner().invoke(app, ["gradcheck", "mine.py"], env={**PLAIN, "COLUMNS": "100"})
    finally:
        os.chdir(before)
    assert result.exit_code == 1

    def comparable(text):
        text = re.sub(r"-?\d+\.\d+(e[+-]\d+)?|-?\d+e-\d+|\[[\d, ]+\]", "#", text)
        return [" ".join(line.split()) for line in text.splitlines() if line.strip(" ─")]

    assert comparable(result.output) == comparable(shown)
