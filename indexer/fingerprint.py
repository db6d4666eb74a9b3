"""The fingerprint of a build: inputs, facts, schemas and the code that turns them into records."""

from __future__ import annotations

import hashlib
from pathlib import Path

import searchcore
from indexer.catalogue import Catalogue
from searchcore.data import corpora_dir
from searchcore.schema import schema_fingerprint

_CODE = ("indexer", "searchcore")


def fingerprint(data_dir: Path, only: tuple[str, ...] = ()) -> str:
    """Return a SHA-256 over everything that a build depends on; needs no table reader, so it is quick."""
    digest = hashlib.sha256(schema_fingerprint().encode())
    digest.update(searchcore.__version__.encode())
    root = Path(searchcore.__file__).parent.parent
    for package in _CODE:
        for path in sorted((root / package).rglob("*.py")):
            digest.update(path.read_bytes())
    for path in sorted(corpora_dir().rglob("*")):
        if path.suffix in (".yaml", ".csv"):
            digest.update(path.relative_to(corpora_dir()).as_posix().encode() + b"\0" + path.read_bytes())
    for release in Catalogue(data_dir).releases():
        if only and release.source not in only:
            continue
        hashes = sorted((name, part.sha256, part.rows) for name, part in release.parts.items())
        digest.update(f"{release.id}:{hashes}".encode())
    return digest.hexdigest()
