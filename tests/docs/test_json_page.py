"""The examples of docs/json.md have the keys that the program gives."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.docs.pages import page, part_of

# Objects whose keys are data: names of fields, facets, kinds, tables, stages, columns.
OPEN = {
    "facets",
    "facet_totals",
    "fields",
    "origins",
    "records",
    "edits_read",
    "seconds",
    "facts",
    "checks",
    "rows",
}
OPTIONAL = {"parent"}

Codefacet = Callable[..., Result]


def example(name: str) -> Any:
    """Return the example with a name."""
    found = re.search(rf"<!-- example: {name} -->\n```json\n(.*?)\n```", page("json"), re.DOTALL)
    assert found, name
    return json.loads(found[1])


def differences(shown: Any, real: Any, where: str = "") -> Iterator[str]:
    """Yield where the keys of an example differ from those of a real answer; lists by all of their items."""
    is_open = where.rpartition(".")[2] in OPEN
    if isinstance(shown, dict) and isinstance(real, dict):
        odd = set() if is_open else (set(shown) ^ set(real)) - OPTIONAL
        if odd:
            yield f"{where or 'the answer'}: {sorted(odd)}"
        for key in set(shown) & set(real):
            yield from differences(shown[key], real[key], f"{where}.{key}")
    elif isinstance(shown, list) and isinstance(real, list):
        if shown and real and not is_open:
            yield from differences(_merged(shown), _merged(real), f"{where}.[]")
    elif None not in (shown, real) and _type(shown) is not _type(real):
        yield f"{where}: {type(shown).__name__} in the example, {type(real).__name__} in the answer"


def _merged(items: list[Any]) -> Any:
    if all(isinstance(item, dict) for item in items):
        return {key: value for item in items for key, value in item.items()}
    return items[0]


def _type(value: Any) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def test_the_comparison_finds_differences() -> None:
    assert list(differences({"a": 1}, {"a": 1, "b": 2}))
    assert list(differences({"a": [{"b": 1}]}, {"a": [{"c": 1}]}))
    assert list(differences({"a": "1"}, {"a": 1}))
    assert not list(differences({"a": None, "facets": {}}, {"a": 1, "facets": {"x": 1}}))


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("search", ("search", "J1030")),
        ("search-group", ("search", "concussion awake", "--group", "family")),
        ("search-all", ("search", "telehealth", "--kind", "all")),
        ("show", ("show", "J1030")),
        ("candidates", ("show", "25")),
        ("verify", ("verify",)),
        ("generations", ("generations",)),
        ("config", ("config",)),
        ("fetch-list", ("fetch", "icd10pcs-order", "--list")),
    ],
)
def test_examples_have_the_keys_of_real_answers(
    name: str, args: tuple[str, ...], sample_data_dir: Path, codefacet: Codefacet
) -> None:
    done = codefacet(sample_data_dir, *args, "--json")
    assert done.exit_code == 0, done.output
    assert not list(differences(example(name), json.loads(done.stdout)))


@pytest.mark.parametrize(
    ("name", "text"),
    [("answers", "S06.0X0, E11.99, 250.00, 11042-59, 97597"), ("answers-shown-as", "mue 11042")],
)
def test_answers_have_the_keys_of_their_example(
    name: str, text: str, sample_data_dir: Path, codefacet: Codefacet
) -> None:
    done = codefacet(sample_data_dir, "search", text, "--json")
    assert not list(differences(example(name), json.loads(done.stdout)["answers"]))
    prose = part_of(page("json"), "answers").partition("<!--")[0]
    for key in _keys(example(name)) - _keys(example("search")["hits"]):
        assert f"`{key}`" in prose or key in OPEN, key


def _keys(form: Any) -> set[str]:
    """Return the keys of all objects in a form, but of those whose keys are data."""
    if isinstance(form, list):
        return {key for each in form for key in _keys(each)}
    if not isinstance(form, dict):
        return set()
    deeper = {key for name, each in form.items() if name not in OPEN for key in _keys(each)}
    return {*form, *deeper}


def test_a_batch_line_has_the_keys_of_its_example(sample_data_dir: Path, codefacet: Codefacet) -> None:
    done = codefacet(sample_data_dir, "search", "--batch", "-", input="knee brace\nknee\n")
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert not list(differences(example("batch"), json.loads(lines[0])))


def test_an_outcome_of_fetch_has_the_keys_of_its_example(tmp_path: Path, codefacet: Codefacet) -> None:
    # Nothing listens on the port for discarding (RFC 863); a failure has the same keys as a success.
    address = ("--url", "http://127.0.0.1:9/hcpcs.zip", "--file", "hcpcs.zip")
    done = codefacet(tmp_path, "fetch", "hcpcs", *address, "--retries", "0", "--json")
    assert [one["state"] for one in json.loads(done.stdout)] == ["failed"]
    assert not list(differences(example("fetch"), json.loads(done.stdout)))


def test_an_error_has_the_keys_of_its_example(sample_data_dir: Path, codefacet: Codefacet) -> None:
    done = codefacet(sample_data_dir, "show", "E99.9999", "--json")
    assert done.exit_code == 1
    assert not list(differences(example("error"), json.loads(done.stdout)))


def test_import_build_and_status_have_the_keys_of_their_examples(
    tmp_path: Path, codefacet: Codefacet
) -> None:
    folder, data_dir = tmp_path / "files", tmp_path / "data"
    folder.mkdir()
    # Synthetic; the addenda are the one source of lines without a minimum of rows.
    line = f"Add:         1 A000    {'A made-up title':60} A made-up title"
    (folder / "icd10cm_order_addenda_2026.txt").write_text(f"{line}\n", encoding="utf-8")
    (folder / "layout.pdf").write_text("no rows", encoding="utf-8")
    imported = json.loads(codefacet(data_dir, "import", str(folder), "--json").stdout)
    assert [each["state"] for each in imported] == ["accepted", "aside"]
    assert not list(differences(example("import"), imported))
    built = codefacet(data_dir, "build", "--json")
    assert not list(differences(example("build"), json.loads(built.stdout)))
    status = json.loads(codefacet(data_dir, "status", "--json").stdout)
    assert status["sources"]
    assert not list(differences(example("status"), status))


def test_the_web_answers_as_documented(sample_library: Any) -> None:
    from searchapp.app import create_app

    client = create_app(sample_library).test_client()
    pairs = {
        "problem": "/api/search?sort=nothing",
        "health": "/health",
        "search": "/api/search?q=J1030",
        "suggest": "/suggest?q=e11.2",
        "search-group": "/api/search?q=concussion+awake&group=family",
        "show": "/api/record/code/HCPCS/J1030",
    }
    for name, path in pairs.items():
        assert not list(differences(example(name), client.get(path).get_json())), name


@pytest.mark.parametrize(
    "heading", ["search", "suggest", "show", "fetch", "import", "build", "status", "verify"]
)
def test_every_key_is_explained(heading: str) -> None:
    shown = example(heading)
    prose = part_of(page("json"), heading).partition("<!--")[0]
    # The page of a record has the keys of a hit, which are explained with the search.
    prose += part_of(page("json"), "search").partition("<!--")[0] if heading == "show" else ""
    for key in shown[0] if isinstance(shown, list) else shown:
        assert f"`{key}`" in prose, key


def test_what_groups_add_is_explained_with_the_search() -> None:
    plain, grouped = example("search"), example("search-group")
    added = (set(grouped) - set(plain)) | (set(grouped["hits"][0]) - set(plain["hits"][0]))
    assert added == {"group", "groups", "members", "members_total"}
    prose = part_of(page("json"), "search").partition("<!--")[0]
    assert not {key for key in added if f"`{key}`" not in prose}


def test_every_section_is_listed(sample_data_dir: Path, codefacet: Codefacet) -> None:
    text = part_of(page("json"), "show")
    seen = set()
    for code in ("E11.22", "G35", "S06.0X0A", "90862", "99213", "J1030", "11042/97597", "L33577"):
        done = codefacet(sample_data_dir, "show", code, "--json")
        form = json.loads(done.stdout)
        for record in form.get("candidates", [form]):
            seen |= {section["id"] for section in record.get("sections", [])}
    assert len(seen) > 10
    assert not {id for id in seen if f"`{id}`" not in text}
