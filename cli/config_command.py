"""`codefacet config`: the effective settings and where each comes from."""

from __future__ import annotations

import json

import click

from cli.context import Settings, pass_settings
from searchcore.settings import FILE_NAME, SETTINGS


@click.command(
    "config",
    epilog="""\b
Examples:
  codefacet config
  CODEFACET_PORT=9000 codefacet config --json
""",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_settings
def command(settings: Settings, as_json: bool) -> None:
    """Print the effective settings and where each comes from.

    An option of the command line wins over a CODEFACET_* variable, which wins over codefacet.yaml in the
    data folder, which wins over the default. Secrets are not shown.
    """
    if as_json:
        click.echo(json.dumps(as_data(settings), indent=1, ensure_ascii=False))
    else:
        _print_lines(settings)


def as_data(settings: Settings) -> dict[str, object]:
    """Return the settings as data; a secret is only said to be set or not."""
    rows = [
        {
            "name": setting.name,
            "value": settings.shown(setting.name),
            "from": settings.origins.get(setting.name, "default"),
            "variable": setting.variable,
            "help": setting.help,
        }
        for setting in SETTINGS
    ]
    return {"file": str(settings.data_dir / FILE_NAME), "settings": rows}


def _print_lines(settings: Settings) -> None:
    # Blocks instead of a table: long folders and variable names stay whole on a narrow terminal.
    for setting in SETTINGS:
        shown = settings.shown(setting.name)
        origin = settings.origins.get(setting.name, "default")
        click.echo(
            f"{click.style(setting.name, bold=True)} = {shown if shown != '' else '(empty)'}  [{origin}]"
        )
        click.echo(f"    {setting.help} ({setting.variable})")
    path = settings.data_dir / FILE_NAME
    click.echo(f"\nSettings file: {path} ({'in use' if path.exists() else 'not there, which is fine'})")
