"""What every sub-command is given: the effective settings, worked out once and only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click

from searchcore.settings import Settings, load_settings

__all__ = ["Settings", "current_settings", "data_dir_option", "pass_settings"]

_DATA_DIR = "codefacet.data_dir"
P = ParamSpec("P")
R = TypeVar("R")


def _keep_data_dir(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.meta[_DATA_DIR] = value


def data_dir_option() -> click.Option:
    """Return the option `--data-dir`, which stands before the name of a sub-command or after it."""
    return click.Option(
        ["--data-dir"],
        type=click.Path(path_type=Path, file_okay=False),
        expose_value=False,
        callback=_keep_data_dir,
        help="Folder of downloads, releases and generations. Default: $CODEFACET_DATA_DIR, else "
        "$XDG_DATA_HOME/codefacet, else ~/.local/share/codefacet.",
    )


def current_settings() -> Settings:
    """Return the settings of the running command; read them if this is the first time.

    They are not read before, so that `--help` works although a setting is wrong.

    Raises:
        ConfigurationError: a setting is wrong.
    """
    root = click.get_current_context().find_root()
    if not isinstance(root.obj, Settings):
        root.obj = load_settings(data_dir=root.meta.get(_DATA_DIR))
    return root.obj


def pass_settings(function: Callable[Concatenate[Settings, P], R]) -> Callable[P, R]:
    """Give a command the effective settings as its first argument."""

    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Any:
        return function(current_settings(), *args, **kwargs)

    return update_wrapper(wrapper, function)
