"""The page about the data: what is loaded, and how to load the agencies' full files."""

from __future__ import annotations

from flask import Blueprint, render_template

from searchapp.caching import conditional
from searchapp.presenters.site import about_page
from searchapp.state import library

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
@conditional
def about() -> str:
    """Show every loaded release, and how to load more."""
    return render_template("about.html", page=about_page(library().releases()))
