"""Ways on from a list of hits: another spelling, only what has all words, rules that were left out."""

from __future__ import annotations

import re

from searchapp.presenters.notices import Notice
from searchapp.presenters.urls import Urls
from searchapp.presenters.words import NOUNS, plural
from searchcore.request import Request
from searchcore.result import Result

# So begins the note that another spelling is shown, or goes on that of another reading.
_SHOWN = re.compile(r"shown for |.*; showing what ")


def ways_on(request: Request, result: Result, urls: Urls) -> tuple[Notice, ...]:
    """Return the ways on, each a sentence with a link."""
    ways = [*_spelling(request, result, urls), *_words(request, result, urls)]
    if not request.expand:
        ways.append(_way("Only the words as typed are searched.", request.with_(expand=True), urls))
    for name in request.off:
        rest = tuple(other for other in request.off if other != name)
        ways.append(
            _way(f"“{name.replace('-', ' ')}” stands for itself alone.", request.with_(off=rest), urls)
        )
    return tuple(ways)


def _way(text: str, to: Request, urls: Urls) -> Notice:
    return Notice(text, "quiet", urls.search(to), "Search for other words with the same meaning, too")


def _spelling(request: Request, result: Result, urls: Urls) -> list[Notice]:
    """Return the question for another spelling, unless a note says that its matches are shown already."""
    meant = result.suggestion
    if any(map(_SHOWN.match, result.notes)):
        return []
    if not meant or " ".join(meant.split()) == " ".join(request.text.split()):
        return []
    return [Notice("Did you mean", "info", urls.search(request.with_(text=meant)), meant)]


def _words(request: Request, result: Result, urls: Urls) -> list[Notice]:
    """Return the way to the matches that have all words, where others are shown with them, or back."""
    if request.all_words:
        link = "Show those with most of the words, too"
        return [Notice("", "quiet", urls.search(request.with_(all_words=False)), link)]
    if not result.complete:
        return []
    noun = plural(result.complete, *NOUNS[request.kind])
    link = f"Show only the {noun} with all words"
    return [Notice("", "quiet", urls.search(request.with_(all_words=True)), link)]
