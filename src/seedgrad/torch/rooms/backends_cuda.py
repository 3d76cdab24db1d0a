"""`torch.backends.cuda`: switches of a device that is not there."""

import types

matmul = types.SimpleNamespace(
    allow_tf32=False,
    allow_fp16_reduced_precision_reduction=True,
    allow_bf16_reduced_precision_reduction=True,
    fp32_precision="none",
)


def is_built() -> bool:
    """False."""
    return False


def _accept(enabled: bool) -> None:
    """Nothing: attention has one implementation."""


enable_flash_sdp = enable_mem_efficient_sdp = enable_math_sdp = enable_cudnn_sdp = _accept


def flash_sdp_enabled() -> bool:
    """False."""
    return False
