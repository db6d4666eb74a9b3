"""Results and records as people read them in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from coding.detail import Detail, Link, Section
from searchcore.result import Hit, Reason, Record, Result, Successor
from searchcore.schema import load_kind

COLOURS = {"active": "green", "header": "yellow", "future": "cyan", "deleted": "red", "unknown": "magenta"}
_FACETS_SHOWN = 6
_VALUES_SHOWN = 5
_FIRST = 3


def print_results(results: Sequence[Result], *, sample: bool, first_only: bool, why: bool = False) -> None:
    """Print result pages; with `first_only` just the first hits of each kind, with `why` their reasons."""
    console = Console()
    for result in results:
        _print_result(console, result, first_only, why)
    if sample:
        console.print(
            "\n[dim]This is the sample corpus. To load the full public files: codefacet import FOLDER[/]"
        )


def _print_result(console: Console, result: Result, first_only: bool, why: bool) -> None:
    day = f"as of {result.as_of}" if result.as_of else "all dates"
    label = load_kind(result.kind).label
    console.print(f"[bold]{label}[/]: {_found(result)}, {day} [dim]({result.took_ms:.0f} ms)[/]")
    for line in (*result.notes, *result.warnings):
        console.print(f"[yellow]{escape(line)}[/]")
    hits = result.hits[:_FIRST] if first_only else result.hits
    if hits:
        console.print(_hit_table(hits, result, why))
    if first_only:
        console.print()
        return
    if result.pages > 1:
        console.print(f"[dim]page {result.page:,} of {result.pages:,}[/]")
    _print_facets(console, result)


def _found(result: Result) -> str:
    if result.groups is None:
        return f"{result.total:,} found"
    label = load_kind(result.kind).groups[result.group].label
    return f"{result.groups:,} found by {label.lower()}, {result.total:,} in all"


def _hit_table(hits: Sequence[Hit], result: Result, why: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    table.add_column("Code", no_wrap=True, style="bold")
    table.add_column("System", no_wrap=True)
    table.add_column("Status", no_wrap=True)
    table.add_column("Valid", no_wrap=True)
    table.add_column("Title", overflow="fold", ratio=1)
    for hit in hits:
        record = hit.record
        text = title_of(record)
        for begin, end in hit.spans:
            text.stylize("bold underline", begin, end)
        for successor in hit.successors[:4]:
            text.append(f"\n  now {successor_line(successor)}", style="cyan")
        if len(hit.successors) > 4:
            text.append(f"\n  and {len(hit.successors) - 4} more: codefacet show {record.code}", style="cyan")
        if hit.carried_forward:
            text.append(f"\n  carried forward from {hit.carried_forward}", style="dim")
        if hit.members_total:
            text.append(f"\n  and {hit.members_total:,} more{_members(hit, result)}", style="cyan")
        for reason in hit.reasons if why else ():
            text.append(f"\n  {reason_line(reason, result.kind)}", style="dim")
        colour = COLOURS.get(record.status, "white")
        table.add_row(record.display, record.system, f"[{colour}]{record.status}[/]", validity(record), text)
    return table


def _members(hit: Hit, result: Result) -> str:
    """Return in which facets the other members of a group differ, with the values that they have."""
    told = []
    for name in load_kind(result.kind).groups[result.group].differ:
        labels = {value.value: value.label for value in result.facets[name]}
        counts = Counter(value for each in hit.members if (value := each.record.fields[name]))
        told += [", ".join(f"{labels.get(value, value)} {count}" for value, count in counts.items())]
    listed = " · ".join(filter(None, told))
    part = "" if len(hit.members) == hit.members_total else f", of the first {len(hit.members)}"
    return f"{part}: {listed}" if listed else ""


def title_of(record: Record) -> Text:
    """Return the title, or what stands in its place where the licence allows none."""
    if record.title is not None:
        return Text(record.title)
    family = record.fields.get("family")
    return Text(
        f"no descriptor loaded{'; ' + family.rpartition('; ')[2] if family else ''}",
        style="italic",
    )


def validity(record: Record) -> str:
    """Return the interval of a version in words."""
    begin = {"known": "", "inferred": "~", "on_or_before": "<="}.get(record.start, "?")
    first = f"{begin}{record.valid_from}" if record.valid_from else "?"
    return f"{first} to {record.valid_to or 'open'}"


def reason_line(reason: Reason, kind: str) -> str:
    """Return why a part of the query matches, in words."""
    if reason.rule is not None:
        rule = reason.rule
        return f"{reason.asked}: {rule.label}, {rule.say} finds {rule.mean} (--off {rule.off})"
    if reason.how in ("code", "below"):
        return f"{reason.asked}: {'the code itself' if reason.how == 'code' else 'a code below it'}"
    labels = ", ".join(load_kind(kind).text[name].label for name in reason.fields)
    return f"{reason.asked}: {labels}{f' has {reason.form}' if reason.form else ''}"


def successor_line(successor: Successor) -> str:
    """Return a successor with its condition."""
    codes = f"{successor.display}-{successor.to}" if successor.to else successor.display
    parts = [successor.condition, successor.unit_change]
    told = "; ".join(part for part in parts if part)
    return f"{codes}: {told}" if told else codes


def _print_facets(console: Console, result: Result) -> None:
    facets = load_kind(result.kind).facets
    shown = [(name, values) for name, values in result.facets.items() if any(v.value != "-" for v in values)]
    if not shown:
        return
    # Those that something is selected of go first.
    shown.sort(key=lambda item: not any(value.selected for value in item[1]))
    console.print()
    for name, values in shown[:_FACETS_SHOWN]:
        listed = [
            f"{'[bold]*' if v.selected else ''}{escape(v.label)}{'[/bold]' if v.selected else ''} {v.count:,}"
            for v in values[:_VALUES_SHOWN]
        ]
        more = f" [dim]and {len(values) - _VALUES_SHOWN} more[/]" if len(values) > _VALUES_SHOWN else ""
        console.print(f"[bold]{facets[name].label}[/] [dim]({name})[/]: {' · '.join(listed)}{more}")
    rest = ", ".join(name for name, _ in shown[_FACETS_SHOWN:])
    if rest:
        console.print(f"[dim]more facets: {rest}[/]")


def print_details(details: Sequence[Detail]) -> None:
    """Print the pages of one or more records."""
    console = Console()
    for number, detail in enumerate(details):
        if number:
            console.rule()
        _print_detail(console, detail)


def _print_detail(console: Console, detail: Detail) -> None:
    record = detail.record
    colour = COLOURS.get(record.status, "white")
    console.print(
        f"[bold]{record.display}[/]  {record.system}  [{colour}]{record.status}[/]  {validity(record)}"
    )
    console.print(title_of(record))
    for line in detail.headline:
        console.print(f"[yellow]! {escape(line)}[/]")
    if detail.successors:
        console.print("\n[bold]In its place[/]")
        for successor in detail.successors:
            console.print(f"  {escape(successor_line(successor))}")
        sources = dict.fromkeys(successor.source for successor in detail.successors)
        console.print(f"  [dim]source: {escape('; '.join(list(sources)[:3]))}[/]")
    _print_links(console, "Above it", detail.ancestors)
    _print_links(console, "Below it", detail.children)
    _print_links(console, "Billable codes below it", detail.completions)
    _print_links(console, "Next to it", detail.next_to)
    _print_links(console, "The same code elsewhere", detail.elsewhere)
    _print_links(console, "More like this", detail.alike)
    for section in detail.sections:
        print_section(console, section)


def _print_links(console: Console, title: str, links: Sequence[Link]) -> None:
    if links:
        console.print(f"\n[bold]{title}[/]")
        for link in links[:40]:
            console.print(f"  {link.display}  {escape(link.title or '')} [dim]{link.status}[/]")
        if len(links) > 40:
            console.print(f"  [dim]and {len(links) - 40} more[/]")


def print_section(console: Console, section: Section) -> None:
    """Print a table or list of a record's page."""
    console.print(f"\n[bold]{section.title}[/]")
    if section.columns:
        table = Table(box=None, pad_edge=False, header_style="dim")
        for column in section.columns:
            table.add_column(column, overflow="fold")
        for row in section.rows:
            table.add_row(*(escape(cell.text) for cell in row))
        console.print(table)
    else:
        for row in section.rows:
            console.print(f"  {escape(row[0].text)}")
    if section.note:
        console.print(f"  [yellow]{escape(section.note)}[/]")
    if section.source:
        more = f" and {len(section.source) - 3} more" if len(section.source) > 3 else ""
        console.print(f"  [dim]source: {escape(', '.join(section.source[:3]))}{more}[/]")
