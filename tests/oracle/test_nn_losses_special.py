"""What of the room of losses is no table: adaptive softmax, legacy arguments, warnings, random layers."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import Layer, same

# Adaptive softmax


def adaptive(**settings: Any) -> tuple[Any, Any]:
    return Layer("AdaptiveLogSoftmaxWithLoss", 8, 20, [5, 9, 15], inputs=[], div_value=2.0, **settings).make()


@pytest.mark.parametrize("head_bias", [False, True])
def test_adaptive_log_softmax_agrees(head_bias: bool) -> None:
    ours, theirs = adaptive(head_bias=head_bias)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    rng = np.random.default_rng(0)
    for targets in ([0, 4, 5, 8, 9, 14, 15, 19], [1, 2], [19], [7, 7, 7], [16, 0]):
        array = rng.standard_normal((len(targets), 8))
        x, y = sg.tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
        a, b = ours(x, sg.tensor(targets)), theirs(y, torch.tensor(targets))
        same(a.output, b.output)
        same(a.loss, b.loss)
        assert type(a).__name__ == type(b).__name__
        ours.zero_grad()
        theirs.zero_grad()
        (a.loss + a.output.sum()).backward()
        (b.loss + b.output.sum()).backward()
        same(x.grad, y.grad)
        gradients = dict(theirs.named_parameters())
        for name, p in ours.named_parameters():
            assert (p.grad is None) == (gradients[name].grad is None), name
            if p.grad is not None:
                same(p.grad, gradients[name].grad, what=name)
        same(ours.log_prob(x), theirs.log_prob(y))
        same(ours.predict(x), theirs.predict(y))
        same(ours.predict(x * 100), theirs.predict(y * 100))
    one, other = ours(x[0], sg.tensor(3)), theirs(y[0], torch.tensor(3))
    same(one.output, other.output)
    same(one.loss, other.loss)


def test_adaptive_log_softmax_predicts_each_kind_of_sample() -> None:
    ours, theirs = adaptive(head_bias=True)
    array = np.random.default_rng(0).standard_normal((40, 8)) * 3
    for bias in (0.0, 30.0, -30.0):  # both kinds, the shortlist only, the clusters only
        ours.head.bias.array[:5] = bias
        theirs.head.bias.data[:5] = bias
        same(ours.predict(sg.tensor(array)), theirs.predict(torch.tensor(array)))


ADAPTIVE_BAD: list[tuple[Callable[[Any], Any], str]] = [
    (lambda p: p.nn.AdaptiveLogSoftmaxWithLoss(4, 10, []), "length larger than 0"),
    (lambda p: p.nn.AdaptiveLogSoftmaxWithLoss(4, 10, [5, 3]), r"unique, positive integers.*got \[5, 3\]"),
    (lambda p: p.nn.AdaptiveLogSoftmaxWithLoss(4, 10, [5, 5]), "unique, positive"),
    (lambda p: p.nn.AdaptiveLogSoftmaxWithLoss(4, 10, [0, 5]), "between 1 and n_classes-1"),
    (lambda p: p.nn.AdaptiveLogSoftmaxWithLoss(4, 10, [10]), "n_classes=10"),
    (lambda p: p.nn.AdaptiveLogSoftmaxWithLoss(4, 10, [2.5]), "unique, positive"),
    (lambda p: adaptive_call(p, (3, 4), [0, 1]), r"same size in the batch dimension, got \(3, 4\) and \(2,\)"),
    (lambda p: adaptive_call(p, (2, 2, 4), [0, 1]), "1D target tensor expects 2D input"),
    (lambda p: adaptive_call(p, (2, 4), 1), "0D target tensor expects 1D input"),
    (lambda p: adaptive_call(p, (2, 4), [[1], [0]]), "multi-target not supported"),
    (lambda p: adaptive_call(p, (2, 4), [1, 10]), r"in \[0, 9\], but values in range \[1, 10\]"),
    (lambda p: adaptive_call(p, (2, 4), [1, -1]), r"in range \[-1, 1\]"),
]


def adaptive_call(package: Any, shape: tuple[int, ...], target: Any) -> Any:
    return package.nn.AdaptiveLogSoftmaxWithLoss(4, 10, [5])(package.ones(shape), package.tensor(target))


@pytest.mark.parametrize(("call", "match"), ADAPTIVE_BAD)
def test_adaptive_log_softmax_errors(call: Callable[[Any], Any], match: str) -> None:
    with pytest.raises(Exception) as expected:
        call(torch)
    with pytest.raises(expected.type, match=match):
        call(sg)


# The old names of reduction, and warnings

ARGS: dict[str, tuple[Any, ...]] = {
    "l1_loss": ((2, 3), (2, 3)),
    "mse_loss": ((2, 3), (2, 3)),
    "smooth_l1_loss": ((2, 3), (2, 3)),
    "kl_div": ((2, 3), (2, 3)),
    "binary_cross_entropy": ((2, 3), (2, 3)),
    "binary_cross_entropy_with_logits": ((2, 3), (2, 3)),
    "poisson_nll_loss": ((2, 3), (2, 3)),
    "margin_ranking_loss": ((3,), (3,), (3,)),
    "hinge_embedding_loss": ((3,), (3,)),
    "soft_margin_loss": ((3,), (3,)),
    "multilabel_soft_margin_loss": ((2, 3), (2, 3)),
    "triplet_margin_loss": ((2, 3), (2, 3), (2, 3)),
    "cross_entropy": ((2, 3), np.array([0, 2])),
    "nll_loss": ((2, 3), np.array([0, 2])),
    "multi_margin_loss": ((2, 3), np.array([0, 2])),
    "multilabel_margin_loss": ((2, 3), np.array([[0, -1, 0], [2, 1, -1]])),
    "cosine_embedding_loss": ((2, 3), (2, 3), np.array([1, -1])),
}
MODULES = {
    "L1Loss": "l1_loss",
    "MSELoss": "mse_loss",
    "SmoothL1Loss": "smooth_l1_loss",
    "KLDivLoss": "kl_div",
    "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
    "PoissonNLLLoss": "poisson_nll_loss",
    "MarginRankingLoss": "margin_ranking_loss",
    "HingeEmbeddingLoss": "hinge_embedding_loss",
    "SoftMarginLoss": "soft_margin_loss",
    "MultiLabelSoftMarginLoss": "multilabel_soft_margin_loss",
    "TripletMarginLoss": "triplet_margin_loss",
    "CrossEntropyLoss": "cross_entropy",
    "NLLLoss": "nll_loss",
    "MultiMarginLoss": "multi_margin_loss",
    "MultiLabelMarginLoss": "multilabel_margin_loss",
    "CosineEmbeddingLoss": "cosine_embedding_loss",
}


def arguments(name: str) -> list[np.ndarray[Any, Any]]:
    rng = np.random.default_rng(0)
    return [a if isinstance(a, np.ndarray) else rng.uniform(0.1, 0.9, a) for a in ARGS[name]]


def recorded(call: Callable[[], Any]) -> tuple[Any, list[tuple[type, str]]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = call()
    return result, [(w.category, str(w.message)) for w in caught]


OLD = [
    {"size_average": a, "reduce": b} for a in (None, True, False) for b in (None, True, False) if (a, b) != (None, None)
]


@pytest.mark.parametrize("old", OLD, ids=str)
@pytest.mark.parametrize("name", ARGS)
def test_old_names_of_reduction_warn_and_work(name: str, old: dict[str, Any]) -> None:
    a, seen = recorded(lambda: getattr(sg.nn.functional, name)(*map(sg.tensor, arguments(name)), **old))
    b, expected = recorded(lambda: getattr(torch.nn.functional, name)(*map(torch.tensor, arguments(name)), **old))
    same(a, b)
    assert seen == expected


@pytest.mark.parametrize("old", OLD, ids=str)
@pytest.mark.parametrize("name", MODULES)
def test_old_names_of_reduction_in_layers(name: str, old: dict[str, Any]) -> None:
    made, seen = recorded(lambda: getattr(sg.nn, name)(**old))
    other, expected = recorded(lambda: getattr(torch.nn, name)(**old))
    assert (made.reduction, seen) == (other.reduction, expected)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        arrays = arguments(MODULES[name])
        same(made(*map(sg.tensor, arrays)), other(*map(torch.tensor, arrays)))


@pytest.mark.parametrize("name", [*MODULES, "HuberLoss", "GaussianNLLLoss", "CTCLoss", "TripletMarginWithDistanceLoss"])
def test_unknown_reduction_is_refused_on_the_call(name: str) -> None:
    def run(package: Any) -> Any:
        layer = getattr(package.nn, name)(reduction="average")
        function = MODULES.get(name, "triplet_margin_loss" if name.startswith("Triplet") else "mse_loss")
        tensors = [package.tensor(a) for a in arguments(function)]
        if name == "GaussianNLLLoss":
            tensors.append(tensors[0])
        if name == "CTCLoss":
            tensors = [package.zeros(3, 1, 2), package.tensor([[1]]), (3,), (1,)]
        return layer(*tensors)

    with pytest.raises(Exception) as expected:
        run(torch)
    with pytest.raises(expected.type, match="average is not"):
        run(sg)


@pytest.mark.parametrize("name", ["l1_loss", "mse_loss", "smooth_l1_loss", "huber_loss"])
def test_broadcasting_in_a_loss_warns_as_in_torch(name: str) -> None:
    x, y = np.ones((3, 1)), np.zeros(3)
    a, seen = recorded(lambda: getattr(sg.nn.functional, name)(sg.tensor(x), sg.tensor(y)))
    b, expected = recorded(lambda: getattr(torch.nn.functional, name)(torch.tensor(x), torch.tensor(y)))
    same(a, b)
    assert [w[0] for w in seen] == [w[0] for w in expected] == [UserWarning]
    words = "is different to the input size"
    assert words in seen[0][1]
    assert words in expected[0][1]


def test_elementwise_mean_is_mean_with_a_warning() -> None:
    x, y = sg.tensor([1.0, 3.0]), sg.tensor([0.0, 0.0])
    for name in ("mse_loss", "soft_margin_loss"):
        function = getattr(sg.nn.functional, name)
        with pytest.warns(UserWarning, match="reduction='elementwise_mean' is deprecated"):
            assert function(x, y, reduction="elementwise_mean").item() == function(x, y).item()


def test_soft_margin_loss_of_large_scores_stays_finite() -> None:
    # PyTorch overflows to inf here.
    x = sg.tensor([1000.0, -1000.0], requires_grad=True)
    loss = sg.nn.functional.soft_margin_loss(x, sg.tensor([-1.0, -1.0]), reduction="none")
    loss.sum().backward()
    assert loss.tolist() == [1000.0, 0.0]
    assert x.grad.tolist() == [1.0, 0.0]


# Wrong calls of layers

BAD: list[tuple[str, Callable[[Any], Any], str]] = [
    ("triplet margin", lambda p: p.nn.TripletMarginLoss(margin=0), "greater than 0, got 0"),
    ("triplet distance", lambda p: p.nn.TripletMarginWithDistanceLoss(margin=-1), "greater than 0, got -1"),
    ("multi p", lambda p: p.nn.MultiMarginLoss(p=3), "got p=3"),
    ("multi weight", lambda p: p.nn.MultiMarginLoss(weight=p.ones(2, 2)), "one-dimensional"),
    ("linear ce weight", lambda p: p.nn.LinearCrossEntropyLoss(2, 3, weight=p.ones(2)), r"to be \(3,\), got \(2,\)"),
    ("linear ce smoothing", lambda p: p.nn.LinearCrossEntropyLoss(2, 3, label_smoothing=2.0), r"in range \[0, 1\]"),
    ("bilinear zero", lambda p: p.nn.Bilinear(0, 3, 4), "in1_features must be > 0"),
    ("bilinear negative", lambda p: p.nn.Bilinear(-1, 3, 4), "negative dimension -1"),
    ("instance dims", lambda p: p.nn.InstanceNorm1d(3)(p.ones(1, 3, 4, 4)), r"expected 2D or 3D input \(got 4D"),
    ("instance dims 3d", lambda p: p.nn.InstanceNorm3d(3)(p.ones(3, 4, 4)), r"expected 4D or 5D input \(got 3D"),
    ("instance channels", lambda p: p.nn.InstanceNorm1d(3, affine=True)(p.ones(2, 5, 4)), "match num_features"),
    ("instance one place", lambda p: p.nn.InstanceNorm1d(3)(p.ones(2, 3, 1)), "more than 1 spatial element"),
    ("instance one running", lambda p: p.nn.functional.instance_norm(p.ones(2, 3, 4), p.ones(3)), "both be None"),
    ("instance integers", lambda p: p.nn.functional.instance_norm(p.ones(2, 3, 4).long()), "not implemented"),
    ("sync dims", lambda p: p.nn.SyncBatchNorm(3)(p.ones(3)), r"expected at least 2D input \(got 1D input\)"),
    ("sync channels", lambda p: p.nn.SyncBatchNorm(3)(p.ones(3, 0)), "should be non-zero"),
    ("sync other channels", lambda p: p.nn.SyncBatchNorm(3)(p.ones(3, 4)), "should contain 4 elements not 3"),
    ("feature alpha p", lambda p: p.nn.FeatureAlphaDropout(1.5), "between 0 and 1, but got 1.5"),
    ("rrelu", lambda p: p.nn.RReLU(0.5, 0.1)(p.ones(2)), "less than or equal to the upper bound"),
]


@pytest.mark.parametrize(("call", "match"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_wrong_call_raises_what_torch_raises(call: Callable[[Any], Any], match: str) -> None:
    with pytest.raises(Exception) as expected:
        call(torch)
    with pytest.raises(expected.type, match=match):
        call(sg)


def test_what_one_process_cannot_do_is_refused() -> None:
    with pytest.raises(ValueError, match="process_group must be None"):
        sg.nn.SyncBatchNorm(3, process_group="workers")
    with pytest.raises(NotImplementedError, match="options must be None"):
        sg.nn.functional.linear_cross_entropy(sg.ones(1, 2), sg.ones(3, 2), sg.tensor([0]), options={})


def test_instance_norm_warns_about_other_channels() -> None:
    with pytest.warns(UserWarning, match="does not match num_features") as seen:
        sg.nn.InstanceNorm1d(3)(sg.randn(2, 5, 4))
    assert seen[0].filename == __file__
    layer, other = sg.nn.InstanceNorm1d(3), torch.nn.InstanceNorm1d(3)
    state = {"running_mean": np.zeros(3, np.float32)}
    with pytest.raises(RuntimeError, match="Unexpected running stats buffer"):
        layer.load_state_dict(state)
    with pytest.raises(RuntimeError, match="Unexpected running stats buffer"):
        other.load_state_dict({k: torch.tensor(v) for k, v in state.items()})


def test_convert_sync_batchnorm_agrees() -> None:
    def model(nn: Any) -> Any:
        return nn.Sequential(nn.BatchNorm2d(3), nn.Sequential(nn.BatchNorm1d(2, affine=False), nn.ReLU())).eval()

    made = model(sg.nn)
    first = made[0]
    ours = sg.nn.SyncBatchNorm.convert_sync_batchnorm(made)
    theirs = torch.nn.SyncBatchNorm.convert_sync_batchnorm(model(torch.nn))
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert ours[0].weight is first.weight
    assert ours[0].running_var is first.running_var
    assert not ours[0].training
    alone = sg.nn.SyncBatchNorm.convert_sync_batchnorm(sg.nn.BatchNorm1d(3))
    assert type(alone) is sg.nn.SyncBatchNorm


def test_old_name_of_nll_loss_warns() -> None:
    for package in (sg, torch):
        with pytest.warns(FutureWarning, match="`NLLLoss2d` has been deprecated"):
            layer = package.nn.NLLLoss2d(reduction="sum")
        assert layer(package.zeros(1, 2, 3, 3) - 1, package.zeros(1, 3, 3).long()).item() == 9.0
        assert isinstance(layer, package.nn.NLLLoss)


@pytest.mark.parametrize("shape", [(0, 3, 4), (2, 3, 0), (1, 3, 2)])
def test_instance_norm_of_nothing_keeps_or_loses_its_statistics(shape: tuple[int, ...]) -> None:
    ours, theirs = (p.nn.InstanceNorm1d(3, track_running_stats=True) for p in (sg, torch))
    same(ours(sg.ones(*shape)), theirs(torch.ones(shape)))
    same(ours.running_mean, theirs.running_mean)
    same(ours.running_var, theirs.running_var)
