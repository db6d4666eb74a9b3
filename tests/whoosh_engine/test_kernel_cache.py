"""Machine code is compiled once, and used only if it is whole and made for this machine and this source."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.whoosh_engine.compiling import Kernel
from searchcore.whoosh_engine.kernel_files import KernelFile
from tests.conftest import ROOT
from tests.storage import read_only

# Runs one kernel that uses another; prints the answer and how many kernels had to be compiled.
PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from searchcore.engines import keep_compiled
from searchcore.whoosh_engine import kernels, list_kernels

keep_compiled(Path(sys.argv[1]))
docs, scores = np.arange(0, 3000, 3, dtype=np.uint32), np.ones(1000)
others = np.arange(0, 3000, 5, dtype=np.uint32)
found, sums = np.empty(600, np.uint32), np.empty(600)
count = list_kernels.intersect(others, np.ones(600), docs, scores, found, sums)
assert found[:count].tolist() == list(range(0, 3000, 15)) and set(sums[:count]) == {2.0}
used = (list_kernels.intersect, kernels.first_at_least)
print(sum(sum(kernel.stats.cache_misses.values()) for kernel in used))
"""
STEP = 2


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A copy of what is needed to search, without any machine code."""
    folder = tmp_path / "program"
    for name in ("searchcore", "schemas"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run(program: Path, data_dir: Path, **variables: str) -> tuple[int, str]:
    """Run the program in a new process; return how many kernels were compiled, and its error lines."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(data_dir)],
        cwd=program,
        env={**os.environ, "PYTHONPATH": str(program), **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout), done.stderr


def kept(folder: Path) -> list[Path]:
    """Return the files of machine code below a folder."""
    return sorted(folder.rglob("*.kernel"))


def test_the_second_process_compiles_nothing(program: Path, tmp_path: Path) -> None:
    assert run(program, tmp_path / "data") == (2, "")
    assert run(program, tmp_path / "data") == (0, "")
    assert len(kept(program)) == 2
    assert not kept(tmp_path / "data")


@given(code=st.binary(max_size=300), data=st.data())
def test_a_file_gives_what_was_kept_or_nothing(tmp_path_factory: Any, code: bytes, data: Any) -> None:
    folder = tmp_path_factory.mktemp("program")
    file = KernelFile(folder / "module.py", "module.kernel", ("this machine",), "meaning")
    assert not list(file.read())
    file.write(code)
    assert list(file.read()) == [code]
    (path,) = kept(folder)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = data.draw(
        st.sampled_from(
            (
                whole[:at],
                whole + whole[at:],
                whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :],
                whole[:at] + bytes(len(whole) - at),
            )
        )
    )
    path.write_bytes(damaged)
    assert list(file.read()) == ([code] if damaged == whole else [])
    file.write(code)
    assert list(file.read()) == [code]
    assert kept(folder) == [path], "no temporary file stays"


def flip(path: Path) -> None:
    """Change one bit in the middle of the machine code."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def cut(path: Path) -> None:
    """Leave half of the file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def no_code(path: Path) -> None:
    """Put something under a right checksum that is no machine code."""
    path.write_bytes(path.read_bytes()[:40] + hashlib.sha256(b"junk").digest() + b"junk")


@pytest.mark.parametrize("damage", [flip, cut, no_code], ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_compiled_anew_and_mended(
    program: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    run(program, tmp_path)
    for path in kept(program):
        damage(path)
    assert run(program, tmp_path) == (2, "")
    assert run(program, tmp_path) == (0, "")


def test_code_of_another_processor_is_not_used(program: Path, tmp_path: Path) -> None:
    other = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    assert run(program, tmp_path, **other)[0] == 2
    theirs = kept(program)
    assert run(program, tmp_path)[0] == 2
    ours = sorted({*kept(program)} - {*theirs})
    assert len(ours) == len(theirs) == 2, "each has its own files, side by side"
    assert run(program, tmp_path, **other)[0] == run(program, tmp_path)[0] == 0
    for their, our in zip(theirs, ours, strict=True):
        shutil.copyfile(their, our)
    assert run(program, tmp_path)[0] == 2, "a file that lies about its machine is refused"


def test_code_of_another_source_is_not_used(program: Path, tmp_path: Path) -> None:
    run(program, tmp_path)
    source = program / "searchcore" / "whoosh_engine" / "kernels.py"
    text = source.read_text(encoding="utf-8")
    # A comment changes nothing; another step in the inner kernel changes both.
    source.write_text(text.replace("step = 1\n", "step = 1  # one\n"), encoding="utf-8")
    assert run(program, tmp_path)[0] == 0
    source.write_text(text.replace("step = 1\n", "step = 2\n"), encoding="utf-8")
    assert run(program, tmp_path)[0] == 2
    assert run(program, tmp_path)[0] == 0


def test_a_program_that_cannot_be_written_keeps_its_code_in_the_data_folder(
    program: Path, tmp_path: Path
) -> None:
    with read_only(program):
        assert run(program, tmp_path / "data", HOME="/nonexistent") == (2, "")
        assert run(program, tmp_path / "data", HOME="/nonexistent") == (0, "")
    assert len(kept(tmp_path / "data" / "kernels")) == 2


def test_where_nothing_can_be_written_one_line_says_so(program: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    with ExitStack() as stack:
        stack.enter_context(read_only(program))
        stack.enter_context(read_only(data_dir))
        for _ in range(2):
            compiled, errors = run(program, data_dir, HOME="/nonexistent")
            assert compiled == 2
            assert errors.count("\n") == 1
            assert "cannot be kept" in errors and str(data_dir / "kernels") in errors
    # Nothing of it is left to trouble a later run.
    assert run(program, data_dir) == (2, "")


def test_a_build_compiles_all_kernels(sample_data_dir: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from searchcore.engines import compile_ahead;"
        "print(compile_ahead(Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", program, str(sample_data_dir)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"


def doubled(values, out):  # type: ignore[no-untyped-def]
    """Multiply by a value of this module."""
    for at in range(values.shape[0]):
        out[at] = values[at] * STEP


SIGNATURES = ["void(uint32[::1], int64[::1])", "void(uint16[::1], int64[::1])"]


def test_a_value_of_the_module_is_part_of_what_a_kernel_means(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Kernel(doubled, SIGNATURES).meaning
    assert Kernel(doubled, SIGNATURES).meaning == before
    assert Kernel(doubled, SIGNATURES[:1]).meaning != before
    monkeypatch.setitem(globals(), "STEP", 3)
    assert Kernel(doubled, SIGNATURES).meaning != before
    monkeypatch.setitem(globals(), "STEP", [3])
    with pytest.raises(TypeError, match="cannot use a list"):
        _ = Kernel(doubled, SIGNATURES).meaning


def test_the_first_call_takes_only_what_the_kernel_was_compiled_for() -> None:
    for wrong in (np.float64, np.uint64, np.int32):
        with pytest.raises(TypeError, match="doubled"):
            Kernel(doubled, SIGNATURES)(np.ones(3, wrong), np.zeros(3, np.int64))
    kernel = Kernel(doubled, SIGNATURES)
    for dtype in (np.uint16, np.uint32):
        out = np.zeros(3, np.int64)
        kernel(np.arange(3, dtype=dtype), out)
        assert out.tolist() == [0, 2, 4]
    with pytest.raises(TypeError):
        kernel(np.ones(3), np.zeros(3, np.int64))
