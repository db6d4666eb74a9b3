"""The `codefacet` group: lazy, one clean line for an error, stable exit codes."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from cli.errors import wants_json
from cli.main import main
from cli.registry import _from_setup_file, load_command, registered
from searchcore import __version__
from searchcore.errors import BuildError, ConfigurationError
from searchcore.lines import one_line

ROOT = Path(__file__).resolve().parents[2]
FAULTS: dict[str, BaseException] = {
    "ours": BuildError("it stopped", where="file.zip!a.txt, line 3", mend="mend it"),
    "disk": OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/data/x"),
    "denied": PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/data/x"),
    "keyboard": KeyboardInterrupt(),
    "bug": KeyError("x"),
    "memory": MemoryError(),
    "usage": click.UsageError("that is not how"),
    "forged": BuildError("a name\n\x1b[31mError: all well", where="a\rb"),
}


@pytest.fixture
def faulty() -> Iterator[None]:
    """A command `fault NAME [--json]` that fails in the way named."""

    @click.command("fault")
    @click.argument("name")
    @click.option("--json", is_flag=True)
    def fault(name: str, json: bool) -> None:
        raise FAULTS[name]

    main.add_command(fault)
    yield
    main.commands.pop("fault")


def run(*args: str) -> Result:
    return CliRunner().invoke(main, args, prog_name="codefacet")


@pytest.mark.usefixtures("faulty")
@pytest.mark.parametrize(
    ("name", "code", "line"),
    [
        ("ours", 1, "Error: file.zip!a.txt, line 3: it stopped (mend it)"),
        ("disk", 1, "Error: /data/x: No space left on device (free some space and run the command again)"),
        ("denied", 1, "Error: /data/x: Permission denied (check the permissions of the file and its folder)"),
        ("keyboard", 130, "Error: stopped from the keyboard"),
        ("forged", 1, "Error: a b: a name [31mError: all well"),
    ],
)
def test_an_error_is_one_clean_line(name: str, code: int, line: str) -> None:
    result = run("fault", name)
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", line + "\n")


@pytest.mark.usefixtures("faulty")
@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        ("ours", 1, "BuildError"),
        ("disk", 1, "OSError"),
        ("keyboard", 130, "Interrupted"),
        ("bug", 1, "InternalError"),
        ("usage", 2, "UsageError"),
    ],
)
def test_an_error_as_json_is_one_object_on_stdout(name: str, code: int, kind: str) -> None:
    result = run("fault", name, "--json")
    assert (result.exit_code, result.stderr) == (code, "")
    data = json.loads(result.stdout)
    assert set(data) == {"error", "what", "where", "mend"}
    assert data["error"] == kind


@pytest.mark.usefixtures("faulty")
def test_a_fault_of_our_own_names_its_place_and_shows_its_traceback_only_with_debug() -> None:
    result = run("fault", "bug")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: cli/test_group.py, line ") and "KeyError: 'x'" in result.stderr
    assert result.stderr.count("\n") == 1
    assert isinstance(run("--debug", "fault", "bug").exception, KeyError)
    assert "MemoryError" in run("fault", "memory").stderr


@pytest.mark.usefixtures("faulty")
def test_wrong_usage_ends_with_2() -> None:
    for args in (("fault", "usage"), ("fault",), ("fault", "a", "--odd"), ("--odd",), ("nonsense",)):
        result = run(*args)
        assert result.exit_code == 2, args
        assert "Usage: codefacet" in result.stderr


def test_a_misspelt_command_gets_a_hint() -> None:
    assert "Did you mean 'search'?" in run("serch").stderr


def test_help_has_examples_and_works_although_a_setting_is_wrong() -> None:
    result = CliRunner().invoke(main, ["config", "--help"], env={"CODEFACET_PROT": "1"})
    assert result.exit_code == 0 and "Examples:" in result.stdout
    group = run("--help")
    assert group.exit_code == 0 and "codefacet search" in group.stdout
    assert all(name in group.stdout for name in registered())
    assert __version__ in run("--version").stdout


def test_wants_json_looks_at_options_only() -> None:
    assert wants_json(["search", "x", "--json"])
    assert not wants_json(["search", "--", "--json"])
    assert not wants_json(["search", "json"])


def test_one_line_keeps_letters_of_any_script() -> None:
    assert one_line("Ménière\n\t\x00日本") == "Ménière 日本"


def test_commands_come_from_setup_cfg_in_a_checkout() -> None:
    assert registered()["fetch"] == "indexer.commands.fetch:command"
    command = load_command("fetch")
    assert command is not None and command.name == "fetch"
    assert load_command("nonsense") is None


def test_a_foreign_or_damaged_setup_cfg_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "setup.cfg"
    assert _from_setup_file(path) == {}
    section = "[options.entry_points]\ncodefacet.commands =\n    evil = os:system\n"
    path.write_text(f"[metadata]\nname = other\n{section}")
    assert _from_setup_file(path) == {}
    path.write_text("no section")
    assert _from_setup_file(path) == {}
    path.write_text(f"[metadata]\nname = codefacet\n{section}")
    assert _from_setup_file(path) == {"evil": "os:system"}


def test_a_command_that_cannot_be_loaded_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {"gone": "cli.nothing_here:command", "odd": "cli.main:Path"}
    monkeypatch.setattr("cli.registry.registered", lambda: broken)
    for name in broken:
        with pytest.raises(ConfigurationError, match=f"codefacet {name}|is not a command"):
            load_command(name)


def test_a_command_imports_neither_the_web_server_nor_the_table_reader() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from cli.main import main;"
        "r = CliRunner().invoke(main, ['config', '--json']); assert r.exit_code == 0, r.output;"
        "print(sorted({'flask', 'polars', 'requests', 'whoosh', 'numpy'} & set(sys.modules)))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CODEFACET_")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_python_dash_m_cli_runs_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli", "--version"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == f"codefacet, version {__version__}"
