"""`torch.backends`: what PyTorch was built with; here NumPy's libraries."""


def is_available() -> bool:
    """False."""
    return False


def is_built() -> bool:
    """False."""
    return False
