"""The files of one index: named arrays and JSON values, and a directory of all of them with checksums.

`index.json` lists every file with its size and CRC-32, every array with its type and shape, and carries a
CRC-32 of itself. It is written last: a folder without it is no index. Sizes, types and shapes are checked
when an index is opened, checksums by `verify`.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searchcore.errors import GenerationError

FORMAT = 1
DIRECTORY = "index.json"
WHOOSH_FOLDER = "whoosh"
WORDS = "words"
_MEND = "roll back to an earlier generation, or build again"
_CHUNK = 1 << 22


def damaged(what: str, path: Path) -> GenerationError:
    """Return the error for a file of an index that cannot be trusted."""
    return GenerationError(what, where=str(path), mend=_MEND)


def crc_of(path: Path) -> int:
    """Return the CRC-32 of a file."""
    value = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            value = zlib.crc32(chunk, value)
    return value


class StoreWriter:
    """Collects the files of an index in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.values: dict[str, Any] = {}
        self._arrays: dict[str, list[Any]] = {}

    def add_array(self, name: str, array: npt.NDArray[Any]) -> None:
        """Write an array as `NAME.npy`."""
        np.save(self.folder / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False)
        self._arrays[name] = [array.dtype.str, *array.shape]

    def add_json(self, name: str, value: Any) -> None:
        """Write a value as `NAME.json`; for what is read rarely. Small values go to `values`."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        (self.folder / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")

    def finish(self) -> None:
        """Write the directory over all files that are in the folder by now."""
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        files = {
            path.relative_to(self.folder).as_posix(): [path.stat().st_size, crc_of(path)] for path in paths
        }
        body = {"format": FORMAT, "files": files, "arrays": self._arrays, "values": self.values}
        text = json.dumps({"crc32": zlib.crc32(_canonical(body)), "body": body}, ensure_ascii=False)
        (self.folder / DIRECTORY).write_text(text + "\n", encoding="utf-8", newline="\n")


def _canonical(body: dict[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, ensure_ascii=True).encode()


class Store:
    """The files of an index, opened for reading.

    Raises:
        GenerationError: the directory is missing or damaged, or a file is missing or of another size.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        body = _read_directory(folder / DIRECTORY)
        self._files: dict[str, list[int]] = body["files"]
        self._arrays: dict[str, list[Any]] = body["arrays"]
        self.values: dict[str, Any] = body["values"]
        for name, (size, _) in self._files.items():
            path = folder / name
            try:
                found = path.stat().st_size
            except OSError as error:
                raise damaged("a file of the index is missing", path) from error
            if found != size:
                raise damaged(f"the file has {found} bytes where {size} were written", path)

    def array(self, name: str) -> npt.NDArray[Any]:
        """Return an array, mapped into memory."""
        path = self.folder / f"{name}.npy"
        try:
            # As a plain array: slicing numpy.memmap itself is several times slower.
            found: npt.NDArray[Any] = np.asarray(np.load(path, mmap_mode="c", allow_pickle=False))
        except Exception as error:  # the header is Python text: a damaged one raises anything
            raise damaged(f"cannot read the array: {error}", path) from error
        if self._arrays.get(name) != [found.dtype.str, *found.shape]:
            raise damaged("the file is damaged: its header differs from the directory", path)
        return found

    def json(self, name: str) -> Any:
        """Return a value that was written with `add_json`."""
        path = self.folder / f"{name}.json"
        try:
            return json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise damaged("cannot read the file", path) from error

    def verify(self) -> None:
        """Read every file and compare its checksum; raise GenerationError at the first that differs."""
        for name, (_, crc) in sorted(self._files.items()):
            path = self.folder / name
            try:
                found = crc_of(path)
            except OSError as error:
                raise damaged(f"cannot read the file: {error.strerror}", path) from error
            if found != crc:
                raise damaged("the file is damaged: its checksum differs", path)


def _read_directory(path: Path) -> dict[str, Any]:
    try:
        outer = json.loads(path.read_bytes())
        body: dict[str, Any] = outer["body"]
        crc = outer["crc32"]
    except OSError as error:
        raise damaged("the index has no directory", path) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged("the directory of the index is damaged", path) from error
    if zlib.crc32(_canonical(body)) != crc:
        raise damaged("the directory of the index is damaged: its checksum differs", path)
    if body.get("format") != FORMAT:
        raise damaged(f"the index has format {body.get('format')}, this program reads {FORMAT}", path)
    return body
