"""What reader tests share: members from bytes and files, source descriptions, mangled lines."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from indexer.sources.base import Member, decode
from searchcore.data import corpora_dir, load_yaml
from searchcore.errors import SourceFileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from indexer.sources.base import Reader, Reading


def source(source_id: str) -> dict[str, Any]:
    """Return a source's description, `corpora/<source id>/source.yaml`."""
    loaded: dict[str, Any] = load_yaml(corpora_dir() / source_id / "source.yaml")
    return loaded


def options(source_id: str) -> dict[str, Any]:
    """Return the reader options of a source."""
    found: dict[str, Any] = source(source_id)["reader_options"]
    return found


def accounted(reading: Reading) -> int:
    """Return the number of data rows that a reading accounts for."""
    return reading.rows + len(reading.rejects)


def read_or_refused(reader: Reader, member: Member, options: Mapping[str, Any]) -> None:
    """Check that a member is read, with no more rows than it has lines, or refused by its name."""
    try:
        reader.recognise(member, options)
        reader.release(member, options)
        reading = reader.read(member, options)
    except SourceFileError as error:
        assert error.what and error.where.startswith(member.name)
    else:
        assert accounted(reading) <= decode(member.content).count("\n") + 1


def filled(lines: Sequence[str]) -> int:
    """Return how many lines are not blank."""
    return sum(re.search(r"[^\s\x00\x1a]", line) is not None for line in lines)


def mangled(good: Sequence[str]) -> st.SearchStrategy[list[str]]:
    """Return lists of lines: good ones, good ones with a few characters changed, and arbitrary text."""
    noise = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=90)
    changed = st.builds(_change, st.sampled_from(good), st.integers(0, 60), st.integers(0, 12), noise)
    return st.lists(st.one_of(st.sampled_from(good), changed, noise), max_size=12)


def _change(line: str, start: int, length: int, noise: str) -> str:
    return line[:start] + noise[:length] + line[start + length :]


def member_from_bytes(name: str, data: bytes) -> Member:
    """Return a loose file of this name and content; a `.gz` ending is unpacked and dropped."""
    if name.lower().endswith(".gz"):
        data = gzip.decompress(data)
    bare = _bare(name)
    return Member(file=name, path=name, name=bare, size=len(data), read=lambda: data)


def member_from_path(path: Path, inner: str | None = None) -> Member:
    """Return a file on disk, or the member `inner` of a zip.

    Args:
        path: a loose file, a `.gz` file or a zip.
        inner: full or base name of a zip member; `outer.zip!inner.txt` goes into a zip in the zip.
    """
    data = path.read_bytes()
    if inner is None:
        return member_from_bytes(path.name, data)
    names = [path.name]
    for step in inner.split("!"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            full = _find(archive, step)
            data = archive.read(full)
        names.append(PurePosixPath(full).name)
    content = data
    return Member(
        file=path.name, path="!".join(names), name=_bare(names[-1]), size=len(content), read=lambda: content
    )


def members_under(folder: Path) -> Iterator[Member]:
    """Yield every file under a folder in name order: gzip unpacked, zips (and zips in them) opened."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.suffix.lower() == ".zip":
            yield from _unzip(path.name, path.name, path.read_bytes())
        else:
            yield member_from_path(path)


def _unzip(file: str, path: str, data: bytes) -> Iterator[Member]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for full in archive.namelist():
            if full.endswith("/"):
                continue
            content = archive.read(full)
            inner_path = f"{path}!{PurePosixPath(full).name}"
            if full.lower().endswith(".zip"):
                yield from _unzip(file, inner_path, content)
            else:
                yield _member(file, inner_path, _bare(PurePosixPath(full).name), content)


def _member(file: str, path: str, name: str, content: bytes) -> Member:
    return Member(file=file, path=path, name=name, size=len(content), read=lambda: content)


def _find(archive: zipfile.ZipFile, name: str) -> str:
    found = [full for full in archive.namelist() if name in (full, PurePosixPath(full).name)]
    assert len(found) == 1, f"{name} stands {len(found)} times in the zip: {archive.namelist()}"
    return found[0]


def _bare(name: str) -> str:
    return name[:-3] if name.lower().endswith(".gz") else name
