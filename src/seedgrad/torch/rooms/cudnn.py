"""`torch.backends.cudnn`: switches that programs set, of a library that is not there."""

enabled = True
benchmark = deterministic = allow_tf32 = False
benchmark_limit = 10


def is_available() -> bool:
    """False."""
    return False


def version() -> None:
    """None: it is not there."""
