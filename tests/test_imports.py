"""Imports run one way, searchapp -> coding -> searchcore <- indexer, and the search path stays light."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Package to the packages of ours that it may import. `cli` is the door that commands register through.
MAY_IMPORT = {
    "searchcore": {"searchcore"},
    "coding": {"coding", "searchcore"},
    "cli": {"cli", "coding", "searchcore"},
    "indexer": {"indexer", "searchcore"},
    "searchapp": {"searchapp", "coding", "searchcore"},
}
OURS = {*MAY_IMPORT, "benchmarks", "corpora", "schemas", "tests"}
# These modules hold commands: they take the settings and the decorators of `cli.context`.
COMMANDS = ("indexer/commands/", "searchapp/commands.py")
# Modules that write an index get a records frame; everything else of searchcore does without polars.
WRITERS = re.compile(r"searchcore/whoosh_engine/(\w*writer|rule_places|text_bank|title_rules)\.py")
AT_IMPORT, IN_FUNCTION, FOR_TYPES = "at import", "in a function", "for type checkers"


@dataclass(frozen=True)
class Import:
    """One import statement: where it stands, what it names, and when it runs."""

    path: str
    line: int
    module: str
    when: str

    @property
    def top(self) -> str:
        """The package imported."""
        return self.module.partition(".")[0]


def imports_of(source: str, path: str) -> Iterator[Import]:
    """Yield every import of a module, with when it runs."""
    return _walk(ast.parse(source), path, AT_IMPORT)


def _walk(node: ast.AST, path: str, when: str) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(path, child.lineno, alias.name, when) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"{path}, line {child.lineno}: a relative import"
            yield Import(path, child.lineno, child.module or "", when)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from _walk(ast.Module(child.body, []), path, FOR_TYPES)
            yield from _walk(ast.Module(child.orelse, []), path, when)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _walk(child, path, IN_FUNCTION if when == AT_IMPORT else when)
        else:
            yield from _walk(child, path, when)


def all_imports() -> list[Import]:
    """Return the imports of every module of our packages."""
    found: list[Import] = []
    for package in MAY_IMPORT:
        for path in sorted((ROOT / package).rglob("*.py")):
            found += imports_of(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    return found


IMPORTS = all_imports()


def told(imports: list[Import]) -> list[str]:
    """Return imports as lines for a failing test."""
    return [f"{each.path}, line {each.line}: {each.module} ({each.when})" for each in imports]


def test_all_packages_are_looked_at() -> None:
    assert {each.path.partition("/")[0] for each in IMPORTS} == set(MAY_IMPORT)
    assert len(IMPORTS) > 500


def test_tells_when_an_import_runs() -> None:
    source = """
import a
if TYPE_CHECKING:
    import b
else:
    import c
class X:
    import d
    def f(self):
        from e import g
try:
    import h.i
except ImportError:
    pass
"""
    assert {(each.module, each.when) for each in imports_of(source, "m.py")} == {
        ("a", AT_IMPORT),
        ("b", FOR_TYPES),
        ("c", AT_IMPORT),
        ("d", AT_IMPORT),
        ("e", IN_FUNCTION),
        ("h.i", AT_IMPORT),
    }


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_imports_run_one_way(package: str) -> None:
    wrong = []
    for each in IMPORTS:
        if each.path.partition("/")[0] != package or each.top not in OURS:
            continue
        allowed = MAY_IMPORT[package] | ({"cli"} if each.path.startswith(COMMANDS) else set())
        if each.top not in allowed:
            wrong.append(each)
    assert not told(wrong)


def test_commands_take_from_cli_only_its_context() -> None:
    wrong = [
        each
        for each in IMPORTS
        if each.path.startswith(COMMANDS) and each.top == "cli" and each.module != "cli.context"
    ]
    assert not told(wrong)


def test_only_one_folder_knows_whoosh() -> None:
    users = [each for each in IMPORTS if each.top == "whoosh"]
    assert users
    assert not told([each for each in users if not each.path.startswith("searchcore/whoosh_engine/")])


def test_only_searchapp_knows_the_web_framework() -> None:
    web = {"flask", "werkzeug", "jinja2", "waitress"}
    users = [each for each in IMPORTS if each.top in web]
    assert users
    assert not told([each for each in users if not each.path.startswith("searchapp/")])


def test_searchcore_needs_no_program_around_it() -> None:
    programs = {"flask", "click", "rich", "requests", "python_calamine", "defusedxml"}
    wrong = [each for each in IMPORTS if each.path.startswith("searchcore/") and each.top in programs]
    assert not told(wrong)


def test_searchcore_imports_polars_only_where_an_index_is_written() -> None:
    wrong = [
        each
        for each in IMPORTS
        if each.path.startswith("searchcore/")
        and each.top == "polars"
        and each.when != FOR_TYPES
        and not WRITERS.fullmatch(each.path)
    ]
    assert not told(wrong)


@pytest.mark.parametrize("package", ["searchapp", "coding", "cli"])
def test_what_answers_never_reads_tables(package: str) -> None:
    wrong = [each for each in IMPORTS if each.path.startswith(f"{package}/") and each.top == "polars"]
    assert not told(wrong)


def test_presenters_know_nothing_of_flask() -> None:
    wrong = [
        each for each in IMPORTS if each.path.startswith("searchapp/presenters/") and each.top == "flask"
    ]
    assert not told(wrong)


RUNNER = """
import json, sys
from cli.main import main
try:
    main(sys.argv[1:], prog_name="codefacet")
except SystemExit as stop:
    code = stop.code or 0
sys.stdout.flush()
print("\\n" + json.dumps({"code": code, "modules": sorted(sys.modules)}))
"""

WEB_RUNNER = """
import json, sys
from pathlib import Path
from searchapp.app import create_app
from searchcore.library import Library
client = create_app(Library.open(Path(sys.argv[1]))).test_client()
codes = [client.get(path).status_code for path in ("/", "/search?q=knee", "/record/code/CPT/90862")]
print(json.dumps({"code": 0 if set(codes) == {200} else codes, "modules": sorted(sys.modules)}))
"""


def modules_after(runner: str, *args: str) -> set[str]:
    """Run a program in a fresh Python and return the modules that it has loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", runner, *args], capture_output=True, text=True, timeout=120, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["code"] == 0, done.stderr
    return set(report["modules"])


@pytest.mark.parametrize(
    "args",
    [("search", "90862", "--json"), ("search", "knee"), ("show", "90862", "--json"), ("show", "E11.22")],
    ids=" ".join,
)
def test_a_search_loads_neither_web_server_nor_table_reader(
    sample_data_dir: Path, args: tuple[str, ...]
) -> None:
    loaded = modules_after(RUNNER, "--data-dir", str(sample_data_dir), *args)
    assert {"searchcore.library", "whoosh"} <= loaded
    heavy = {"flask", "polars", "rich.progress", "requests", "indexer", "searchapp", "python_calamine"}
    assert not loaded & heavy
    if "--json" in args:
        assert "rich" not in loaded


def test_the_web_process_loads_no_indexer(sample_data_dir: Path) -> None:
    loaded = modules_after(WEB_RUNNER, str(sample_data_dir))
    assert {"flask", "searchcore.library", "coding.describe"} <= loaded
    assert not loaded & {"indexer", "polars", "requests", "python_calamine"}
