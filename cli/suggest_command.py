"""`codefacet suggest`: what a text may become while somebody types it."""

from __future__ import annotations

import json

import click

from cli.context import Settings, pass_settings
from cli.short_lived import short_lived
from searchcore.errors import QueryError
from searchcore.request import parse_as_of
from searchcore.schema import KINDS


@click.command(
    epilog="""\b
Examples:
  codefacet suggest dia
  codefacet suggest "acute my"
  codefacet suggest e11 --as-of 2024-10-01
  codefacet suggest --kind modifier tele --json
""",
)
@click.argument("text", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(KINDS), default="code", show_default=True, help="What to suggest.")
@click.option("--limit", type=click.IntRange(1, 10), default=10, show_default=True, help="At most so many.")
@click.option("--as-of", metavar="DATE", help="The day asked about, YYYY-MM-DD. Default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print the suggestions as JSON.")
@pass_settings
def command(
    settings: Settings, text: tuple[str, ...], kind: str, limit: int, as_of: str | None, as_json: bool
) -> None:
    """Suggest codes and phrases that TEXT, the beginning of a code or of words, may become."""
    from searchcore.library import Library
    from searchcore.lines import one_line

    try:
        day = parse_as_of(as_of)
    except QueryError as error:
        raise click.UsageError(str(error)) from error
    with short_lived():
        library = Library.open(settings.data_dir, (kind,))
        found = library.suggest(" ".join(text), kind, limit, day)
        if as_json:
            click.echo(json.dumps([each.as_dict() for each in found], ensure_ascii=False, indent=1))
            return
        for each in found:
            status = f" [{each.status}]" if each.status not in (None, "active") else ""
            click.echo(one_line(" ".join(filter(None, (each.text, each.system, each.title))) + status))
