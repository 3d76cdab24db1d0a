"""`torch.accelerator`: there is none."""


def is_available() -> bool:
    """False."""
    return False


def device_count() -> int:
    """0."""
    return 0


def current_accelerator(check_available: bool = False) -> None:
    """None."""


def synchronize(device: object = None) -> None:
    """Nothing: nothing runs on by itself."""
