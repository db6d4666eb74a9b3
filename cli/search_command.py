"""`codefacet search`: ranked, faceted search in the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import IO, Any

import click

from cli.context import Settings, pass_settings
from cli.short_lived import short_lived
from coding.answers import answers_for
from searchcore.errors import CodeFacetError, QueryError
from searchcore.library import Library
from searchcore.request import MAX_PER_PAGE, Request, parse_as_of
from searchcore.result import Result
from searchcore.schema import KINDS, load_kind

ALL = "all"


@click.command(
    epilog="""\b
Examples:
  codefacet search "type 2 diabetes with kidney disease" --facet billable=yes
  codefacet search 90862 --as-of 2012-06-01
  codefacet search "knee brace" --facet system=HCPCS --sort newest --json
  codefacet search "fracture of shaft of femur" --group family
  codefacet search --kind modifier telehealth
  codefacet search --batch queries.txt > answers.jsonl
""",
)
@click.argument("text", nargs=-1)
@click.option(
    "--kind", type=click.Choice([*KINDS, ALL]), default="code", show_default=True, help="What to search."
)
@click.option(
    "--facet",
    "facets",
    multiple=True,
    metavar="NAME=VALUE",
    help="Select a facet value; may be repeated: OR within a facet, AND across.",
)
@click.option(
    "--as-of", metavar="DATE", help="The day asked about, YYYY-MM-DD; `all` for all dates. Default: today."
)
@click.option("--sort", default="", help="score, code, or a sort of the kind (title, newest, ended).")
@click.option(
    "--group", default="", metavar="NAME", help="Show the records of a group as one hit: family (kind code)."
)
@click.option("--all-words", is_flag=True, help="Show only what has all words, however little that is.")
@click.option("--no-expand", is_flag=True, help="Only words as they stand: no synonyms, no abbreviations.")
@click.option(
    "--off",
    multiple=True,
    metavar="NAME",
    help="Leave out a language rule (what it says) or a group of them; may be repeated.",
)
@click.option("--why", is_flag=True, help="Say under each hit why it is one.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--per-page", type=click.IntRange(1, MAX_PER_PAGE), default=20, show_default=True)
@click.option(
    "--batch",
    type=click.File("r", encoding="utf-8", errors="replace"),
    help="Read one query per line (- for standard input) and answer one JSON line each.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@pass_settings
def command(
    settings: Settings,
    text: tuple[str, ...],
    kind: str,
    facets: tuple[str, ...],
    as_of: str | None,
    sort: str,
    group: str,
    all_words: bool,
    no_expand: bool,
    off: tuple[str, ...],
    why: bool,
    page: int,
    per_page: int,
    batch: IO[str] | None,
    as_json: bool,
) -> None:
    """Search for TEXT: words, "phrases", codes in any spelling. Without TEXT everything matches."""
    if batch and text:
        raise click.UsageError("give TEXT or --batch, not both")
    options: dict[str, Any] = {
        "filters": _filters(facets),
        "as_of": _usage(parse_as_of, as_of),
        "sort": sort,
        "group": group,
        "all_words": all_words,
        "expand": not no_expand,
        "off": off,
        "page": page,
        "per_page": per_page,
    }
    kinds = KINDS if kind == ALL else (kind,)
    asked = [_usage(_request, " ".join(text), each, options, several=len(kinds) > 1) for each in kinds]
    if batch:
        for line in _answers(Library.open(settings.data_dir, kinds), batch, kinds, options):
            click.echo(line)
        return
    with short_lived():
        library = Library.open(settings.data_dir, kinds)
        results = [library.search(request) for request in asked]
        if as_json:
            click.echo(json.dumps(_form(library, asked, results), ensure_ascii=False, indent=1))
            return
        from cli.answer_lines import print_answers
        from cli.terminal import print_results

        if page == 1:
            print_answers(answers_for(library, asked[0], results[0]))
        print_results(results, sample=library.is_sample, first_only=kind == ALL, why=why)


def _form(library: Library, requests: Sequence[Request], results: Sequence[Result]) -> dict[str, Any]:
    """Return the results of one text as JSON, one a kind, with what stands beside the hits."""
    forms = [result.as_dict() for result in results]
    form = forms[0] if len(forms) == 1 else {"kind": ALL, "kinds": {each["kind"]: each for each in forms}}
    return {**form, "answers": answers_for(library, requests[0], results[0]).as_dict()}


def _usage(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Call a parser of arguments; what it does not understand is wrong usage (exit code 2)."""
    try:
        return function(*args, **kwargs)
    except QueryError as error:
        raise click.UsageError(str(error)) from error


def _filters(facets: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    pairs = []
    for item in facets:
        name, equals, value = item.partition("=")
        if not equals or not name or not value:
            raise click.BadParameter(f"{item!r} is not NAME=VALUE", param_hint="--facet")
        pairs.append((name, (value,)))
    return tuple(pairs)


def _request(text: str, kind: str, options: dict[str, Any], *, several: bool = False) -> Request:
    """Build the request of one kind; of several each takes the filters, sort and group that it has."""
    chosen = dict(options)
    if several:
        schema = load_kind(kind)
        chosen["filters"] = tuple(item for item in options["filters"] if item[0] in schema.facets)
        chosen["sort"] = options["sort"] if options["sort"] in schema.sorts else ""
        chosen["group"] = options["group"] if options["group"] in schema.groups else ""
    return Request(text=text, kind=kind, **chosen)


def _answers(
    library: Library, lines: IO[str], kinds: tuple[str, ...], options: dict[str, Any]
) -> Iterator[str]:
    for line in lines:
        text = line.rstrip("\r\n")
        try:
            requests = [_request(text, kind, options, several=len(kinds) > 1) for kind in kinds]
            results = [library.search(request) for request in requests]
            answer: dict[str, Any] = {"query": text, **_form(library, requests, results)}
        except CodeFacetError as error:
            answer = {"query": text, **error.as_dict()}
        yield json.dumps(answer, ensure_ascii=False)
        sys.stdout.flush()
