"""Settings: where a value comes from, and what happens to a wrong one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from cli.main import main
from searchcore.errors import ConfigurationError
from searchcore.settings import SETTINGS, Settings, load_settings


def config(data_dir: Path, *args: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["--data-dir", str(data_dir), "config", *args], env=environment)


def rows(result: Result) -> dict[str, dict[str, object]]:
    assert result.exit_code == 0, result.output
    return {row["name"]: row for row in json.loads(result.stdout)["settings"]}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)


def test_settings_and_their_documentation_agree() -> None:
    for setting in SETTINGS:
        assert setting.help.endswith(".")
        if setting.name != "data_dir":
            assert getattr(Settings(Path("/x")), setting.name) == setting.default
    fields = {name for name in Settings.__dataclass_fields__ if name != "origins"}
    assert fields == {setting.name for setting in SETTINGS}


def test_option_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    (tmp_path / "codefacet.yaml").write_text("port: 9001\nhost: 0.0.0.0\nthreads: 2\n")
    found = load_settings(data_dir=tmp_path, environ={"CODEFACET_PORT": "9002", "CODEFACET_HOST": "::1"})
    found = found.with_options(port=9003, threads=None)
    assert (found.port, found.host, found.threads, found.keep_generations) == (9003, "::1", 2, 3)
    assert [found.origins[name] for name in ("data_dir", "port", "host", "threads", "keep_generations")] == [
        "option", "option", "environment", "file", "default",
    ]  # fmt: skip


def test_config_prints_values_and_origins(tmp_path: Path) -> None:
    found = rows(config(tmp_path, "--json", CODEFACET_PORT="9002"))
    assert (found["port"]["value"], found["port"]["from"]) == (9002, "environment")
    assert (found["data_dir"]["value"], found["data_dir"]["from"]) == (str(tmp_path), "option")
    text = config(tmp_path, CODEFACET_PORT="9002").stdout
    assert "port = 9002  [environment]" in text
    assert all(setting.variable in text for setting in SETTINGS)


def test_data_dir_may_stand_before_and_after_the_command(tmp_path: Path) -> None:
    run = CliRunner().invoke
    for args in (["--data-dir", str(tmp_path), "config"], ["config", "--data-dir", str(tmp_path)]):
        assert rows(run(main, [*args, "--json"]))["data_dir"]["value"] == str(tmp_path)
    both = run(main, ["--data-dir", "/elsewhere", "config", "--data-dir", str(tmp_path), "--json"])
    assert rows(both)["data_dir"]["value"] == str(tmp_path)


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    secret = "correct horse battery staple"
    for args in ((), ("--json",)):
        result = config(tmp_path, *args, CODEFACET_SECRET_KEY=secret)
        assert "(hidden)" in result.stdout and secret not in result.output
    assert secret not in repr(load_settings(data_dir=tmp_path, environ={"CODEFACET_SECRET_KEY": secret}))
    short = config(tmp_path, CODEFACET_SECRET_KEY="hunter2")
    assert short.exit_code == 1 and "hunter2" not in short.output and "at least 16" in short.stderr


def test_an_unknown_variable_names_the_nearest_setting(tmp_path: Path) -> None:
    result = config(tmp_path, CODEFACET_PROT="1")
    assert result.exit_code == 1
    assert result.stderr == "Error: CODEFACET_PROT: there is no such setting (did you mean CODEFACET_PORT?)\n"
    assert "the settings are CODEFACET_DATA_DIR," in config(tmp_path, CODEFACET_XYZZY="1").stderr


def test_variables_of_others_and_empty_ones_do_not_count(tmp_path: Path) -> None:
    found = rows(config(tmp_path, "--json", CODEFACET_TEST_X="1", CODEFACET_PORT="", MY_CODEFACET_X="1"))
    assert found["port"]["from"] == "default"


@pytest.mark.parametrize("value", ["70000", "-1", "80.5", "eighty", "0x50"])
def test_a_wrong_number_is_told_with_its_place(tmp_path: Path, value: str) -> None:
    result = config(tmp_path, CODEFACET_PORT=value)
    assert result.exit_code == 1
    assert result.stderr.startswith(
        f"Error: CODEFACET_PORT: '{value}' is wrong: a whole number from 0 to 65535"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("prot: 1", "there is no setting 'prot' (did you mean port?)"),
        ("port: [1]", "port: [1] is wrong"),
        ("threads: true", "threads: True is wrong"),
        ("host: 7", "host: 7 is wrong"),
        ("data_dir: /x", "data_dir cannot stand here"),
        ("- port", "does not consist of keys and values"),
        ("port: [", "not valid YAML"),
    ],
)
def test_a_wrong_file_is_told_with_its_name(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "codefacet.yaml").write_text(text)
    result = config(tmp_path)
    assert result.exit_code == 1
    assert told in result.stderr and str(tmp_path / "codefacet.yaml") in result.stderr


def test_the_data_folder_follows_the_xdg_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    home = tmp_path / ".local/share/codefacet"
    assert load_settings(environ={}).data_dir == home
    assert load_settings(environ={"XDG_DATA_HOME": "/srv/share"}).data_dir == Path("/srv/share/codefacet")
    assert load_settings(environ={"XDG_DATA_HOME": "relative"}).data_dir == home
    assert load_settings(environ={"CODEFACET_DATA_DIR": "~/mine"}).data_dir == tmp_path / "mine"
    assert load_settings(environ={"CODEFACET_DATA_DIR": "here"}).data_dir == Path.cwd() / "here"


def test_options_are_checked_like_the_rest() -> None:
    with pytest.raises(ConfigurationError, match=r"--keep-generations: 0 is wrong"):
        Settings(Path("/x")).with_options(keep_generations=0)


@given(st.dictionaries(st.sampled_from([setting.variable for setting in SETTINGS]), st.text()))
def test_any_values_give_settings_or_one_clear_error(environment: dict[str, str]) -> None:
    environment = {name: value for name, value in environment.items() if name != "CODEFACET_DATA_DIR"}
    try:
        found = load_settings(data_dir="/nonexistent", environ=environment)
    except ConfigurationError as error:
        assert error.where in environment
    else:
        assert 0 <= found.port <= 65535 and found.keep_generations >= 1
