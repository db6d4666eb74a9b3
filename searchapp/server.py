"""The WSGI server: waitress on one address, stopped cleanly by SIGTERM or Ctrl-C."""

from __future__ import annotations

import errno
import ipaddress
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from waitress.server import create_server

from searchcore.errors import CodeFacetError, ConfigurationError

if TYPE_CHECKING:
    from flask import Flask

# The pages take no body; a header this long still holds the longest address of the JSON API.
MAX_BODY = 65_536
MAX_HEADER = 524_288

REASONS = {
    errno.EADDRINUSE: ("something else listens there already", "stop it, or choose another --port"),
    errno.EACCES: ("this user may not listen there", "choose a --port above 1023"),
    errno.EADDRNOTAVAIL: ("this machine does not have that address", "choose another --host"),
}


def check_host(host: str, *, public: bool) -> None:
    """Refuse an address that other machines can reach, unless that is wanted.

    Raises:
        ConfigurationError: the host is not a loopback address and `public` is not set, or it is no address.
    """
    if public:
        return
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host or "0.0.0.0", None)}
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(
            "this host has no address", where=f"--host {host}", mend="use 127.0.0.1"
        ) from error
    # The zone of an IPv6 address (fe80::1%eth0) is no part of the number.
    if not all(ipaddress.ip_address(address.partition("%")[0]).is_loopback for address in found):
        raise ConfigurationError(
            "other machines could reach the server at this address",
            where=f"--host {host}",
            mend="add --public if that is wanted; there is no login and no encryption here",
        )


def serve_app(app: Flask, host: str, port: int, threads: int, ready: Callable[[str], None]) -> None:
    """Serve an app until SIGTERM or Ctrl-C.

    Args:
        app: the app.
        host: name or number of the address.
        port: 0 for any free one.
        threads: number of requests answered at once.
        ready: called with the address once connections are accepted.

    Raises:
        CodeFacetError: the address cannot be listened on.
    """
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            threads=threads,
            ident="",
            max_request_body_size=MAX_BODY,
            max_request_header_size=MAX_HEADER,
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        what, mend = REASONS.get(error.errno or 0, (error.strerror or str(error), "choose another --port"))
        raise CodeFacetError(what, where=f"{host}:{port}", mend=mend) from error
    previous = signal.signal(signal.SIGTERM, _stop)
    try:
        ready(address(host, server))
        # `run` ends on SystemExit and KeyboardInterrupt after the requests under way are answered.
        server.run()
    finally:
        signal.signal(signal.SIGTERM, previous)
        server.close()


def address(host: str, server: Any) -> str:
    """Return the address to open in a browser. A host with several addresses has one socket for each."""
    port = server.effective_listen[0][1] if hasattr(server, "effective_listen") else server.effective_port
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
