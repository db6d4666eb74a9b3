"""How many inputs a test draws: a gate's worth, or many times as many at night."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import settings

# How many more inputs `make nightly` draws than the gate does.
NIGHTLY = 30


def cases(count: int) -> Callable[[Any], Any]:
    """Return the settings of a test that draws so many inputs in the gate."""
    nightly = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
    return settings(max_examples=count * (NIGHTLY if nightly else 1))
