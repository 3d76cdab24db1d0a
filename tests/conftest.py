"""What every test shares: no test may leave a global mode changed, and random numbers start from a known seed."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

import seedgrad as sg

settings.register_profile(
    "seedgrad", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("seedgrad")


@pytest.fixture(autouse=True)
def _no_leaks_between_tests() -> Iterator[None]:
    sg.manual_seed(0)
    if "torch" in sys.modules:  # the oracle draws too: an unlucky draw must not fail one run in fifty
        sys.modules["torch"].manual_seed(0)
    sg.set_guard(True)  # each warning may come once more
    yield
    assert sg.is_grad_enabled(), "the test left grad mode off"
    assert not sg.is_inference_mode_enabled(), "the test left inference mode on"
    assert sg.get_default_dtype() == sg.float32, "the test changed the default dtype"
