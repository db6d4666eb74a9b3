"""`codefacet serve`: the web pages."""

from __future__ import annotations

import logging

import click

from cli.context import Settings, pass_settings
from searchapp.app import create_app
from searchapp.server import check_host, serve_app
from searchapp.state import state


@click.command(
    "serve",
    epilog="""\b
Examples:
  codefacet serve
  codefacet serve --port 9000 --threads 16
  codefacet serve --host 0.0.0.0 --public
""",
)
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 for any free one.  [default: 8000]")
@click.option("--threads", type=click.IntRange(1, 256), help="Requests answered at once.  [default: 8]")
@click.option("--public", is_flag=True, help="Allow an address that other machines can reach.")
@pass_settings
def serve(settings: Settings, host: str | None, port: int | None, threads: int | None, public: bool) -> None:
    """Serve the web pages over the newest build, until Ctrl-C or SIGTERM.

    A newer build is taken up by itself while the server runs. Without --public only this machine is served.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    settings = settings.with_options(host=host, port=port, threads=threads)
    check_host(settings.host, public=public)
    app = create_app(settings)
    with app.app_context():
        served = state().library
    if served.is_sample:
        click.echo("This is the small sample; `codefacet import DIR` and `codefacet build` load full files.")
    try:
        serve_app(
            app,
            settings.host,
            settings.port,
            settings.threads,
            lambda url: click.echo(f"CodeFacet is at {url}  (stop with Ctrl-C)"),
        )
    finally:
        served.close()
    click.echo("Stopped.")
