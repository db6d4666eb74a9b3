"""Walks a folder of downloaded files: every regular file in it, archives opened, nothing outside of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from indexer.archives import Damaged, Limits, damaged, open_file
from indexer.sources.base import Member


def walk(root: Path, limits: Limits | None = None) -> Iterator[tuple[Path, Member | Damaged]]:
    """Yield every leaf file under a folder (or the one file given), archives opened, in name order.

    Links that lead out of the folder, folders that cannot be read, pipes and devices are given as damaged;
    what is in a folder's name is never looked at.
    """
    limits = limits or Limits()
    if not root.is_dir():
        yield from ((root, found) for found in _open_regular(root, shown_name(root, root), limits))
        return
    real = root.resolve()
    for path, error in _paths(root):
        shown = shown_name(root, path)
        if error:
            yield path, damaged(shown, f"cannot read the folder: {error.strerror}")
        elif _leads_out(path, real):
            yield path, damaged(shown, "this link leads out of the folder", "copy the file itself")
        elif not path.is_dir():
            yield from ((path, found) for found in _open_regular(path, shown, limits))


def shown_name(root: Path, path: Path) -> str:
    """Return the name of a file below `root` (or of `root` itself) as messages give it: valid Unicode."""
    name = path.name if path == root else path.relative_to(root).as_posix()
    return name.encode("utf-8", "replace").decode("utf-8")


def _paths(root: Path) -> list[tuple[Path, OSError | None]]:
    """Return all files and links below a folder, and the folders that cannot be read with the error."""
    found: list[tuple[Path, OSError | None]] = []

    def note(error: OSError) -> None:
        found.append((Path(str(error.filename)), error))

    for folder, inner, files in os.walk(root, onerror=note):
        # A link to a folder is not followed; `walk` tells if it leads out.
        links = [name for name in inner if Path(folder, name).is_symlink()]
        found += [(Path(folder, name), None) for name in (*files, *links)]
    return sorted(found, key=lambda item: item[0])


def _leads_out(path: Path, real_root: Path) -> bool:
    try:
        return not path.resolve().is_relative_to(real_root)
    except (OSError, RuntimeError):  # links in a circle
        return True


def _open_regular(path: Path, shown: str, limits: Limits) -> Iterator[Member | Damaged]:
    # A pipe or a device could keep a reader waiting for ever.
    if path.is_file():
        yield from open_file(path, shown, limits)
    else:
        yield damaged(shown, "this is not a regular file")
