"""A hand-written YAML file as a dataclass: every key is there and known, every value has its field's type."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar, get_args, get_origin, get_type_hints

from searchcore.data import load_yaml
from searchcore.errors import ConfigurationError

T = TypeVar("T")


def read_as(path: Path, form: type[T]) -> T:
    """Return the content of a YAML file as a dataclass.

    Args:
        path: the file.
        form: the dataclass. Its fields are str, int, float, dataclasses, and lists and dicts of them.

    Raises:
        ConfigurationError: a key is missing or unknown, or a value has another type; numbers are not below 0.
    """
    made: T = _made(form, load_yaml(path), _Place(path))
    return made


def check_keys(found: dict[Any, Any], wanted: set[str], path: Path, name: str) -> None:
    """Raise ConfigurationError unless the dict called `name` in a file has these keys and no others."""
    _check_keys(found, wanted, _Place(path, name))


@dataclass(frozen=True)
class _Place:
    """A key of a file; `key` is empty for the file itself."""

    path: Path
    key: str = ""

    def below(self, name: Any) -> _Place:
        return _Place(self.path, f"{self.key}.{name}" if self.key else str(name))

    def wrong(self, what: str, mend: str) -> NoReturn:
        raise ConfigurationError(f"{self.key or 'the file'} {what}", where=str(self.path), mend=mend)


def _made(form: Any, found: Any, place: _Place) -> Any:
    """Return what stands in a file as a value of a type."""
    if is_dataclass(form):
        types = get_type_hints(form)
        names = [field.name for field in fields(form)]
        _check_keys(_table(found, place), set(names), place)
        return form(**{name: _made(types[name], found[name], place.below(name)) for name in names})  # type: ignore[operator]
    if get_origin(form) is dict:
        of_key, of_value = get_args(form)
        return {
            _made(of_key, key, place.below(key)): _made(of_value, value, place.below(key))
            for key, value in _table(found, place).items()
        }
    if get_origin(form) is list:
        if not isinstance(found, list):
            place.wrong(f"is {found!r}, not a list", "write it as [a, b]")
        (each,) = get_args(form)
        return [_made(each, value, place) for value in found]
    return _text(found, place) if form is str else _number(form, found, place)


def _check_keys(found: dict[Any, Any], wanted: set[str], place: _Place) -> None:
    unknown = sorted(map(str, found.keys() - wanted))
    for name in sorted(wanted - found.keys()):
        place.below(name).wrong("is missing", f"mend {unknown[0]}, which is no key" if unknown else "add it")
    for name in unknown:
        place.below(name).wrong("is no key", f"the keys are {', '.join(sorted(wanted))}")


def _table(found: Any, place: _Place) -> dict[Any, Any]:
    if not isinstance(found, dict):
        place.wrong("does not consist of keys and values", "write them as key: value, one a line")
    return found


def _text(found: Any, place: _Place) -> str:
    # YAML takes a bare `no` for a truth value, and 00100 for the octal number 64.
    if not isinstance(found, str):
        place.wrong(f"holds {found!r}, which is no text", "put it in quotes")
    return found


def _number(form: type, found: Any, place: _Place) -> Any:
    whole = form is int
    if isinstance(found, bool) or not isinstance(found, int if whole else int | float) or not found >= 0:
        place.wrong(f"is {found!r}", f"write a {'whole ' if whole else ''}number from 0 up")
    return found
