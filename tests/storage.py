"""Storage that fails for real: a disk that is full, a folder that cannot be written or read, root or not."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this user cannot mount: {done.stderr.strip()}; see the tests with a limited file size")


class TinyDisk:
    """A file system in memory whose size can be changed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def used(self) -> int:
        """Bytes in use."""
        stat = os.statvfs(self.path)
        return (stat.f_blocks - stat.f_bfree) * stat.f_frsize

    def leave(self, free: int) -> None:
        """Change the size so that so many bytes are free."""
        _mount("-o", f"remount,size={self.used + free}", str(self.path))


@contextmanager
def tiny_disk(path: Path, size: int) -> Iterator[TinyDisk]:
    """Mount a file system of `size` bytes; skip the test with a reason if this user cannot."""
    path.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={size}", "codefacet-test", str(path))
    try:
        yield TinyDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    """Make a folder read-only, for root too."""
    if os.geteuid():
        path.chmod(0o555)
        try:
            yield
        finally:
            path.chmod(0o755)
        return
    _mount("--bind", str(path), str(path))
    try:
        _mount("-o", "remount,bind,ro", str(path))
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Give up root's power over rights of files, for this process and a while."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def limit_file_size(size: int) -> None:
    """Let no file of this process grow beyond `size` bytes: a write then fails as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
