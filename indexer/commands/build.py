"""`codefacet build`: make a new generation and serve it."""

from __future__ import annotations

import json
from typing import Any

import click

from cli.context import Settings, pass_settings


@click.command(
    epilog="""\b
Examples:
  codefacet build
  codefacet build --if-needed
  codefacet build --sources icd10cm-order --sources hcpcs
""",
)
@click.option(
    "--if-needed", is_flag=True, help="Say nothing and do nothing when the inputs have not changed."
)
@click.option("--force", is_flag=True, help="Build even when the inputs have not changed.")
@click.option(
    "--sources", multiple=True, metavar="ID", help="Build from these sources only; may be repeated."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@pass_settings
def command(
    settings: Settings, if_needed: bool, force: bool, sources: tuple[str, ...], as_json: bool
) -> None:
    """Build the index from what has been imported (from the sample if nothing has), verify it, and serve it.

    The generation that is served stays as it is until the new one is complete.
    """
    from indexer.build import build
    from indexer.progress import Stages

    wanted = tuple(name for group in sources for name in group.split(",") if name)
    _check_sources(wanted)
    with Stages(hidden=as_json) as stages:
        report = build(
            settings.data_dir, only=wanted, force=force, keep=settings.keep_generations, stages=stages
        )
    if as_json:
        click.echo(json.dumps(report.as_dict(), indent=1))
    elif report.unchanged:
        if not if_needed:
            click.echo(f"Nothing has changed: generation {report.generation} is up to date.")
    else:
        _print(report)


def _check_sources(wanted: tuple[str, ...]) -> None:
    from indexer.descriptions import load_sources

    for name in wanted:
        if name not in load_sources():
            known = ", ".join(load_sources())
            raise click.BadParameter(
                f"there is no source {name!r}; the sources are {known}", param_hint="--sources"
            )


def _print(report: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if report.sample:
        console.print(
            "Built from the sample corpus: nothing has been imported. See: codefacet import --help\n"
        )
    read = Table(title="Read", title_justify="left", box=None, header_style="bold", pad_edge=False)
    for name in ("Source", "Release", "Rows", "Rejected"):
        read.add_column(name, justify="right" if name in ("Rows", "Rejected") else "left")
    for file in report.sources:
        note = "" if file["primary"] else f" ({file['part']}, for comparison)"
        read.add_row(file["source"], file["release"] + note, f"{file['rows']:,}", f"{file['rejected']:,}")
    done = Table(title="\nIndexed", title_justify="left", box=None, header_style="bold", pad_edge=False)
    done.add_column("Kind")
    done.add_column("Versions", justify="right")
    for kind, count in report.records.items():
        done.add_row(kind, f"{count:,}")
    took = Table(title="\nTime", title_justify="left", box=None, header_style="bold", pad_edge=False)
    took.add_column("Stage")
    took.add_column("Seconds", justify="right")
    for stage, seconds in report.seconds.items():
        took.add_row(stage, f"{seconds:.1f}")
    for table in (read, done, took):
        console.print(table)
    total = sum(report.seconds.values())
    console.print(
        f"\nGeneration {report.generation} is served: {total:.1f} s, peak memory "
        f"{report.peak_memory_mb:,.0f} MB, {report.disk_mb:,.0f} MB on disk. Next: codefacet serve"
    )
