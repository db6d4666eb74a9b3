"""The source descriptions: every shipped one is right, and a wrong one is told by file and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from indexer.descriptions import Address, Anchors, check_address, load_source, load_sources
from searchcore.errors import ConfigurationError

GOOD = """
id: made-up
title: A made-up file
publisher: Nobody
licence: public-domain
cadence: never
reader: icd_order
reader_options: {system: ICD10CM}
tables: [icd_order]
names: ['(?i)^made[-_]up.*\\.txt$']
rename_to: made_up_YYYY.txt
minimum_rows: 10
forms: [txt, xlsx]
anchors:
  '*': {present: [A000], absent: ['00100']}
  2018: {present: [B000]}
urls:
  - {release: 2018, url: 'https://Example.org/a.zip', file: 'Code Descriptions (2018).zip'}
  - {release: 2025-08-15, url: 'https://example.org/b.zip', file: b.zip}
"""


def write(folder: Path, text: str, name: str = "made-up") -> Path:
    path = folder / name / "source.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def changed(**keys: object) -> str:
    """Return the good description with some keys changed; None takes a key away."""
    data = {**yaml.safe_load(GOOD), **keys}
    return yaml.safe_dump({name: value for name, value in data.items() if value is not None})


def test_reads_every_key(tmp_path: Path) -> None:
    source = load_source(write(tmp_path, GOOD))
    assert (source.id, source.licence, source.minimum_rows, source.forms) == (
        "made-up", "public-domain", 10, ("txt", "xlsx"),
    )  # fmt: skip
    assert source.reader_options == {"system": "ICD10CM"}
    assert source.matches("Made_up_2018.TXT") and not source.matches("x_made_up.txt")
    assert source.anchors_for("2018") == Anchors(present=("A000", "B000"), absent=("00100",))
    assert source.anchors_for("2019") == Anchors(present=("A000",), absent=("00100",))
    assert [address.release for address in source.urls] == ["2018", "2025-08-15"]
    assert source.urls[0].host == "example.org"
    assert source.maximum_bytes == 1_000_000_000
    assert not source.needs_acceptance


def test_loads_a_folder_without_facts_and_sample(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, "not: a source", "facts")
    write(tmp_path, "not: a source", "sample")
    assert list(load_sources(tmp_path)) == ["made-up"]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"titel": "x"}, "titel: there is no such key"),
        ({"title": None}, "title: is missing"),
        ({"names": []}, "names: is missing"),
        ({"id": "other"}, "id: 'other' is not the name of the folder"),
        ({"title": 7}, "title: 7 is not a text"),
        ({"licence": "free"}, "licence: 'free' is unknown"),
        ({"tables": ["nothing"]}, "tables: 'nothing' is unknown"),
        ({"tables": "icd_order"}, "tables: is not a list"),
        ({"names": ["("]}, "names: '(' is not a pattern"),
        ({"reader": "../evil"}, "reader: '../evil' is not the name of a module"),
        ({"minimum_rows": -1}, "minimum_rows: -1 is not a number"),
        ({"minimum_rows": True}, "minimum_rows: True is not a number"),
        ({"reader_options": [1]}, "reader_options: is not a list of keys and values"),
        ({"anchors": {"*": {"here": ["A"]}}}, "anchors.*: has other keys"),
        ({"anchors": {"*": {"present": [64]}}}, "anchors.*.present: 64 is not a text"),
        ({"urls": "https://example.org"}, "urls: is not a list of entries"),
        ({"urls": [{"url": "https://example.org"}]}, "urls, entry 1: needs exactly the keys"),
        (
            {"urls": [{"release": "1", "url": "file:///x", "file": "x.zip"}]},
            "urls, entry 1: 'file:///x' is not an http or https address",
        ),
        (
            {"urls": [{"release": None, "url": "https://example.org/x", "file": "x.zip"}]},
            "urls, entry 1: None is not the name of a release",
        ),
    ],
)
def test_a_wrong_key_is_told_with_its_file(tmp_path: Path, keys: dict[str, object], told: str) -> None:
    path = write(tmp_path, changed(**keys))
    with pytest.raises(ConfigurationError, match=re.escape(told)) as caught:
        load_source(path)
    assert caught.value.where == str(path)


@pytest.mark.parametrize("text", ["- a\n- list\n", "", "a: [\n"])
def test_a_file_that_is_no_description_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_source(write(tmp_path, text))
    assert "made-up/source.yaml" in caught.value.where


@pytest.mark.parametrize(
    "file",
    [
        "",
        ".",
        "..",
        ".hidden",
        "a/b.zip",
        "a\\b.zip",
        "a\0.zip",
        "a\n.zip",
        "a.part",
        "-x",
        "é.zip",
        "a" * 201,
    ],
)
def test_a_file_name_that_is_not_plain_is_refused(file: str) -> None:
    with pytest.raises(ConfigurationError):
        check_address(Address("1", "https://example.org/x", file))


def test_every_shipped_source_is_right_and_has_its_reader() -> None:
    sources = load_sources()
    assert sources
    readers = {
        path.stem for path in (Path(__file__).resolve().parents[2] / "indexer" / "sources").glob("*.py")
    }
    for source in sources.values():
        assert source.reader in readers, source.id
        assert source.urls == tuple(dict.fromkeys(source.urls)), source.id
