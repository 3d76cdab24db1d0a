"""Networks of scalars, and the two example programs that use the scalar engine."""

import random
import runpy
import sys
from pathlib import Path

import pytest

from seedgrad.scalar import Value
from seedgrad.scalar_nn import MLP, Layer, Module, Neuron

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.mark.parametrize("nonlin", [True, False])
@pytest.mark.parametrize("nin", [1, 2, 7])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_neuron_equals_the_sum_written_out(nin, nonlin, seed):
    rng = random.Random(seed)
    neuron = Neuron(nin, nonlin, generator=rng)
    neuron.b.data = 0.1
    inputs = [Value(rng.gauss(0, 1)) for _ in range(nin)]
    leaves = [*neuron.parameters(), *inputs]

    fused = neuron(inputs)
    fused.backward()
    grads = [leaf.grad for leaf in leaves]

    for leaf in leaves:
        leaf.grad = 0.0
    plain = sum((w * x for w, x in zip(neuron.w, inputs, strict=True)), neuron.b)
    plain = plain.relu() if nonlin else plain
    plain.backward()
    assert fused.data == pytest.approx(plain.data, rel=1e-14)
    assert grads == pytest.approx([leaf.grad for leaf in leaves], rel=1e-14)


def test_neuron_takes_numbers_and_values():
    neuron = Neuron(2, nonlin=False, generator=random.Random(0))
    assert neuron([0.5, Value(-1.0)]).data == neuron((Value(0.5), -1)).data


def test_neuron_used_on_its_own_output_adds_up():
    neuron = Neuron(1, nonlin=False)
    neuron.w[0].data, neuron.b.data = 3.0, 1.0
    x = Value(2.0)
    neuron([neuron([x])]).backward()  # w(wx + b) + b
    assert (x.grad, neuron.w[0].grad, neuron.b.grad) == (9.0, 2 * 3.0 * 2.0 + 1.0, 4.0)


@pytest.mark.parametrize("inputs", [[], [1.0], [1.0, 2.0, 3.0]])
def test_wrong_number_of_inputs_is_refused(inputs):
    with pytest.raises(ValueError, match=rf"Neuron\(2\) has 2 weights and needs as many inputs, got {len(inputs)}"):
        MLP(2, [4, 1])(inputs)


def test_sizes_below_one_are_refused():
    with pytest.raises(ValueError, match="at least one input and one neuron, got 0 and 3"):
        Layer(0, 3)
    with pytest.raises(ValueError, match="at least one input and one neuron, got 4 and 0"):
        MLP(2, [4, 0, 1])
    with pytest.raises(ValueError, match=r"at least one layer, got no sizes\. For one neuron: MLP\(2, \[1\]\)"):
        MLP(2, [])


def test_shapes_parameters_and_names_of_a_network():
    model = MLP(2, [16, 16, 1])
    assert len(model.parameters()) == 2 * 16 + 16 + 16 * 16 + 16 + 16 + 1
    assert len(set(model.parameters())) == 337
    assert [layer.neurons[0].nonlin for layer in model.layers] == [True, True, False]
    assert (repr(model), repr(model.layers[0])) == ("MLP(2, [16, 16, 1])", "Layer(2, 16)")
    assert repr(model.layers[-1]) == "Layer(16, 1, nonlin=False)"
    assert repr(model.layers[-1].neurons[0]) == "Neuron(16, nonlin=False)"


def test_network_answers_with_one_value_or_a_list():
    assert isinstance(MLP(2, [3, 1])([1.0, 2.0]), Value)
    assert len(MLP(2, [3, 2])([1.0, 2.0])) == 2
    assert len(Layer(2, 1)([1.0, 2.0])) == 1
    assert isinstance(MLP(2, [1, 1])([1.0, 2.0]), Value)


def test_generator_decides_the_weights():
    def weights(model):
        return [p.data for p in model.parameters()]

    first = weights(MLP(3, [4, 2], generator=random.Random(7)))
    assert first == weights(MLP(3, [4, 2], generator=random.Random(7)))
    assert first != weights(MLP(3, [4, 2], generator=random.Random(8)))
    state = random.getstate()
    try:
        random.seed(7)
        assert first == weights(MLP(3, [4, 2]))
    finally:
        random.setstate(state)
    assert all(-1 <= w <= 1 for w in first) and first[3] == 0.0  # the bias of the first neuron


def test_zero_grad_forgets_every_gradient():
    model = MLP(2, [3, 1], generator=random.Random(0))
    model([1.0, -2.0]).backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert not any(p.grad for p in model.parameters())


def test_module_without_parameters_is_abstract():
    with pytest.raises(NotImplementedError):
        Module().zero_grad()


def test_network_learns_xor():
    data = [((0, 0), -1), ((0, 1), 1), ((1, 0), 1), ((1, 1), -1)]
    model = MLP(2, [8, 1], generator=random.Random(0))
    for _ in range(200):
        loss = sum((model(x) - y) ** 2 for x, y in data) / 4
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.1 * p.grad
    assert all(model(x).data * y > 0.5 for x, y in data)


def run_example(name, *arguments, monkeypatch):
    monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
    runpy.run_path(str(EXAMPLES / name), run_name="__main__")


@pytest.mark.parametrize("x, y", [(2.0, 3.0), (-1.5, 0.25), (0.0, 0.0)])
def test_example_by_hand_checks_itself_and_saves_the_graph(x, y, tmp_path, monkeypatch, capsys):
    run_example("scalar_by_hand.py", f"--x={x}", f"--y={y}", "--out", tmp_path / "new", monkeypatch=monkeypatch)
    text = capsys.readouterr().out
    assert f"= {x + 2 * y:g}\n  grad x" in text  # df/dy
    assert f"f/dx: by moving {y:.8f}, by backward {y:.8f}" in text
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["graph.dot", "graph.svg"]


def test_example_moons_trains_and_saves_the_boundary(tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    pytest.importorskip("rich")
    run_example("scalar_moons.py", "--steps=40", "--points=40", "--out", tmp_path / "new", monkeypatch=monkeypatch)
    text = capsys.readouterr().out
    assert "MLP(2, [16, 16, 1]), 337 parameters, 40 points" in text
    accuracy = float(text.split("training accuracy: ")[1].split()[0])
    assert accuracy >= 85
    assert (tmp_path / "new" / "boundary.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("missing", ["matplotlib.figure", "rich.progress"])
def test_example_moons_names_the_extra_that_is_missing(missing, monkeypatch):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SystemExit, match=r'pip install "seedgrad\[viz,train\]"'):
        run_example("scalar_moons.py", monkeypatch=monkeypatch)
