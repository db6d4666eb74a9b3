"""`codefacet verify`: recompute every checksum and count of the served generation."""

from __future__ import annotations

import json

import click

from cli.context import Settings, pass_settings
from searchcore.errors import GenerationError
from searchcore.generations import check_files, load


@click.command(epilog="\b\nExamples:\n  codefacet verify\n  codefacet verify 20261123T183000-1a2b3c4d\n")
@click.argument("generation", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_settings
def command(settings: Settings, generation: str | None, as_json: bool) -> None:
    """Recompute every checksum and every count of the served generation, or of the GENERATION named."""
    from searchcore.engines import open_kind
    from searchcore.facts import TABLES, Facts
    from searchcore.schema import load_kind

    found = load(settings.data_dir, generation)
    files = check_files(found)
    counted = {}
    for kind, wanted in found.records.items():
        index = open_kind(load_kind(kind), found.kind_dir(kind))
        try:
            counted[kind] = index.check()
        finally:
            index.close()
        if counted[kind] != wanted:
            raise GenerationError(
                f"{counted[kind]:,} records of kind {kind} instead of {wanted:,}",
                where=str(found.path),
                mend="run: codefacet rollback, or codefacet build --force",
            )
    facts = Facts(found.facts)
    try:
        tables = {name: facts.count(name) for name in TABLES}
    finally:
        facts.close()
    if as_json:
        click.echo(
            json.dumps(
                {"generation": found.id, "files": files, "records": counted, "facts": tables}, indent=1
            )
        )
    else:
        counts = ", ".join(f"{count:,} {kind}" for kind, count in counted.items())
        click.echo(
            f"Generation {found.id} is sound: {files} files, {counts}, {sum(tables.values()):,} facts."
        )
