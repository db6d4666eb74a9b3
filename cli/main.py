"""The `codefacet` command."""

from __future__ import annotations

import difflib
from typing import Any

import click

from cli.context import data_dir_option
from cli.errors import friendly_errors, wants_json
from cli.registry import load_command, registered
from searchcore import __version__
from searchcore.errors import CodeFacetError

_EXAMPLES = """\b
Examples:
  codefacet fetch --list
  codefacet import ~/Downloads/cms
  codefacet build
  codefacet search "type 2 diabetes with kidney disease" --facet billable=yes
  codefacet show 90862 --as-of 2014-03-01
  codefacet serve

Exit codes: 0 done, 1 failed, 2 wrong usage.
"""


class LazyGroup(click.Group):
    """A group that imports a sub-command only when it is run or described, and ends on one clean line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note whether errors are to be JSON, before anything of the arguments can be wrong."""
        ctx.meta["codefacet.json"] = wants_json(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the sub-command; whatever goes wrong in it ends on one line."""
        with friendly_errors(as_json=ctx.meta["codefacet.json"], debug=bool(ctx.params.get("debug"))):
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all sub-commands, none of which is imported for it."""
        return sorted({*registered(), *self.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a sub-command."""
        return super().get_command(ctx, cmd_name) or load_command(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return name, sub-command and arguments; for an unknown name fail and name the nearest one."""
        name = args[0]
        names = self.list_commands(ctx)
        if name not in names and not name.startswith("-"):
            close = difflib.get_close_matches(name, names, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            ctx.fail(f"No such command {name!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of sub-commands, those that cannot be imported with the reason."""
        rows = [(name, self._describe(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _describe(self, ctx: click.Context, name: str) -> str:
        try:
            command = self.get_command(ctx, name)
        except CodeFacetError as error:
            return f"({error.what})"
        return command.get_short_help_str(limit=70) if command else ""


@click.group(
    cls=LazyGroup,
    params=[data_dir_option()],
    epilog=_EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--debug", is_flag=True, help="Show the traceback of a fault of CodeFacet itself.")
@click.version_option(__version__, prog_name="codefacet")
def main(debug: bool) -> None:
    """Faceted full-text search over US medical billing codes.

    Reads the agencies' public files (ICD-10-CM, ICD-10-PCS, HCPCS Level II, NCCI edits, fee-schedule
    indicators, Medicare coverage), and answers with what was in force on a day, and why.
    """
