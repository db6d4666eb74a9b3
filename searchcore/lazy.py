"""Mappings and sequences that are made when somebody first looks into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any


class LazyMapping(Mapping[str, Any]):
    """Reads like the dict that `make(*args)` returns; `make` is called once, at the first look.

    A page of hits carries twenty records, and most searches never look at more than their titles.
    """

    __slots__ = ("_args", "_made", "_make")

    def __init__(self, make: Callable[..., dict[str, Any]], *args: Any) -> None:
        self._make = make
        self._args = args
        self._made: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the dict."""
        if self._made is None:
            self._made = self._make(*self._args)
        return self._made

    def __getitem__(self, key: str) -> Any:
        return self.as_dict()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.as_dict())

    def __len__(self) -> int:
        return len(self.as_dict())

    def __repr__(self) -> str:
        return repr(self.as_dict())


class LazySequence(Sequence[Any]):
    """Reads like the tuple that `make(*args)` returns; `make` is called once, at the first look."""

    __slots__ = ("_args", "_made", "_make")

    def __init__(self, make: Callable[..., tuple[Any, ...]], *args: Any) -> None:
        self._make = make
        self._args = args
        self._made: tuple[Any, ...] | None = None

    def as_tuple(self) -> tuple[Any, ...]:
        """Return the tuple."""
        if self._made is None:
            self._made = self._make(*self._args)
        return self._made

    def __getitem__(self, place: Any) -> Any:
        return self.as_tuple()[place]

    def __len__(self) -> int:
        return len(self.as_tuple())

    def __eq__(self, other: object) -> bool:
        return self.as_tuple() == (other.as_tuple() if isinstance(other, LazySequence) else other)

    def __hash__(self) -> int:
        return hash(self.as_tuple())

    def __repr__(self) -> str:
        return repr(self.as_tuple())


class LazyValues(Mapping[str, Any]):
    """A mapping whose keys are known and whose values `make(key)` gives, each once, at the first look."""

    def __init__(self, keys: Sequence[str], make: Callable[[str], Any]) -> None:
        self._keys = keys
        self._make = make
        self._made: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        if key not in self._made:
            if key not in self._keys:
                raise KeyError(key)
            self._made[key] = self._make(key)
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return repr(dict(self))
