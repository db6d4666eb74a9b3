"""Generations: complete, immutable builds, and the pointer to the one that is served.

    <data-dir>/generations/<id>/manifest.json, facts.sqlite, <kind>/...
    <data-dir>/current                          the id of the served generation

A reader holds a shared lock on the manifest, so that nothing is deleted under it.
"""

from __future__ import annotations

import fcntl
import json
import mmap
import os
import re
import zlib
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchcore.errors import GenerationError

MANIFEST = "manifest.json"
FACTS = "facts.sqlite"
CURRENT = "current"
FOLDER = "generations"
_ID = re.compile(r"^[0-9]{8}T[0-9]{6}-[0-9a-f]{8}$")
_CHUNK = 1 << 26
_CHECKSUM = "manifest_crc32"


@dataclass(frozen=True)
class Generation:
    """One generation on disk. `manifest`: its content as data (docs/architecture.md lists the keys)."""

    path: Path
    manifest: dict[str, Any]

    @property
    def id(self) -> str:
        """Return the generation's id."""
        return self.path.name

    @property
    def is_sample(self) -> bool:
        """Whether it holds the sample corpus and no imported files."""
        return bool(self.manifest["sample"])

    @property
    def data_dir(self) -> Path:
        """Return the data folder in which it is."""
        return self.path.parent.parent

    @property
    def records(self) -> dict[str, int]:
        """Return the number of record versions per kind."""
        return dict(self.manifest["records"])

    def kind_dir(self, kind: str) -> Path:
        """Return the folder of a kind's index."""
        return self.path / kind

    @property
    def facts(self) -> Path:
        """Return the path of the fact tables."""
        return self.path / FACTS

    def hold(self) -> int:
        """Take a shared lock on the generation; return the file descriptor that holds it.

        Raises:
            GenerationError: it was deleted in this moment.
        """
        try:
            handle = os.open(self.path / MANIFEST, os.O_RDONLY)
        except OSError as error:
            raise _damage(self.path / MANIFEST, f"cannot be read: {error.strerror}") from error
        fcntl.flock(handle, fcntl.LOCK_SH)
        # Whoever deletes a generation holds its lock alone until the manifest is gone.
        if os.fstat(handle).st_nlink == 0:
            os.close(handle)
            raise GenerationError(f"generation {self.id} was deleted", where=str(self.path), mend=_MEND)
        return handle


def generations_dir(data_dir: Path) -> Path:
    """Return the folder of the generations."""
    return data_dir / FOLDER


def current_id(data_dir: Path) -> str | None:
    """Return the id of the served generation, or None if nothing is published.

    Raises:
        GenerationError: the pointer holds something else than an id.
    """
    pointer = data_dir / CURRENT
    try:
        text = pointer.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise GenerationError(
            f"cannot read the pointer: {error.strerror}", where=str(pointer), mend="mend its rights"
        ) from error
    if not _ID.match(text):
        raise GenerationError("the pointer is damaged", where=str(pointer), mend="run: codefacet rollback")
    return text


def ids(data_dir: Path) -> list[str]:
    """Return the ids of all complete generations, oldest first."""
    folder = generations_dir(data_dir)
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if _ID.match(path.name) and path.is_dir())


def load(data_dir: Path, id: str | None = None) -> Generation:
    """Return a generation, the served one by default.

    Raises:
        GenerationError: nothing is built, or the manifest is missing or damaged.
    """
    wanted = id or current_id(data_dir)
    if wanted is None:
        raise GenerationError("nothing is built yet", where=str(data_dir), mend="run: codefacet build")
    path = generations_dir(data_dir) / wanted
    try:
        if not _ID.match(wanted):
            raise FileNotFoundError
        manifest = json.loads((path / MANIFEST).read_bytes())
        sound = manifest.pop(_CHECKSUM) == _manifest_checksum(manifest)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise GenerationError(f"generation {wanted} is missing", where=str(data_dir), mend=_MEND) from error
    except OSError as error:
        raise _damage(path / MANIFEST, f"cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _damage(path / MANIFEST, "is damaged") from error
    if not sound:
        raise _damage(path / MANIFEST, "does not match its checksum")
    return Generation(path, manifest)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest of a generation, with its own checksum."""
    sealed = {**manifest, _CHECKSUM: _manifest_checksum(manifest)}
    (folder / MANIFEST).write_text(json.dumps(sealed, indent=1), encoding="utf-8")


def _manifest_checksum(manifest: dict[str, Any]) -> str:
    return f"{zlib.crc32(json.dumps(manifest).encode()):08x}"


_MEND = "run: codefacet rollback, or codefacet build"


def checksum(path: Path) -> str:
    """Return the CRC-32 of a file as eight hexadecimal digits."""
    value = 0
    with path.open("rb") as stream:
        if os.fstat(stream.fileno()).st_size:
            # In large parts: a thread that reads small ones waits for the interpreter lock after each.
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as data:
                for begin in range(0, len(data), _CHUNK):
                    value = zlib.crc32(data[begin : begin + _CHUNK], value)
    return f"{value:08x}"


def inventory(folder: Path) -> dict[str, dict[str, Any]]:
    """Return size and checksum of every file below a folder, by relative path; the manifest is left out."""
    found = {}
    for path in _files(folder):
        found[path.relative_to(folder).as_posix()] = {"size": path.stat().st_size, "crc32": checksum(path)}
    return found


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MANIFEST:
            yield path


def check_files(generation: Generation, folders: Collection[str] | None = None) -> int:
    """Recompute the checksums of a generation; return the number of files.

    Args:
        generation: the generation.
        folders: only the files of these folders, `""` for those beside the manifest; None for all.

    Raises:
        GenerationError: a file is missing, has another size, or another checksum.
    """
    listed = generation.manifest["files"]
    names = [name for name in listed if folders is None or name.rpartition("/")[0] in folders]
    # The longest first, so that both threads are done at about the same time.
    names.sort(key=lambda name: -int(listed[name]["size"]))
    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(lambda name: _check_file(generation.path / name, listed[name]), names):
            pass
    return len(names)


def _check_file(path: Path, wanted: dict[str, Any]) -> None:
    try:
        size = path.stat().st_size
        if size != wanted["size"]:
            raise _damage(path, f"has {size:,} bytes instead of {wanted['size']:,}")
        if checksum(path) != wanted["crc32"]:
            raise _damage(path, "does not match its checksum")
    except FileNotFoundError as error:
        raise _damage(path, "is missing") from error
    except OSError as error:
        raise _damage(path, f"cannot be read: {error.strerror}") from error


def _damage(path: Path, how: str) -> GenerationError:
    return GenerationError(f"the generation is damaged: {path.name} {how}", where=str(path), mend=_MEND)
