"""The start page, the page of results and the page of all values of a facet."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from coding.answers import answers_for
from searchapp.caching import conditional, not_complete
from searchapp.params import asked_on_page, facet_asked, facet_of
from searchapp.presenters.facet_page import facet_page
from searchapp.presenters.search_page import search_page
from searchapp.presenters.site import home_page, loaded
from searchapp.relax import relaxation
from searchapp.state import library, urls
from searchcore.request import Request
from searchcore.schema import KINDS

blueprint = Blueprint("search", __name__)


@blueprint.get("/")
@conditional
def home() -> str:
    """Show the search box, what is loaded, and searches to try."""
    counts = library().counts(Request(as_of=urls().today))
    return render_template("home.html", page=home_page(counts, library().releases(), urls()))


@blueprint.get("/search")
@conditional
def results() -> str:
    """Show the results of a search with its facets."""
    question = asked_on_page(request.args)
    served = library()
    result = served.search(question.request)
    empty = not result.total
    counts = served.counts(question.request, result)
    if result.warnings or len(counts) < len(KINDS):
        not_complete()
    page = search_page(
        question.request,
        result,
        counts,
        served.facet_label,
        urls(),
        answers=answers_for(served, question.request, result),
        cautions=question.cautions,
        relaxation=relaxation(served, question.request) if empty else None,
    )
    return render_template("search.html", page=page, loaded=loaded(served.releases()) if empty else ())


@blueprint.get("/facet/<kind>/<name>")
@conditional
def facet(kind: str, name: str) -> str:
    """Show all values of one facet for a search."""
    chosen = facet_of(kind, name)
    question = asked_on_page(request.args, kind=kind)
    served = library()
    answer = served.facet_values(question.request, name)
    if answer.warnings:
        not_complete()
    page = facet_page(
        question.request,
        answer,
        chosen,
        facet_asked(request.args),
        served.facet_label,
        urls(),
    )
    return render_template("facet.html", page=page)
