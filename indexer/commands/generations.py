"""`codefacet generations`, `rollback` and `prune`: what is built, and which of it is served."""

from __future__ import annotations

import json
from typing import Any

import click

from cli.context import Settings, pass_settings
from searchcore.errors import GenerationError
from searchcore.generations import current_id, ids, load


@click.command(epilog="\b\nExamples:\n  codefacet generations\n  codefacet generations --json\n")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_settings
def generations(settings: Settings, as_json: bool) -> None:
    """List the generations that are kept; the served one is marked."""
    served = _served(settings)
    rows: list[dict[str, Any]] = []
    for id in ids(settings.data_dir):
        try:
            found = load(settings.data_dir, id)
            row: dict[str, Any] = {
                "created": found.manifest.get("created"),
                "sample": found.is_sample,
                "records": found.records,
                "problem": None,
            }
        except GenerationError as error:
            row = {"created": None, "sample": None, "records": {}, "problem": str(error)}
        rows.append({"id": id, "served": id == served, **row})
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    if not rows:
        click.echo("Nothing is built yet. Next: codefacet build")
    for row in rows:
        mark = "*" if row["served"] else " "
        counts = ", ".join(f"{count:,} {kind}" for kind, count in row["records"].items())
        click.echo(f"{mark} {row['id']}  {'sample  ' if row['sample'] else ''}{row['problem'] or counts}")


def _served(settings: Settings) -> str | None:
    try:
        return current_id(settings.data_dir)
    except GenerationError:
        return None


@click.command(epilog="\b\nExamples:\n  codefacet rollback\n  codefacet rollback 20261123T183000-1a2b3c4d\n")
@click.argument("generation", required=False)
@pass_settings
def rollback(settings: Settings, generation: str | None) -> None:
    """Serve the generation before the served one again, or the GENERATION named. It is checked first."""
    from indexer.publish import build_lock
    from indexer.publish import rollback as roll_back

    with build_lock(settings.data_dir):
        before, now = roll_back(settings.data_dir, generation)
    click.echo(
        f"Served now: {now} (before: {before or 'none'}). To undo: codefacet rollback {before}"
        if before
        else f"Served now: {now}"
    )


@click.command(epilog="\b\nExamples:\n  codefacet prune\n  codefacet prune --keep 1\n")
@click.option(
    "--keep",
    type=click.IntRange(1),
    default=None,
    help="How many of the newest to keep; default from the settings.",
)
@pass_settings
def prune(settings: Settings, keep: int | None) -> None:
    """Delete old generations. The served one, and any that a running server still reads, stay."""
    from indexer.publish import build_lock
    from indexer.publish import prune as delete_old

    with build_lock(settings.data_dir):
        deleted, in_use = delete_old(settings.data_dir, settings.keep_generations if keep is None else keep)
    click.echo(
        f"Deleted {len(deleted)}: {', '.join(deleted) or 'none'}."
        + (f" Still in use: {', '.join(in_use)}." if in_use else "")
    )
