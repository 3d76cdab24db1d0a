"""Which names of PyTorch's namespaces are not there, and why. Needs PyTorch, which nothing under src does."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any

# The first pattern that is found in "namespace.name" gives the reason.
REASONS = (
    (r"chalf$|complex32$", "half-precision complex numbers, which PyTorch hardly computes with either"),
    (
        r"torch\.bit$|Tensor\.index$|Tensor\.module_load$|autograd\.variable$",
        "not meant for programs",
    ),
    (r"torch\.embedding_bag$", "an internal form of the name in nn.functional, with four results"),
    (r"lobpcg", "iterative eigenvalues of large sparse matrices"),
    (r"allow_mutation_on_saved", "hooks on saved tensors, switches of the engine"),
    (r"grouped_mm", "forms of kernels for other devices"),
    (r"swap_in_optimizer", "a part of functional training loops for the compiler"),
    (r"(?i)autocast|\bamp\b|GradScaler", "mixed precision on other devices, old spellings"),
    (
        r"(?i)cuda|cudnn|miopen|mkldnn|xpu|mps\b|is_cpu|mtia|vulkan|ipu\b|device|stream|event|fbgemm|pin_memory|is_pinned"
        r"|is_meta|DataParallel|is_xla|is_maia|Accelerator",
        "other devices and their libraries",
    ),
    (
        r"(?i)quant|\.q_|int_repr|qscheme|choose_qparams|\.qu?int|_bits$|\.bits\d|float[48]_|\.u?int[1-7]$|hash_tensor"
        r"|scaled_(grouped_)?mm|ScalingType|SwizzleType",
        "quantization and types below eight bits",
    ),
    (
        r"(?i)(?<!init\.)sparse|coalesce|(crow|ccol|row|col)_indices|to_dense|hspmm|\.(ds|hs|s)mm$|sspaddmm|dense_dim"
        r"|Tensor\.(indices|values)$|spmm|saddmm",
        "sparse tensors",
    ),
    (r"(?i)rename|refine_names|align_|has_names|Tensor\.name$|nested|padded_tensor", "named and nested tensors"),
    (r"(?i)distributed|rpc|share_memory|is_shared|multiproc", "several processes and machines"),
    (r"(Storage|[a-z]Tensor|StorageBase|StorageContext|storage(_type)?|default_tensor_type|\.set_)$", "storages"),
    (
        r"[a-z](Type|List|Dict|Script|Function|Key|Keys|KeySet|Iterator|Spec|Module)$|\.(jit|cond|fork|wait|compile)\b"
        r"|[Ss]ymint|\.sym_|\.Sym[A-Z]|Script|Graph|JIT|while_loop|(import|parse)_|unify_type|type_comment|ataPipe|datapipe"
        r"|_validation|non_deterministic|DataChunk|functionalize",
        "the compiler and data pipelines",
    ),
    (r"graph\.|set_multithreading|grad_layout_policy", "hooks on saved tensors, switches of the engine"),
    (
        r"(?i)deterministic|flush_denormal|float32_matmul|interop_threads|init_num_threads|file_path|thread_safe",
        "settings of PyTorch itself",
    ),
    (
        r"reinforce|\.[Vv]ariable$|detach_variable|remove_weight_norm|nn\.init\.[a-z_]*[a-z]$|\.clip_grad_norm$|Container$"
        r"|NLLLoss2d|Tensor\.volatile",
        "deprecated",
    ),
    (
        r"_copy$|\.native_|batch_norm_(backward|elemt|gather|stats|update)|norm_except_dim|torch_function|boolean_dispatch"
        r"|assert_int|TorchFunction|cxx11|constrain_range|is_warn|set_warn|factory_kwargs|data_ptr|check_backward_validity"
        r"|^torch\.[A-Z]\w*$|constant_pad_nd|\.(convolution|classproperty)$|slice_inverse|is_set_to",
        "not meant for programs",
    ),
)

SPACES = (
    "",
    "Tensor",
    "nn",
    "nn.functional",
    "nn.init",
    "nn.utils",
    "nn.utils.rnn",
    "nn.utils.parametrize",
    "nn.utils.parametrizations",
    "nn.utils.prune",
    "nn.utils.stateless",
    "optim",
    "optim.lr_scheduler",
    "optim.swa_utils",
    "linalg",
    "fft",
    "special",
    "func",
    "autograd",
    "autograd.functional",
    "autograd.graph",
    "utils.data",
    "utils.checkpoint",
    "random",
    "distributions",
    "distributions.constraints",
)
ELSEWHERE = {"utils.data": "data"}
NOT_YET = "not there yet"


def find(package: str, space: str) -> Any:
    """A namespace of either package; None if it is not there."""
    if space == "Tensor":
        return importlib.import_module(package).Tensor
    try:
        return importlib.import_module(f"{package}.{space}" if space else package)
    except ImportError:
        return None


def public(space: Any) -> set[str]:
    """The functions, classes and element types of a namespace of PyTorch."""
    torch = importlib.import_module("torch")
    names = set(dir(space))
    if inspect.ismodule(space) and space is not torch and hasattr(space, "__all__"):
        names = set(space.__all__)
    found = set()
    for name in names:
        thing = inspect.getattr_static(space, name, None)
        if thing is torch.Tensor and space is not torch:
            continue
        home = getattr(thing, "__module__", None) or ""
        if name.startswith("_") or inspect.ismodule(thing) or re.match(r"typing|collections|abc|builtins$|enum", home):
            continue
        if isinstance(space, type) or callable(thing) or isinstance(thing, torch.dtype):
            found.add(name)
    return found


def reason(space: str, name: str) -> str:
    text = ".".join(part for part in ("torch", space, name) if part)
    return next((why for pattern, why in REASONS if re.search(pattern, text)), NOT_YET)


def absent() -> dict[str, tuple[int, dict[str, list[str]]]]:
    """For each namespace: how many names PyTorch has there, and those that are missing, by reason."""
    found = {}
    for space in SPACES:
        theirs = find("torch", space)
        if theirs is None:
            continue
        ours = find("seedgrad", space) or find("seedgrad", ELSEWHERE.get(space, space))
        names = public(theirs)
        missing: dict[str, list[str]] = {}
        for name in sorted(names):
            if ours is None or not hasattr(ours, name):
                missing.setdefault(reason(space, name), []).append(name)
        found[space] = len(names), missing
    return found
