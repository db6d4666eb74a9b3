"""What describes the machine, not the data: folders, addresses and limits, with where each value came from.

A value comes from an option of the command line, else from a CODEFACET_* variable, else from the file
`codefacet.yaml` in the data folder, else from the default.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from searchcore.data import load_yaml
from searchcore.errors import ConfigurationError

PREFIX = "CODEFACET_"
# Variables of the test suite are none of our business.
FOREIGN_PREFIX = "CODEFACET_TEST_"
FILE_NAME = "codefacet.yaml"
HIDDEN = "(hidden)"
MINIMUM_SECRET = 16


@dataclass(frozen=True)
class Setting:
    """One documented setting.

    Attributes:
        parse: turns the text of a variable, or the value in the file, into the setting's value; raises
            ValueError with what is expected.
        default: None for `data_dir` alone, whose default depends on the machine.
    """

    name: str
    default: int | str | None
    help: str
    parse: Callable[[Any], Any]
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError("a text is expected")
    return value


def _secret(value: Any) -> str:
    text = _text(value)
    if len(text) < MINIMUM_SECRET:
        raise ValueError(f"at least {MINIMUM_SECRET} characters are expected")
    return text


def _number(low: int, high: int) -> Callable[[Any], int]:
    def parse(value: Any) -> int:
        try:
            number = int(value) if isinstance(value, str) else value
        except ValueError:
            number = None
        if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
            raise ValueError(f"a whole number from {low} to {high} is expected")
        return number

    return parse


def _folder(value: Any) -> Path:
    try:
        return Path(_text(value)).expanduser().absolute()
    except RuntimeError as error:
        raise ValueError("there is no such home folder") from error


_HUGE = 1 << 50

SETTINGS: tuple[Setting, ...] = (
    Setting("data_dir", None, "Folder of downloads, imported releases, generations and accounts.", _folder),
    Setting("host", "127.0.0.1", "Address that `codefacet serve` listens on.", _text),
    Setting("port", 8000, "Port that `codefacet serve` listens on; 0 for any free one.", _number(0, 65535)),
    Setting("threads", 8, "Threads of the web server; each opens its own searcher.", _number(1, 256)),
    Setting("keep_generations", 3, "Builds kept for `codefacet rollback`.", _number(1, 100)),
    Setting("secret_key", "", "Signs cookies; empty: a new key at every start.", _secret, secret=True),
    Setting(
        "max_member_bytes", 2 << 30, "Largest file inside an archive, in bytes unpacked.", _number(1, _HUGE)
    ),
    Setting(
        "max_archive_bytes", 8 << 30, "Most that one archive may unpack to, in bytes.", _number(1, _HUGE)
    ),
    Setting("max_ratio", 200, "Most that a member may grow by when unpacked (zip bombs).", _number(1, 2000)),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True)
class Settings:
    """The effective settings; `origins` says where each value came from."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    keep_generations: int = 3
    secret_key: str = field(default="", repr=False)
    max_member_bytes: int = 2 << 30
    max_archive_bytes: int = 8 << 30
    max_ratio: int = 200
    origins: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def with_options(self, **options: Any) -> Settings:
        """Return the settings with the options that were given (not None) on the command line.

        Raises:
            ConfigurationError: a value is out of range.
        """
        given = {name: value for name, value in options.items() if value is not None}
        values = {
            name: _parsed(_BY_NAME[name], value, f"--{name.replace('_', '-')}")
            for name, value in given.items()
        }
        origins = {**self.origins, **dict.fromkeys(values, "option")}
        return dataclasses.replace(self, **values, origins=origins)

    def shown(self, name: str) -> str | int:
        """Return a value as it may be printed: a secret is never shown."""
        value = getattr(self, name)
        if _BY_NAME[name].secret:
            return HIDDEN if value else ""
        return str(value) if isinstance(value, Path) else value


def load_settings(
    *, data_dir: str | Path | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """Return the effective settings.

    Args:
        data_dir: the option `--data-dir`, if given.
        environ: the environment; None for that of the process. Empty variables count as not set.

    Raises:
        ConfigurationError: a variable or key is unknown, or a value is wrong; the line names it.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    origins = dict.fromkeys(_BY_NAME, "default")

    def take(name: str, value: Any, origin: str, where: str) -> None:
        values[name] = _parsed(_BY_NAME[name], value, where)
        origins[name] = origin

    from_environment = _from_environment(environ)
    if data_dir is not None:
        take("data_dir", str(data_dir), "option", "--data-dir")
    elif "data_dir" in from_environment:
        take("data_dir", from_environment["data_dir"], "environment", _BY_NAME["data_dir"].variable)
    else:
        values["data_dir"] = default_data_dir(environ)
    path = values["data_dir"] / FILE_NAME
    for name, value in _from_file(path).items():
        take(name, value, "file", f"{path}, {name}")
    for name, value in from_environment.items():
        if name != "data_dir":
            take(name, value, "environment", _BY_NAME[name].variable)
    return Settings(**values, origins=origins)


def default_data_dir(environ: Mapping[str, str]) -> Path:
    """Return `$XDG_DATA_HOME/codefacet`, or `~/.local/share/codefacet` (XDG base directories)."""
    xdg = environ.get("XDG_DATA_HOME", "")
    # The XDG specification says that a relative path there is to be ignored.
    if Path(xdg).is_absolute():
        return Path(xdg) / "codefacet"
    try:
        return Path.home() / ".local" / "share" / "codefacet"
    except RuntimeError as error:
        raise ConfigurationError(
            "this user has no home folder", mend="give --data-dir or set CODEFACET_DATA_DIR"
        ) from error


def _parsed(setting: Setting, value: Any, where: str) -> Any:
    try:
        return setting.parse(value)
    except ValueError as error:
        shown = "the value" if setting.secret else repr(value)
        raise ConfigurationError(f"{shown} is wrong: {error}", where=where) from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    known = {setting.variable: setting.name for setting in SETTINGS}
    found = {}
    for variable, value in sorted(environ.items()):
        if not variable.startswith(PREFIX) or variable.startswith(FOREIGN_PREFIX):
            continue
        if variable not in known:
            raise ConfigurationError(
                "there is no such setting", where=variable, mend=_nearest(variable, known)
            )
        if value:
            found[known[variable]] = value
    return found


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    data = load_yaml(path)
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ConfigurationError("the file does not consist of keys and values", where=str(path))
    known = {name: name for name in _BY_NAME if name != "data_dir"}
    for name in data:
        if name == "data_dir":
            raise ConfigurationError(
                "data_dir cannot stand here",
                where=str(path),
                mend="give --data-dir or set CODEFACET_DATA_DIR",
            )
        if name not in known:
            raise ConfigurationError(
                f"there is no setting {name!r}", where=str(path), mend=_nearest(str(name), known)
            )
    return data


def _nearest(name: str, known: Mapping[str, str]) -> str:
    # Without the prefix, which would make every variable look alike.
    bare = {known_name.removeprefix(PREFIX): known_name for known_name in known}
    close = [bare[match] for match in difflib.get_close_matches(name.removeprefix(PREFIX), bare, n=1)]
    if close:
        return f"did you mean {close[0]}?"
    return f"the settings are {', '.join(known)}"
