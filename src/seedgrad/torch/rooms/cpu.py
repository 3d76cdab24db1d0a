"""`torch.cpu`: the only device."""


def is_available() -> bool:
    """True."""
    return True


def device_count() -> int:
    """1."""
    return 1


def synchronize(device: object = None) -> None:
    """Nothing: nothing runs on by itself."""
