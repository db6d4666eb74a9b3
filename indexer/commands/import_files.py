"""`codefacet import`: take in downloaded files."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.context import Settings, pass_settings

if TYPE_CHECKING:
    from indexer.importer import ImportLine


@click.command(
    "import",
    epilog="""\b
Examples:
  codefacet import ~/Downloads/cms
  codefacet import icd10cm-order-2026.txt --json
""",
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--update", is_flag=True, help="Accept other content for a release that is already imported.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per file.")
@pass_settings
def command(settings: Settings, folder: Path, update: bool, as_json: bool) -> None:
    """Import a FOLDER of files as the agencies publish them (zips, .gz, loose files), or one file.

    Each file is recognised by its name and content. Files that hold no rows for CodeFacet are left aside,
    which is no failure. Exit code 1 if a file was refused.
    """
    from indexer.archives import Limits
    from indexer.catalogue import Catalogue
    from indexer.importer import REFUSED, import_folder
    from indexer.progress import counted

    limits = Limits(settings.max_member_bytes, settings.max_archive_bytes, settings.max_ratio)
    lines = []
    with counted("Importing", hidden=as_json) as step:
        for path, line in import_folder(folder, Catalogue(settings.data_dir), update=update, limits=limits):
            lines.append(line)
            step(path.name)
    if as_json:
        objects = ",\n".join(json.dumps(line.as_dict(), ensure_ascii=False) for line in lines)
        click.echo(f"[\n{objects}\n]")
    else:
        _print_table(lines)
    if any(line.state == REFUSED for line in lines):
        raise SystemExit(1)


def _print_table(lines: list[ImportLine]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from searchcore.lines import one_line

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("File", "Source", "Release", "Effective", "Rows", "SHA-256", "Result"):
        table.add_column(name, justify="right" if name == "Rows" else "left", overflow="fold")
    colours = {"accepted": "green", "aside": "yellow", "refused": "red"}
    for line in lines:
        window = f"{line.start or '?'} to {line.end or 'open'}" if line.start or line.end else ""
        rejected = f" (+{line.rejected:,} rejected)" if line.rejected else ""
        result = Text(line.state, colours[line.state])
        result.append(f": {one_line(line.reason)}" if line.reason else "", "default")
        table.add_row(
            # Names in archives are whatever somebody wrote: no markup, no control characters.
            Text(one_line(line.file)),
            line.source or "",
            line.release or "",
            window,
            f"{line.rows:,}{rejected}" if line.rows else "",
            (line.sha256 or "")[:12],
            result,
        )
    Console().print(table)
    counts = Counter(line.state for line in lines)
    rows = sum(line.rows for line in lines if line.state == "accepted")
    click.echo(
        f"\n{counts['accepted']} files accepted ({rows:,} rows), {counts['aside']} left aside, "
        f"{counts['refused']} refused. Next: codefacet build"
    )
