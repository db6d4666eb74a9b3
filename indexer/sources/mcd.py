"""The CSV export tables of the Medicare Coverage Database, told apart by their columns.

`reader_options.tables` says what each table is. Fields hold HTML, line breaks and more than a megabyte; files
come as UTF-8 or cp1252. Nothing is joined here: documents get their letter, contractors are id/type/version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from indexer.sources.base import Reading, Release
from indexer.sources.mcd_places import BUILDERS
from indexer.sources.mcd_tables import day
from indexer.sources.sifting import in_order, sift, to_frame
from indexer.sources.tabular import head_grid, locate, name_key, read_grid
from indexer.tables import conform

if TYPE_CHECKING:
    from indexer.sources.base import Member

Specs = Mapping[str, Mapping[str, Any]]


class McdReader:
    """Reads one export table."""

    def recognise(self, member: Member, options: Mapping[str, Any]) -> bool:
        """Tell by the columns."""
        return _table(member, options["tables"]) is not None

    def release(self, member: Member, options: Mapping[str, Any]) -> Release | None:
        """Return the newest day on which a row was updated; `undated` if no row says.

        Raises:
            SourceFileError: the file is named like another table than its columns are.
        """
        name = self._name(member, options["tables"])
        stem = member.name.lower().removesuffix(".csv")
        if stem in options["tables"] and stem != name:
            raise member.error(
                f"the name says {stem}, the columns are those of {name}", mend="check which table this is"
            )
        grid = read_grid(member)
        header = grid.rows[0]
        columns = {"updated": (options["tables"][name].get("updated", "last_updated"),)}
        places = locate(member, header, columns, (), grid.lines[0])
        frame, _ = to_frame(grid.after(0), places, len(header))
        newest = frame.select(day("updated").max()).item() if places else None
        return Release(newest.isoformat() if newest else "undated", newest, part=name)

    def read(self, member: Member, options: Mapping[str, Any]) -> Reading:
        """Read all rows of the table."""
        name = self._name(member, options["tables"])
        spec = options["tables"][name]
        build = BUILDERS[spec["kind"]](name, spec)
        grid = read_grid(member)
        header = grid.rows[0]
        places = locate(member, header, build.columns, build.required, grid.lines[0])
        frame, odd = to_frame(grid.after(0), places, len(header))
        absent = [pl.lit(None, pl.String).alias(column) for column in build.columns if column not in places]
        good, bad = sift(build.prepare(frame.with_columns(absent)), build.checks)
        table = conform(build.table, build.finish(good))
        return Reading({build.table: table}, good.height, in_order(odd, bad), {name: good.height})

    def _name(self, member: Member, specs: Specs) -> str:
        name = _table(member, specs)
        if name is None:
            raise member.error(
                "the columns are not those of a coverage table", mend="check which file this is"
            )
        return name


def needed_columns(name: str, spec: Mapping[str, Any]) -> set[str]:
    """Return the keys of the columns that a table must have to be recognised as the one of this name."""
    document = name.partition("_")[0]
    needs = list(spec.get("needs", ()))
    if spec["kind"] not in ("documents", "contractors", "jurisdictions", "states"):
        needs += [f"{document}_id", f"{document}_version"]
    needs += [spec[key] for key in ("code", "group") if key in spec]
    needs += {
        "groups": ["paragraph"],
        "related": ["r_lcd_id", "r_article_id"],
        "contractor_links": ["contractor_id", "contractor_type_id"],
        "state_links": ["state_id"],
    }.get(spec["kind"], [])
    return {name_key(column) for column in needs}


def _table(member: Member, specs: Specs) -> str | None:
    """Return the name of the table whose columns the header has; of several the one with the most."""
    grid = head_grid(member)
    if not len(grid):
        return None
    header = {name_key(cell) for cell in grid.rows[0]}
    fitting = [name for name, spec in specs.items() if needed_columns(name, spec) <= header]
    return max(fitting, key=lambda name: len(needed_columns(name, specs[name])), default=None)


READER = McdReader()
