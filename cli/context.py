"""What every sub-command is given: the effective settings, worked out once and only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, TypeVar

import click

from searchcore.settings import Settings, load_settings

__all__ = ["Settings", "current_settings", "pass_settings"]

P = ParamSpec("P")
R = TypeVar("R")


def current_settings() -> Settings:
    """Return the settings of the running command; read them if this is the first time.

    They are not read before, so that `--help` works although a setting is wrong.

    Raises:
        ConfigurationError: a setting is wrong.
    """
    root = click.get_current_context().find_root()
    if not isinstance(root.obj, Settings):
        root.obj = load_settings(data_dir=root.params.get("data_dir"))
    return root.obj


def pass_settings(function: Callable[Concatenate[Settings, P], R]) -> Callable[P, R]:
    """Give a command the effective settings as its first argument."""

    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Any:
        return function(current_settings(), *args, **kwargs)

    return update_wrapper(wrapper, function)
