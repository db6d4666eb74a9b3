"""The wheel, installed in a clean environment, works outside the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("cli", "coding", "corpora", "indexer", "schemas", "searchapp", "searchcore")
DATA = {".yaml", ".csv", ".html", ".css", ".js", ".svg"}

# One xdist worker does all of it: the wheel is built once.
pytestmark = pytest.mark.xdist_group("wheel")


def run(
    *command: str | Path, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program and return what it printed; its words stand in the failing test."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=120, cwd=cwd, env=env
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


def files_of(package: str) -> set[str]:
    """Return the code and data files of a package in this checkout, as the wheel should have them."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / package).rglob("*")
        if path.suffix in DATA | {".py"} and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing is left in the checkout."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    ignored = shutil.ignore_patterns("__pycache__")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=ignored)
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy2(ROOT / name, source / name)
    run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", target, source),
        cwd=target,
    )
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of a new environment with the wheel; dependencies come from this one, without a download."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    platform, base = sysconfig.get_path("purelib"), {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", scheme="venv", vars=base))
    # A plain line, not `site.addsitedir`: an editable install of this checkout must stay out of reach.
    (site / "dependencies.pth").write_text(f"{platform}\n", encoding="utf-8")
    python = folder / "bin" / "python"
    pip = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-warn-script-location")
    run(python, *pip, "--ignore-installed", wheel, cwd=folder)
    return folder / "bin"


@pytest.fixture(scope="module")
def home(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder outside of the repository, with a data folder that the installed command has built."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run(installed / "codefacet", "build", "--json", cwd=folder, env=environment(folder))
    return folder


def environment(folder: Path) -> dict[str, str]:
    """Return an environment without our settings, whose data folder is in `folder`."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    return {**kept, "CODEFACET_DATA_DIR": str(folder / "data")}


def ask(installed: Path, home: Path, *args: str) -> dict[str, object]:
    """Return what the installed command answers with `--json`."""
    done = run(installed / "codefacet", *args, "--json", cwd=home, env=environment(home))
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("package", PACKAGES)
def test_holds_every_module_and_data_file(wheel: Path, package: str) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith(f"{package}/")}
    wanted = files_of(package)
    assert wanted
    assert held == wanted


def test_holds_the_licence_and_the_entry_points(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    names = archive.namelist()
    (points,) = [name for name in names if name.endswith("entry_points.txt")]
    assert any(name.endswith("LICENSE") for name in names)
    text = archive.read(points).decode()
    assert "codefacet = cli.main:main" in text
    assert "[codefacet.commands]" in text


def test_runs_from_where_it_is_installed(installed: Path, home: Path) -> None:
    where = "import cli, corpora, indexer, schemas, searchapp, searchcore; print(searchcore.__file__)"
    printed = run(installed / "python", "-c", where, cwd=home, env=environment(home)).stdout
    assert Path(printed.strip()).is_relative_to(installed.parent)


def test_lists_its_commands(installed: Path, home: Path) -> None:
    printed = run(installed / "codefacet", "--help", cwd=home, env=environment(home)).stdout
    for name in ("import", "fetch", "build", "search", "show", "serve", "verify"):
        assert f"\n  {name} " in printed
    assert "cannot be loaded" not in printed


def test_searches_and_shows(installed: Path, home: Path) -> None:
    found = ask(installed, home, "search", "90862")
    assert isinstance(found["hits"], list)
    first = found["hits"][0]
    assert (first["code"], first["status"], first["valid_to"]) == ("90862", "deleted", "2012-12-31")
    shown = ask(installed, home, "show", "90862")
    assert (shown["code"], shown["system"], shown["title"]) == ("90862", "CPT", None)
    assert shown["successors"]


def test_verifies_what_it_built(installed: Path, home: Path) -> None:
    found = ask(installed, home, "verify")
    assert isinstance(found["records"], dict)
    assert all(found["records"].values())
    assert set(found["records"]) == {"code", "modifier", "ptp_edit", "coverage"}


def test_serves_pages(installed: Path, home: Path) -> None:
    program = """
from searchapp.app import create_app
client = create_app().test_client()
page = client.get("/")
style = client.get("/static/style.css")
print(page.status_code, style.status_code, "Sample data" in page.get_data(as_text=True))
"""
    printed = run(installed / "python", "-c", program, cwd=home, env=environment(home)).stdout
    assert printed.split() == ["200", "200", "True"]
