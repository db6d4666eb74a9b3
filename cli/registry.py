"""Which sub-commands there are: the entry points of the installed package, or of a checkout's setup.cfg."""

from __future__ import annotations

import configparser
import importlib
from functools import cache
from importlib import metadata
from pathlib import Path

import click

from cli.context import data_dir_option
from searchcore.errors import ConfigurationError

GROUP = "codefacet.commands"
SETUP_FILE = Path(__file__).resolve().parent.parent / "setup.cfg"


@cache
def registered() -> dict[str, str]:
    """Return the address (`module:attribute`) of every sub-command by its name, in order of name.

    Nothing is imported: a search must not pay for the web server. In a checkout setup.cfg has the last
    word, since the entry points of an editable install are those of the day it was installed.
    """
    found = {point.name: point.value for point in metadata.entry_points(group=GROUP)}
    found.update(_from_setup_file(SETUP_FILE))
    return dict(sorted(found.items()))


def load_command(name: str) -> click.Command | None:
    """Return a sub-command, importing its module, with `--data-dir`; None if there is none of that name.

    Raises:
        ConfigurationError: its module cannot be imported, or holds no such command.
    """
    address = registered().get(name)
    if address is None:
        return None
    module, _, attribute = address.partition(":")
    try:
        command = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            f"the command cannot be loaded: {error}",
            where=f"codefacet {name}",
            mend="install CodeFacet again",
        ) from error
    if not isinstance(command, click.Command):
        raise ConfigurationError(f"{address} is not a command", where=f"codefacet {name}")
    if not any(param.name == "data_dir" for param in command.params):
        command.params.append(data_dir_option())
    return command


def _from_setup_file(path: Path) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        return {}
    # In an installed package there may be a setup.cfg of somebody else's in this place.
    if parser.get("metadata", "name", fallback="") != "codefacet":
        return {}
    lines = parser.get("options.entry_points", GROUP, fallback="").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}
