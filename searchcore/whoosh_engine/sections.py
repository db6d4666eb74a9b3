"""A part of a segment file that reads and is written like a file of its own: all names begin alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt


class Arrays(Protocol):
    """Named arrays and values, for reading: `SegmentFile`, or a section of one."""

    path: Path
    values: dict[str, Any]

    def __contains__(self, name: str) -> bool:
        """Tell whether there is such an array."""

    def __iter__(self) -> Iterator[str]:
        """Return the names of all arrays."""

    def array(self, name: str) -> npt.NDArray[Any]:
        """Return an array; raise GenerationError if there is none."""

    def json(self, name: str) -> Any:
        """Return a value that was written with `add_json`."""


class ArraysWriter(Protocol):
    """Takes named arrays and values: `SegmentFileWriter`, or a section of one."""

    values: dict[str, Any]

    def add_array(self, name: str, array: npt.NDArray[Any]) -> None:
        """Write an array."""

    def add_parts(self, name: str, dtype: npt.DTypeLike, parts: Iterable[npt.NDArray[Any]]) -> None:
        """Write an array of one dimension part by part."""

    def add_json(self, name: str, value: Any) -> None:
        """Write a value that is read rarely."""


class Section:
    """A section for reading."""

    def __init__(self, file: Arrays, name: str) -> None:
        self._file = file
        self._begin = f"{name}/"
        self.path = file.path
        self.values: dict[str, Any] = file.values.get(name, {})

    def __contains__(self, name: str) -> bool:
        return self._begin + name in self._file

    def __iter__(self) -> Iterator[str]:
        return (name.removeprefix(self._begin) for name in self._file if name.startswith(self._begin))

    def array(self, name: str) -> npt.NDArray[Any]:
        """See `Arrays`."""
        return self._file.array(self._begin + name)

    def json(self, name: str) -> Any:
        """See `Arrays`."""
        return self._file.json(self._begin + name)


class SectionWriter:
    """A section for writing."""

    def __init__(self, file: ArraysWriter, name: str) -> None:
        self._file = file
        self._begin = f"{name}/"
        self.values: dict[str, Any] = file.values.setdefault(name, {})

    def add_array(self, name: str, array: npt.NDArray[Any]) -> None:
        """See `ArraysWriter`."""
        self._file.add_array(self._begin + name, array)

    def add_parts(self, name: str, dtype: npt.DTypeLike, parts: Iterable[npt.NDArray[Any]]) -> None:
        """See `ArraysWriter`."""
        self._file.add_parts(self._begin + name, dtype, parts)

    def add_json(self, name: str, value: Any) -> None:
        """See `ArraysWriter`."""
        self._file.add_json(self._begin + name, value)


def smallest(numbers: npt.NDArray[Any], below: int) -> npt.NDArray[Any]:
    """Return numbers from 0 up in the narrowest unsigned type that holds all below a bound."""
    for dtype in (np.uint8, np.uint16, np.uint32):
        if below <= np.iinfo(dtype).max + 1:
            return numbers.astype(dtype)
    return numbers.astype(np.uint64)
