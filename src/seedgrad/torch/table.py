"""Which modules of PyTorch there are, and where their names are found: in each of the sources, first to last.

Sources are modules of the package, named from `seedgrad` on ("" is the package itself), or of Python's library with a
`:` before the name. Those in `torch.rooms` hold what PyTorch needs and seedgrad does not: switches of other devices,
things that are refused.
"""

from __future__ import annotations

_ROOMS = "torch.rooms."


def _same(*names: str, under: str = "") -> dict[str, tuple[str, ...]]:
    return {f"torch.{under}{name}": (f"{under}{name}",) for name in names}


def _all(space: str, names: str, *sources: str) -> dict[str, tuple[str, ...]]:
    return {f"{space}.{name}": sources for name in names.split()}


MODULES: dict[str, tuple[str, ...]] = {
    "torch": (_ROOMS + "top", ""),
    "torch.functional": ("",),
    "torch.return_types": ("functions.return_types",),
    **_same("linalg", "fft", "special", "func", "random"),
    "torch.nn": (_ROOMS + "parallel", "nn"),
    **_same("functional", "init", "parameter", under="nn."),
    "torch.nn.utils": ("nn.utils",),
    **_same("rnn", "parametrize", "parametrizations", "prune", "stateless", under="nn.utils."),
    **_all("torch.nn.utils", "clip_grad convert_parameters weight_norm spectral_norm fusion", "nn.utils"),
    "torch.nn.modules": ("nn",),
    **_all(
        "torch.nn.modules",
        "module container linear conv batchnorm instancenorm normalization activation loss dropout pooling transformer rnn "
        "sparse padding flatten distance fold upsampling pixelshuffle channelshuffle adaptive lazy",
        "nn.modules.module",
        "nn.modules.lazy",
        _ROOMS + "nn_bases",
        "nn",
    ),
    "torch.nn.modules.utils": (_ROOMS + "nn_bases",),
    "torch.nn.attention": (_ROOMS + "attention",),
    "torch.nn.attention.bias": (_ROOMS + "attention",),
    "torch.nn.parallel": (_ROOMS + "parallel",),
    "torch.nn.parallel.distributed": (_ROOMS + "parallel",),
    "torch.nn.parallel.data_parallel": (_ROOMS + "parallel",),
    "torch.optim": ("optim",),
    **_same("lr_scheduler", "swa_utils", under="optim."),
    **_all(
        "torch.optim", "optimizer adam adamw sgd rmsprop adagrad adadelta adamax nadam radam lbfgs rprop asgd", "optim"
    ),
    "torch.utils": ("utils",),
    "torch.utils.data": (_ROOMS + "data", "data"),
    **_all("torch.utils.data", "dataset dataloader sampler distributed", _ROOMS + "data", "data"),
    "torch.utils.data._utils": ("data",),
    "torch.utils.data._utils.collate": ("data",),
    "torch.utils.checkpoint": ("utils.checkpoint",),
    "torch.utils.dlpack": (_ROOMS + "dlpack",),
    "torch.utils.tensorboard": (_ROOMS + "tensorboard",),
    "torch.utils.tensorboard.writer": (_ROOMS + "tensorboard",),
    "torch.autograd": (_ROOMS + "variable", "autograd"),
    "torch.autograd.profiler": (_ROOMS + "profiler",),
    "torch.autograd.functional": ("autograd.functional",),
    "torch.autograd.variable": (_ROOMS + "variable",),
    **_all("torch.autograd", "function gradcheck anomaly_mode grad_mode", "autograd", ""),
    "torch.distributions": ("distributions",),
    "torch.distributions.constraints": ("distributions.constraints",),
    "torch.distributions.transforms": ("distributions.transforms",),
    **_all(
        "torch.distributions",
        "bernoulli beta binomial categorical cauchy chi2 constraint_registry continuous_bernoulli dirichlet distribution "
        "exp_family exponential fishersnedecor gamma generalized_pareto geometric gumbel half_cauchy half_normal "
        "independent inverse_gamma kl kumaraswamy laplace lkj_cholesky log_normal logistic_normal "
        "lowrank_multivariate_normal mixture_same_family multinomial multivariate_normal negative_binomial normal "
        "one_hot_categorical pareto poisson relaxed_bernoulli relaxed_categorical studentT transformed_distribution "
        "uniform von_mises weibull wishart",
        "distributions",
        "distributions.registry",
        "distributions.relaxed",
    ),
    **_same("amp"),
    **_all("torch.amp", "autocast_mode grad_scaler", "amp"),
    "torch.cpu": (_ROOMS + "cpu",),
    "torch.cpu.amp": (_ROOMS + "cpu_amp",),
    "torch.cuda": (_ROOMS + "cuda",),
    "torch.cuda.amp": (_ROOMS + "cuda_amp",),
    "torch.cuda.random": (_ROOMS + "cuda",),
    "torch.mps": (_ROOMS + "cuda",),
    "torch.xpu": (_ROOMS + "cuda",),
    "torch.accelerator": (_ROOMS + "accelerator",),
    "torch.backends": (_ROOMS + "backends",),
    **_all("torch.backends", "mps mkl mkldnn openmp", _ROOMS + "backends"),
    "torch.backends.cudnn": (_ROOMS + "cudnn",),
    "torch.backends.cuda": (_ROOMS + "backends_cuda",),
    "torch.compiler": (_ROOMS + "compiler",),
    "torch._dynamo": (_ROOMS + "compiler",),
    "torch.jit": (_ROOMS + "jit",),
    "torch.hub": (_ROOMS + "hub",),
    "torch.fx": (_ROOMS + "fx",),
    "torch.overrides": (_ROOMS + "overrides",),
    "torch.profiler": (_ROOMS + "profiler",),
    "torch.testing": ("testing",),
    "torch.onnx": (_ROOMS + "onnx",),
    "torch.multiprocessing": (_ROOMS + "multiprocessing", ":multiprocessing"),
    "torch.distributed": (_ROOMS + "distributed",),
    "torch.serialization": (_ROOMS + "files",),
    "torch.storage": ("",),
    "torch.types": (_ROOMS + "types", ""),
    "torch.version": (_ROOMS + "version",),
}
