"""A segment file gives back what was written, refuses every damage, and can be shared."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import random
import shutil
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.errors import GenerationError
from searchcore.whoosh_engine import segment_file, segment_format
from searchcore.whoosh_engine.segment_file import SegmentFile, SegmentFileWriter
from searchcore.whoosh_engine.segment_format import ALIGN

from ..generated import cases

ROUNDS = 1000
TYPES = ("<u1", "<u2", "<u4", "<u8", "<i4", "<i8", "<f8", "|b1", "|S7")


def write(path: Path, arrays: dict[str, Any], values: dict[str, Any] | None = None) -> Path:
    """Write arrays and values."""
    with SegmentFileWriter(path) as file:
        for name, array in arrays.items():
            file.add_array(name, array)
        file.values.update(values or {})
        file.finish()
    return path


def some_arrays(seed: int = 1) -> dict[str, Any]:
    """Return arrays of every type, several shapes and sizes that need no, little and much filling."""
    rng = np.random.default_rng(seed)
    shapes: list[tuple[int, ...]] = [(0,), (1,), (7,), (64,), (65,), (3, 5), (2, 0), (400,)]
    found: dict[str, Any] = {}
    for kind in TYPES:
        for shape in shapes:
            raw = rng.integers(1, 120, (*shape, np.dtype(kind).itemsize), dtype=np.uint8)
            made = (raw % 2).astype("|b1")[..., 0] if kind == "|b1" else raw.view(kind)[..., 0]
            found[f"{kind} {shape}"] = np.ascontiguousarray(made)
    return found


def content(file: SegmentFile) -> str:
    """Return a hash over everything that a file holds."""
    digest = hashlib.sha256(json.dumps(file.values, sort_keys=True).encode())
    for name in file:
        digest.update(f"{name} {file.array(name).dtype} {file.array(name).shape}".encode())
        digest.update(file.array(name).tobytes())
    return digest.hexdigest()


def test_gives_back_what_was_written(tmp_path: Path) -> None:
    arrays = some_arrays()
    path = write(tmp_path / "file", arrays, {"a": [1, "ü", None]})
    file = SegmentFile(path)
    assert list(file) == list(arrays)
    assert file.values == {"a": [1, "ü", None]}
    for name, array in arrays.items():
        found = file.array(name)
        assert found.dtype.str.lstrip("<|") == array.dtype.str.lstrip("<|")
        assert found.shape == array.shape and np.array_equal(found, array)
        assert name in file
    assert "absent" not in file


def test_arrays_are_views_at_aligned_places(tmp_path: Path) -> None:
    path = write(tmp_path / "file", {"a": np.arange(5), "b": np.arange(9, dtype=np.uint16)})
    file = SegmentFile(path)
    for name in file:
        array = file.array(name)
        assert array.ctypes.data % ALIGN == 0 and not array.flags.owndata
        assert array.ctypes.data == file.array(name).ctypes.data
    # Whatever a program does by mistake stays in its own memory.
    before = path.read_bytes()
    file.array("a")[0] = 7
    del file
    assert path.read_bytes() == before


@cases(40)
@given(st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=40), max_size=5))
def test_an_array_can_be_written_part_by_part(tmp_path_factory: Any, parts: list[list[int]]) -> None:
    path = tmp_path_factory.mktemp("parts") / "file"
    with SegmentFileWriter(path) as file:
        file.add_parts("a", np.uint32, (np.array(part, np.uint32) for part in parts))
        file.add_json("b", {"parts": parts})
        file.finish()
    found = SegmentFile(path)
    assert found.array("a").tolist() == [number for part in parts for number in part]
    assert found.json("b") == {"parts": parts}


def test_other_layouts_in_memory_give_the_same_file(tmp_path: Path) -> None:
    array = np.arange(12, dtype=np.int32).reshape(3, 4)
    one = write(tmp_path / "one", {"a": array, "b": array.T.copy()})
    two = write(tmp_path / "two", {"a": array.astype(">i4"), "b": np.asfortranarray(array).T})
    assert one.read_bytes() == two.read_bytes()


def test_what_cannot_be_written(tmp_path: Path) -> None:
    with SegmentFileWriter(tmp_path / "file") as file:
        file.add_array("a", np.arange(3))
        with pytest.raises(ValueError, match="already"):
            file.add_array("a", np.arange(3))
        with pytest.raises(TypeError):
            file.add_array("b", np.array([object()]))
    with pytest.raises(FileExistsError):
        SegmentFileWriter(tmp_path / "file")


def test_a_file_that_was_not_finished_is_refused(tmp_path: Path) -> None:
    with SegmentFileWriter(tmp_path / "file") as file:
        file.add_array("a", np.arange(3000))
    with pytest.raises(GenerationError, match="footer"):
        SegmentFile(tmp_path / "file")


def refusal(path: Path) -> str:
    """Return the message with which a file is refused."""
    with pytest.raises(GenerationError) as caught:
        SegmentFile(path)
    assert caught.value.where == str(path) and caught.value.mend
    return caught.value.what


def test_what_is_no_segment_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert "No such file" in refusal(path)
    path.write_bytes(b"")
    assert "0 bytes" in refusal(path)
    path.write_bytes(b"x" * 1000)
    assert "no index" in refusal(path)
    path.unlink()
    path.mkdir()
    assert "directory" in refusal(path)


def test_another_format_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_file, "FORMAT", 99)
    path = write(tmp_path / "file", {"a": np.arange(3)})
    monkeypatch.undo()
    assert "format 99" in refusal(path)


def damages(data: bytes, rng: random.Random) -> bytes:
    """Return data with one thing wrong with it."""
    at = rng.choice((rng.randrange(len(data)), rng.randrange(ALIGN), len(data) - 1 - rng.randrange(600)))
    kind = rng.randrange(6)
    if kind == 0:
        return data[:at]
    if kind == 1:
        size = rng.choice((1, 8, 64, 512, 4096))
        return data[:at] + bytes(min(size, len(data) - at)) + data[at + size :]
    if kind == 2:
        return data + bytes(rng.randint(1, 80))
    if kind == 3:
        return data[:at] + data[at + rng.choice((1, 8, 64)) :]
    if kind == 4:
        other = rng.randrange(0, len(data) - 64)
        block = at // 64 * 64
        return data[:block] + data[other : other + 64] + data[block + 64 :]
    flipped = bytes([data[at] ^ (1 << rng.randrange(8))])
    return data[:at] + flipped + data[at + 1 :]


def test_every_damage_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "file", some_arrays(), {"name": list(range(40))})
    data = path.read_bytes()
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    done = 0
    while done < ROUNDS:
        bad = damages(data, rng)
        if bad == data:
            continue
        path.write_bytes(bad)
        assert refusal(path)
        done += 1
    path.write_bytes(data)
    SegmentFile(path)


def test_every_single_byte_counts(tmp_path: Path) -> None:
    path = write(tmp_path / "file", {"a": np.arange(9), "b": np.zeros(3, np.uint8)}, {"x": "y"})
    data = path.read_bytes()
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :])
        assert refusal(path)


def test_damage_after_opening_is_found_by_verify(tmp_path: Path) -> None:
    path = write(tmp_path / "file", {"a": np.arange(100_000)})
    file = SegmentFile(path)
    with path.open("r+b") as stream:
        stream.seek(5000)
        stream.write(b"\xff")
    with pytest.raises(GenerationError, match="checksum of a"):
        file.verify()
    with pytest.raises(GenerationError, match="checksum of a"):
        SegmentFile(path)
    assert SegmentFile(path, verify=False).array("a")[0] == 0


def test_a_directory_that_lies_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "file", {"a": np.arange(8), "b": np.arange(8)})
    data = path.read_bytes()
    footer = segment_format.FOOTER
    offset, size, _, magic = footer.unpack(data[-footer.size :])
    good = json.loads(data[offset : offset + size])
    for name, place, value in (
        ("a", 0, "|O"),
        ("a", 0, "nonsense"),
        ("a", 1, [9]),
        ("a", 1, [-8]),
        ("a", 1, "8"),
        ("a", 2, 0),
        ("a", 2, 128),
        ("b", 3, 1 << 40),
        ("b", 2, None),
    ):
        body = json.loads(json.dumps(good))
        body["arrays"][name][place] = value
        text = json.dumps(body).encode()
        path.write_bytes(data[:offset] + text + footer.pack(offset, len(text), zlib.crc32(text), magic))
        assert "contradicts itself" in refusal(path)


def test_arrays_and_texts_that_are_missing(tmp_path: Path) -> None:
    file = SegmentFile(write(tmp_path / "file", {"a": np.frombuffer(b"{nonsense", np.uint8)}))
    for ask in (lambda: file.array("b"), lambda: file.json("b"), lambda: file.json("a")):
        with pytest.raises(GenerationError):
            ask()


def test_large_files_are_checked_too(tmp_path: Path) -> None:
    arrays = {str(number): np.full(3 << 20, number, np.uint8) for number in range(8)}
    path = write(tmp_path / "file", arrays)
    assert path.stat().st_size > segment_file._WORTH_THREADS
    SegmentFile(path)
    with path.open("r+b") as stream:
        stream.seek(11 << 20)
        stream.write(b"\xff")
    assert "checksum of 3" in refusal(path)


def test_many_threads_read_the_same(tmp_path: Path) -> None:
    path = write(tmp_path / "file", some_arrays())
    file = SegmentFile(path)
    alone = content(file)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: content(file), range(40))) == {alone}
        assert set(pool.map(lambda _: content(SegmentFile(path)), range(40))) == {alone}


def _send_content(file: SegmentFile, sender: Any) -> None:
    file.verify()
    sender.send(content(file))


def test_forked_processes_read_the_same_though_the_file_is_deleted(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    path = write(tmp_path / "folder" / "file", some_arrays())
    file = SegmentFile(path)
    alone = content(file)
    shutil.rmtree(tmp_path / "folder")
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(3)]
    children = [context.Process(target=_send_content, args=(file, sender)) for _, sender in pipes]
    for child in children:
        child.start()
    assert [receiver.recv() for receiver, _ in pipes] == [alone] * 3
    for child in children:
        child.join()
