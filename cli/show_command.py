"""`codefacet show`: everything about one code on one day."""

from __future__ import annotations

import json

import click

from cli.context import Settings, pass_settings
from cli.short_lived import short_lived
from searchcore.codes import SYSTEMS
from searchcore.errors import QueryError
from searchcore.request import parse_as_of
from searchcore.schema import KINDS


@click.command(
    epilog="""\b
Examples:
  codefacet show e11.22
  codefacet show 90862
  codefacet show G35 --as-of 2025-09-30
  codefacet show J0120 --system HCPCS --json
  codefacet show 25 --kind modifier
""",
)
@click.argument("code", nargs=-1, required=True)
@click.option("--as-of", metavar="DATE", help="The day asked about, YYYY-MM-DD. Default: today.")
@click.option("--kind", type=click.Choice(KINDS), help="Only records of this kind.")
@click.option("--system", type=click.Choice(list(SYSTEMS)), help="Only this code system.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print JSON: one object if one system has the code, else `candidates`.",
)
@pass_settings
def command(
    settings: Settings,
    code: tuple[str, ...],
    as_of: str | None,
    kind: str | None,
    system: str | None,
    as_json: bool,
) -> None:
    """Show CODE, in any spelling: status on the day, successors, notes, edits, and where each comes from."""
    from coding.describe import describe
    from searchcore.library import Library

    try:
        day = parse_as_of(as_of)
    except QueryError as error:
        raise click.UsageError(str(error)) from error
    if day is None:
        raise click.BadParameter("show answers for one day; use search for all dates", param_hint="--as-of")
    with short_lived():
        library = Library.open(settings.data_dir, () if kind is None else (kind,))
        details = describe(library, " ".join(code), kind=kind, system=system, as_of=day)
        if as_json:
            forms = [detail.as_dict(day, library.generation) for detail in details]
            form = forms[0] if len(forms) == 1 else {"as_of": day.isoformat(), "candidates": forms}
            click.echo(json.dumps(form, ensure_ascii=False, indent=1))
        else:
            from cli.terminal import print_details

            print_details(details)
