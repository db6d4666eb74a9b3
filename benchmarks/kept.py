"""When a corpus or an index of an earlier run may be used again: where what it was made from is the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import searchcore
from indexer.fingerprint import fingerprint
from searchcore.schema import schema_fingerprint

_BENCHMARKS = Path(__file__).parent
# What decides on the corpus, beside the code that links the records.
_CORPUS_CODE = ("as_of.py", "corpus.py", "plain.py", "plans.py", "records.py", "kinds.yaml")


def corpus_source(data_dir: Path, rows: int | None) -> str:
    """Return what the corpus of a data folder depends on: files, code, and how many rows are taken."""
    files = [_BENCHMARKS / name for name in _CORPUS_CODE]
    return file_print(files, fingerprint(data_dir), str(rows))


def index_source(content: str, module: str, *, ours: bool) -> str:
    """Return what an index depends on: the corpus and the module of the engine; of ours, all of its code."""
    files = [_BENCHMARKS / "engines" / f"{module}.py"]
    if not ours:
        return file_print(files, content)
    files += sorted(Path(searchcore.__file__).parent.rglob("*.py"))
    return file_print(files, content, schema_fingerprint())


def file_print(files: Iterable[Path], *texts: str) -> str:
    """Return a SHA-256 over files and texts."""
    digest = hashlib.sha256("\0".join(texts).encode())
    for path in files:
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()
