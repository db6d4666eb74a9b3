"""The documents say what the program does: commands, settings, schemas, sources, rooms, links."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from cli.main import main
from indexer.descriptions import load_sources
from searchcore.data import schemas_dir
from searchcore.engine import BASE_COLUMNS
from searchcore.facts import TABLES as FACT_TABLES
from searchcore.generations import MANIFEST
from searchcore.schema import KINDS, load_kind
from searchcore.settings import SETTINGS
from searchcore.validity import Bound
from tests.docs.pages import (
    COMMANDS,
    DOCS,
    DOCUMENTS,
    ROOT,
    anchors,
    command_of,
    first_cells,
    page,
    part_of,
    shell_lines,
)

PAGES = {"architecture", "commands", "json", "schema", "settings", "sources"}


def test_the_pages_are_there() -> None:
    assert {path.stem for path in DOCS.glob("*.md")} >= PAGES
    for path in DOCUMENTS:
        assert path.read_text(encoding="utf-8").startswith("# "), path


class TestCommands:
    @pytest.mark.parametrize("name", COMMANDS)
    def test_has_help_with_examples(self, name: str) -> None:
        command = command_of(name)
        assert command.help
        assert f"codefacet {name}" in (command.epilog or "")
        done = CliRunner().invoke(main, [name, "--help"])
        assert done.exit_code == 0
        assert "Examples:" in done.output

    @pytest.mark.parametrize("name", COMMANDS)
    def test_its_options_are_documented_and_no_others(self, name: str) -> None:
        cells = first_cells(part_of(page("commands"), f"codefacet {name}"))
        described = {cell.split()[0] for cell in cells if cell.startswith("--")}
        params = [param for param in command_of(name).params if isinstance(param, click.Option)]
        given = {option for param in params if param.name != "data_dir" for option in param.opts}
        assert described == given

    def test_the_table_lists_every_command_once(self) -> None:
        listed = re.findall(r"^\| \[`(\w+)`\]", page("commands"), re.MULTILINE)
        assert sorted(listed) == sorted(COMMANDS)

    def test_options_of_the_group_are_documented(self) -> None:
        text = part_of(page("commands"), "For every command")
        for param in main.params:
            assert any(f"`{option}" in text for option in param.opts), param.name

    @pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
    def test_examples_parse(self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        Path("queries.txt").write_text("knee\n", encoding="utf-8")
        for line in shell_lines(path.read_text(encoding="utf-8")):
            words = [word for word in shlex.split(line) if not re.match(r"[A-Z_]+=", word)]
            args = words[1 : words.index(">")] if ">" in words else words[1:]
            assert args[0] in COMMANDS, line
            try:
                command_of(args[0]).make_context("codefacet", args[1:])
            except click.UsageError as error:
                pytest.fail(f"{line}: {error.format_message()}")


class TestSettings:
    def test_every_setting_is_documented_with_variable_and_default(self) -> None:
        rows = {row.split("|")[1].strip(" `"): row for row in page("settings").splitlines() if "|" in row}
        for setting in SETTINGS:
            row = rows[setting.name]
            assert f"`{setting.variable}`" in row
            default = "empty" if setting.default == "" else setting.default
            assert default is None or str(default) in row.split("|")[3], setting.name

    def test_no_setting_is_documented_that_is_not_there(self) -> None:
        assert first_cells(page("settings")) == [setting.name for setting in SETTINGS]


class TestSchema:
    @pytest.mark.parametrize("kind", KINDS)
    def test_every_text_field_facet_and_sort_is_documented(self, kind: str) -> None:
        text = part_of(page("schema"), f"Kind `{kind}`")
        schema = load_kind(kind)
        tables = text.split("\n\n| ")
        cells = {table.split(" |")[0].lstrip("| "): first_cells(table) for table in tables}
        assert cells["Text field"] == list(schema.text)
        assert cells["Facet"] == list(schema.facets)
        assert cells.get("Part field", []) == list(schema.parts)
        assert sorted(cells["Sort"]) == sorted(schema.sorts)
        assert cells.get("Group", []) == list(schema.groups)
        for group in schema.groups.values():
            assert f"| `{group.name}` | `{group.column}` |" in text
        assert f"Default sort: `{schema.default_sort}`" in text

    @pytest.mark.parametrize("kind", KINDS)
    def test_weights_labels_and_forms_are_those_of_the_schema(self, kind: str) -> None:
        text = part_of(page("schema"), f"Kind `{kind}`")
        schema = load_kind(kind)
        for field in (*schema.text.values(), *schema.parts.values()):
            assert f"| `{field.name}` | {field.weight:g} |" in text
        for facet in schema.facets.values():
            forms = {"as of the day": facet.as_of, "tree": facet.hierarchical, "several": facet.multi}
            form = next((f"{name} " for name, given in forms.items() if given), "")
            assert f"| `{facet.name}` | {facet.label} | {form}|" in text

    def test_every_closed_value_is_explained(self) -> None:
        labels = yaml.safe_load((schemas_dir() / "labels.yaml").read_text(encoding="utf-8"))
        for facet, values in labels.items():
            explained = first_cells(part_of(page("schema"), f"Values of `{facet}`"))
            assert explained == [str(value) for value in values], facet

    def test_base_columns_and_bounds_are_documented(self) -> None:
        cells = first_cells(part_of(page("schema"), "Columns that every record has"))
        assert tuple(cells[: len(BASE_COLUMNS)]) == BASE_COLUMNS
        assert sorted(cells[len(BASE_COLUMNS) :]) == sorted(Bound)


class TestSources:
    def test_every_source_is_documented(self) -> None:
        documented = re.findall(r"^### `([\w-]+)`$", page("sources"), re.MULTILINE)
        assert sorted(documented) == sorted(load_sources())

    @pytest.mark.parametrize("id", sorted(load_sources()))
    def test_says_what_the_description_says(self, id: str) -> None:
        source, text = load_sources()[id], part_of(page("sources"), f"`{id}`")
        assert source.title in text
        assert f"at least {source.minimum_rows:,}." in text
        assert f"`{source.licence}`" in text
        for name in (*source.tables, *source.forms):
            assert f"`{name}`" in text
        for address in source.urls:
            assert re.search(rf"\b{re.escape(address.release)}\b", text)

    @pytest.mark.parametrize("id", sorted(load_sources()))
    def test_file_names_given_are_recognised(self, id: str) -> None:
        text = part_of(page("sources"), f"`{id}`")
        (line,) = re.findall(r"^- \*\*Files\*\*: (.*)$", text, re.MULTILINE)
        names = [name for name in re.findall(r"`([^`]+\.\w{3,4})`", line) if "YYYY" not in name]
        assert names
        assert not [name for name in names if not load_sources()[id].matches(name)]


class TestArchitecture:
    @pytest.mark.parametrize("package", ["cli", "coding", "indexer", "searchapp", "searchcore"])
    def test_names_every_module_of_a_room(self, package: str) -> None:
        room = part_of(page("architecture"), f"`{package}/`")
        names = {
            path.name
            for path in (ROOT / package).iterdir()
            if (path.suffix == ".py" or (path / "__init__.py").is_file()) and not path.name.startswith("_")
        }
        assert len(names) > 5
        assert not {name for name in names if f"`{name}`" not in room and f"`{name}/`" not in room}

    def test_names_every_module_that_links(self) -> None:
        room = part_of(page("architecture"), "`indexer/`")
        names = {path.stem for path in (ROOT / "indexer" / "link").glob("[a-z]*.py")}
        assert not {name for name in names if f"`{name}`" not in room}

    def test_lists_every_fact_table(self) -> None:
        text = part_of(page("architecture"), "Facts")
        assert not {name for name in FACT_TABLES if f"`{name}`" not in text}

    def test_lists_the_keys_of_the_manifest(self, sample_data_dir: Path) -> None:
        (folder,) = (sample_data_dir / "generations").iterdir()
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed = first_cells(part_of(page("architecture"), "The manifest"))
        assert sorted(listed) == sorted(manifest)


class TestRepository:
    @pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
    def test_links_resolve(self, path: Path) -> None:
        text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"https?:", target):
                continue
            file, _, anchor = target.partition("#")
            found = (path.parent / file) if file else path
            assert found.exists(), target
            if anchor:
                assert anchor in anchors(found.read_text(encoding="utf-8")), target

    def test_names_no_machine(self) -> None:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=False
        )
        if listed.returncode:
            pytest.skip("this is no git checkout")
        # Put together, so that this file does not hold them itself.
        names = [f"/{name}".encode() for name in ("work/", "tmp/cf")]
        for path in (ROOT / name for name in listed.stdout.split("\0") if name):
            content = path.read_bytes() if path.is_file() else b""
            assert not [each for each in names if each in content], path
