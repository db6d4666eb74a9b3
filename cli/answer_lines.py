"""What stands beside the hits of a search, as people read it in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.terminal import COLOURS, print_section, successor_line, title_of, validity
from coding.answer_parts import Choices, CodeAnswer, FoundCode, HeaderBelow, Icd9Answer, Icd9Target, NotLoaded
from coding.answers import Answers
from coding.code_lists import EditsAmong
from coding.kinds_asked import ShownAs
from searchcore.codes import SYSTEMS, Status
from searchcore.result import Hit

_MOST_LISTED = 12
_MOST_EDITS = 30
_ONE_BY_ONE = 3
_INDENT = "  "


def print_answers(answers: Answers) -> None:
    """Print what stands beside the hits, before them; nothing if there is nothing."""
    if not answers:
        return
    console = Console()
    if answers.shown_as:
        _print_shown_as(console, answers.shown_as)
    if len(answers.codes) > _ONE_BY_ONE:
        _print_table(console, answers)
    else:
        for answer in answers.codes:
            _print_code(console, answer)
    if answers.edits:
        _print_edits(console, answers.edits)
    for below in answers.headers:
        _print_below(console, below)
    console.print()


def _print_below(console: Console, below: HeaderBelow) -> None:
    listed = ", ".join(link.display for link in below.choices.links[:_MOST_LISTED])
    left = below.choices.total - min(_MOST_LISTED, len(below.choices.links))
    more = f" and {left} more" if left else ""
    console.print(f"[bold]{below.header.display}[/] is a header; below it: {listed}{more}")


def _print_shown_as(console: Console, shown: ShownAs) -> None:
    console.print(f"[bold]Shown as {escape(shown.asked.label)}[/]: {shown.total:,} found")
    for link in shown.links:
        # The title of an edit is its codes, and both sets may have them.
        title = SYSTEMS[link.system].name if link.kind == "ptp_edit" else link.title or ""
        status = "" if link.status == Status.ACTIVE else f" [dim]{link.status}[/]"
        console.print(f"{_INDENT}[bold]{link.display}[/]  {escape(title)}{status}")
    left = shown.total - len(shown.links)
    if left and shown.links:
        where = f"codefacet search --kind {shown.request.kind} {shown.request.text}"
        console.print(f"{_INDENT}[dim]and {left:,} more: {escape(where)}[/]")


def _print_code(console: Console, answer: CodeAnswer) -> None:
    for found in (*answer.found, *answer.modifiers):
        _print_found(console, found)
    if answer.not_loaded:
        _print_not_loaded(console, answer.text, answer.not_loaded)
    for icd9 in answer.icd9:
        _print_icd9(console, icd9)


def _print_found(console: Console, found: FoundCode) -> None:
    record = found.hit.record
    colour = COLOURS.get(record.status, "white")
    release = f"  [dim]{escape(record.releases[-1])}[/]" if record.releases else ""
    console.print(
        f"[bold]{record.display}[/]  {SYSTEMS[record.system].name}  [{colour}]{record.status}[/]  "
        f"{validity(record)}{release}"
    )
    console.print(_INDENT, title_of(record), sep="")
    for line in found.lines:
        console.print(f"{_INDENT}[yellow]! {escape(line)}[/]")
    choices = {link.code for link in found.choices.links} if found.choices else set()
    for successor in found.hit.successors[:4]:
        if successor.code not in choices:
            console.print(f"{_INDENT}[cyan]now {escape(successor_line(successor))}[/]")
    if found.choices:
        _print_choices(console, found.choices)
    for section in found.sections:
        print_section(console, section)


def _print_choices(console: Console, choices: Choices) -> None:
    for link in choices.links[:_MOST_LISTED]:
        status = "" if link.status == "active" else f" [dim]{link.status}[/]"
        console.print(f"{_INDENT}{_INDENT}[bold]{link.display}[/]  {escape(link.title or '')}{status}")
    if choices.total > _MOST_LISTED:
        console.print(f"{_INDENT}{_INDENT}[dim]and {choices.total - _MOST_LISTED} more[/]")


def _print_not_loaded(console: Console, text: str, missing: NotLoaded) -> None:
    searched = ", ".join(missing.releases) or "the hand-kept facts"
    console.print(f"[bold]{escape(text)}[/]  [magenta]not loaded[/]  {', '.join(missing.systems)}")
    for problem in missing.problems:
        console.print(f"{_INDENT}[yellow]! {escape(problem.text)}[/]")
    for choices in missing.choices:
        _print_choices(console, choices)
    console.print(f"{_INDENT}[dim]searched: {escape(searched)}[/]")


def _print_icd9(console: Console, answer: Icd9Answer) -> None:
    console.print(f"[bold]{answer.display}[/]  ICD-9-CM {answer.type}  {escape(answer.title or '')}")
    for target in answer.targets:
        console.print(f"{_INDENT}{_target(target)}")
    for number, lists in enumerate(answer.combinations, start=1):
        console.print(f"{_INDENT}together, alternative {number}: one of each list")
        for each in lists:
            console.print(f"{_INDENT}{_INDENT}- {' or '.join(map(_target, each))}")
    if answer.no_match:
        console.print(f"{_INDENT}no ICD-10 code corresponds to it")
    console.print(f"{_INDENT}[yellow]! {escape(answer.note)}[/]")


def _target(target: Icd9Target) -> str:
    match = "approximate" if target.approximate else "equal"
    link = target.link
    return f"[bold]{link.display}[/] {escape(link.title or '')} [dim]({match}, {link.status})[/]"


def _print_table(console: Console, answers: Answers) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for name in ("Typed", "System", "Status"):
        table.add_column(name, no_wrap=True)
    table.add_column("Title", overflow="fold", ratio=1)
    for answer in answers.codes:
        for found in answer.found:
            record = found.hit.record
            colour = COLOURS.get(record.status, "white")
            shown = (escape(answer.text), record.system, f"[{colour}]{record.status}[/]")
            table.add_row(*shown, title_of(record))
        for icd9 in answer.icd9:
            targets = ", ".join(target.link.display for target in icd9.targets)
            table.add_row(icd9.display, "ICD-9-CM", "[dim]old[/]", f"approximately {targets or '-'}")
        if answer.not_loaded:
            table.add_row(escape(answer.text), "-", "[magenta]not loaded[/]", "")
    console.print(table)
    if answers.codes_left_out:
        console.print(f"[dim]and {answers.codes_left_out:,} more codes[/]")


def _print_edits(console: Console, edits: EditsAmong) -> None:
    for each in edits.sets:
        pairs = f"{len(each.pairs)} pair{'' if len(each.pairs) == 1 else 's'} of these codes"
        console.print(f"[bold]{each.name}[/]: {pairs}")
        for pair in each.pairs[:_MOST_EDITS]:
            _print_rows(console, pair.rows, pair.indicators)
            if pair.both_orders:
                console.print(f"{_INDENT}[yellow]! Both orders are in force: report both.[/]")
        if len(each.pairs) > _MOST_EDITS:
            console.print(f"{_INDENT}[dim]and {len(each.pairs) - _MOST_EDITS} more[/]")
    console.print(f"[dim]{edits.note}[/]")


def _print_rows(console: Console, rows: Sequence[Hit], indicators: Sequence[str]) -> None:
    for hit, indicator in zip(rows, indicators, strict=True):
        record = hit.record
        colour = COLOURS.get(record.status, "white")
        console.print(
            f"{_INDENT}[bold]{record.title}[/]  [{colour}]{record.status}[/]  {escape(indicator)}  "
            f"[dim]{validity(record)}[/]"
        )
