"""The data folder that is measured: a full build, never the sample."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from searchcore.errors import BuildError, GenerationError
from searchcore.generations import Generation, current_id, load

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_DATA_DIR = ROOT / "data" / "benchmark"
DEFAULT_SHARED = ROOT.parent / "shared" / "data"


def ready_generation(data_dir: Path, shared: Path) -> Generation:
    """Return the served generation of a data folder; if there is none, import the agencies' files and build.

    The folder of the benchmark itself is brought up to date; another one is measured as it stands.

    Raises:
        GenerationError: the sample is served, or there is nothing to import.
        BuildError: import or build failed.
    """
    if current_id(data_dir) is None:
        if not shared.is_dir():
            raise GenerationError(
                "nothing is built, and the agencies' files are not there to be imported",
                where=str(shared),
                mend="name a built folder with --data-dir, or the files with --shared",
            )
        print(f"Importing {shared} into {data_dir} and building; this takes some minutes.", flush=True)
        _codefacet(data_dir, "import", str(shared))
        _codefacet(data_dir, "build")
    elif data_dir == DEFAULT_DATA_DIR:
        _codefacet(data_dir, "build", "--if-needed")
    generation = load(data_dir)
    if generation.is_sample:
        raise GenerationError(
            "the sample corpus is too small to measure anything",
            where=str(data_dir),
            mend="name a folder with --data-dir into which the full public files are imported",
        )
    return generation


def command(data_dir: Path, *args: str) -> list[str]:
    """Return the `codefacet` command of this checkout, for a process of its own."""
    return [sys.executable, "-m", "cli", "--data-dir", str(data_dir), *args]


def _codefacet(data_dir: Path, *args: str) -> None:
    done = subprocess.run(command(data_dir, *args), cwd=ROOT, check=False)
    if done.returncode:
        raise BuildError(f"codefacet {args[0]} failed", where=str(data_dir))
