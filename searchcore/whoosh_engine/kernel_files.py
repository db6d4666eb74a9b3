"""Files of machine code: found by kernel and machine, and used only if every byte is as it was written.

They hold pickles, as `.pyc` files hold code: whoever can write to their folder can run code in this program.

A file holds the format, SHA-256 of what the code was made from and for, SHA-256 of the code, and the code.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

SUFFIX = ".kernel"
_MAGIC = b"CFkernl1"
_DIGEST = hashlib.sha256().digest_size

log = logging.getLogger(__name__)
_more: list[Path] = []
_told = False


def keep_in(folder: Path) -> None:
    """Name the folder that is used where the one beside the program has no file and cannot be written."""
    _more[:] = [folder]


class KernelFile:
    """The file of one kernel for one machine.

    Args:
        source: the module of the kernel.
        name: of the kernel.
        machine: processor, and versions of all that takes part in compiling; in the name of the file, so that
            machines can share a folder.
        meaning: digest of what the code is made from; in the file, so that a change replaces it.
    """

    def __init__(self, source: Path, name: str, machine: tuple[str, ...], meaning: str) -> None:
        self.folders = [source.parent / "__pycache__", *_more]
        made_for = hashlib.sha256(repr(machine).encode())
        self._name = f"{name}-{made_for.hexdigest()[:16]}{SUFFIX}"
        made_for.update(meaning.encode())
        self._head = _MAGIC + made_for.digest()

    def read(self) -> Iterator[bytes]:
        """Yield the code from each folder that has a sound file of it."""
        for folder in self.folders:
            try:
                data = (folder / self._name).read_bytes()
            except OSError:
                continue
            code = data[len(self._head) + _DIGEST :]
            if data.startswith(self._head + hashlib.sha256(code).digest()):
                yield code
            else:
                log.info("%s is damaged or made from something else", folder / self._name)

    def write(self, code: bytes) -> None:
        """Keep the code in the first folder that can be written; say it once if there is none."""
        global _told
        data = self._head + hashlib.sha256(code).digest() + code
        for folder in self.folders:
            try:
                _replace(folder / self._name, data)
                return
            except OSError:
                continue
        if not _told:
            _told = True
            log.warning(
                "compiled code cannot be kept, so that every start takes seconds more: make one of these "
                "folders writable and run codefacet build: %s",
                ", ".join(map(str, self.folders)),
            )


def _replace(path: Path, data: bytes) -> None:
    """Write a file in one step, so that no other process reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            # A temporary file is for its owner only; a server may run under another user.
            os.fchmod(handle, 0o644)
            stream.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
