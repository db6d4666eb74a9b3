"""`codefacet forget`: undo an import."""

from __future__ import annotations

import click

from cli.context import Settings, pass_settings
from searchcore.errors import SourceFileError


@click.command(epilog="\b\nExamples:\n  codefacet forget icd10cm-order FY2025\n")
@click.argument("source")
@click.argument("release")
@pass_settings
def command(settings: Settings, source: str, release: str) -> None:
    """Undo the import of a RELEASE of a SOURCE. The served generation stays until the next build."""
    from indexer.catalogue import Catalogue

    catalogue = Catalogue(settings.data_dir)
    if not catalogue.has(source, release):
        raise SourceFileError(f"release {release} of {source} is not imported", mend="run: codefacet status")
    with catalogue.lock():
        catalogue.remove(source, release)
    click.echo(f"Forgot {source}/{release}. Next: codefacet build")
