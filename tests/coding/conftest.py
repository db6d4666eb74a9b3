"""The synthetic corpus, built once into a real generation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from searchcore.library import Library
from tests.linking.inputs import make_inputs

from .corpus import CORPUS


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The opened corpus, in place of the sample that ships with the project."""
    from indexer.build import build

    data_dir = tmp_path_factory.mktemp("synthetic")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.link.sample.sample_inputs", lambda: make_inputs(CORPUS, sample=True))
        build(data_dir)
    opened = Library.open(data_dir)
    yield opened
    opened.close()
