"""What the fuzzer found stays right."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchcore.query import parse
from tests.query.drawn import NAMES

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_an_input_that_was_read_wrongly_is_read_rightly(path: Path) -> None:
    tree = parse(path.read_bytes().decode("utf-8", "surrogateescape"), NAMES).node
    assert parse(str(tree), NAMES).node == tree
