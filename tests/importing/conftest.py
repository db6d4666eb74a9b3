"""What the import tests share: a data folder, a folder of downloads, and the command run on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Imported = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """An empty folder of downloads."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


@pytest.fixture
def imported(codefacet: Any, data_dir: Path) -> Imported:
    """Import a folder with --json, check the exit code against what was refused, and return the objects."""

    def run(root: Path, *options: str) -> list[dict[str, Any]]:
        result = codefacet(data_dir, "import", str(root), "--json", *options)
        assert "Traceback" not in result.output
        lines: list[dict[str, Any]] = json.loads(result.stdout)
        assert isinstance(lines, list), lines
        assert result.exit_code == int(any(line["state"] == "refused" for line in lines))
        return lines

    return run


@pytest.fixture
def releases(codefacet: Any, data_dir: Path) -> Callable[[], dict[str, int]]:
    """Return what `status` says is imported: rows by `source/release`, with the part where there is one."""

    def read() -> dict[str, int]:
        result = codefacet(data_dir, "status", "--json")
        assert result.exit_code == 0, result.output
        form = json.loads(result.stdout)
        return {f"{r['source']}/{r['release']} {r['part']}".strip(): r["rows"] for r in form["sources"]}

    return read
