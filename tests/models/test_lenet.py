"""LeNet-5: its shapes, its size, and that every weight learns."""

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.models import LeNet5


@pytest.mark.parametrize("n", [0, 1, 5])
def test_lenet_gives_one_score_a_class(n):
    assert tuple(LeNet5()(sg.zeros(n, 1, 28, 28)).shape) == (n, 10)
    assert tuple(LeNet5(classes=3)(sg.zeros(n, 1, 28, 28)).shape) == (n, 3)


def test_lenet_has_the_layers_of_the_paper_with_8_and_32_maps():
    shapes = {name: tuple(value.shape) for name, value in LeNet5().named_parameters()}
    assert shapes == {
        "features.0.weight": (8, 1, 5, 5),
        "features.0.bias": (8,),
        "features.3.weight": (32, 8, 5, 5),
        "features.3.bias": (32,),
        "classifier.1.weight": (120, 800),
        "classifier.1.bias": (120,),
        "classifier.3.weight": (84, 120),
        "classifier.3.bias": (84,),
        "classifier.5.weight": (10, 84),
        "classifier.5.bias": (10,),
    }


def test_lenet_every_parameter_gets_a_gradient():
    sg.manual_seed(0)
    model = LeNet5()
    loss = sg.nn.functional.cross_entropy(model(sg.randn(8, 1, 28, 28)), sg.arange(8))
    loss.backward()
    for name, parameter in model.named_parameters():
        assert np.isfinite(parameter.grad.numpy()).all() and parameter.grad.numpy().any(), name
