"""A web server on 127.0.0.1 that serves files well, and badly in every way that servers do."""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler"], None]
SLICE = 4096


class Handler(BaseHTTPRequestHandler):
    """Answers each path as its behaviour says, and notes every request."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        path = self.path
        self.server.requests[path.partition("?")[0]].append(dict(self.headers))
        self.server.asked.append(path)
        behaviour = self.server.routes.get(path.partition("?")[0], status(404))
        try:
            behaviour(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the output of the tests clean."""

    def count(self) -> int:
        """How often this path was asked for, this time included."""
        return len(self.server.requests[self.path.partition("?")[0]])

    def start(self, code: int, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


class Server(ThreadingHTTPServer):
    """The server; `routes` by path, `requests` the headers of each request by path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes: dict[str, Behaviour] = {}
        self.requests: dict[str, list[dict[str, str]]] = defaultdict(list)
        self.asked: list[str] = []
        # Set when the test ends, so that a stalled answer ends as well.
        self.over = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_address[1]}{path}"


@contextmanager
def running_server() -> Iterator[Server]:
    """Run a server in a thread."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()


def etag_of(data: bytes) -> str:
    """Return a strong ETag of some content."""
    return f'"{hashlib.sha256(data).hexdigest()[:16]}"'


def status(code: int, **headers: str) -> Behaviour:
    """Answer with a status and no body."""

    def behave(handler: Handler) -> None:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        handler.start(code, {"Content-Length": "0", **fields})

    return behave


def good(data: bytes, *, etag: bool = True, ranges: bool = True, **headers: str) -> Behaviour:
    """Serve a file as a good server does: ETag, If-None-Match, Range with If-Range."""

    def behave(handler: Handler) -> None:
        fields = {"ETag": etag_of(data)} if etag else {}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        if etag and handler.headers.get("If-None-Match") == fields["ETag"]:
            handler.start(304, fields)
            return
        start = _start_of(handler, fields.get("ETag", "")) if ranges else 0
        if start >= len(data):
            handler.start(416, {"Content-Length": "0", "Content-Range": f"bytes */{len(data)}"})
            return
        if start:
            fields["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        handler.start(206 if start else 200, {"Content-Length": str(len(data) - start), **fields})
        handler.wfile.write(data[start:])

    return behave


def _start_of(handler: Handler, etag: str) -> int:
    asked = handler.headers.get("Range", "")
    if not asked or handler.headers.get("If-Range", etag) != etag:
        return 0
    return int(asked.removeprefix("bytes=").rstrip("-"))


def cut(data: bytes, after: int, **headers: str) -> Behaviour:
    """Promise the whole file and close the connection after some bytes."""

    def behave(handler: Handler) -> None:
        fields = {"ETag": etag_of(data), **{name.replace("_", "-"): value for name, value in headers.items()}}
        start = _start_of(handler, etag_of(data))
        if start:
            fields["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        handler.start(206 if start else 200, {"Content-Length": str(len(data) - start), **fields})
        handler.wfile.write(data[start : start + after])
        handler.close_connection = True

    return behave


def stalling(data: bytes, after: int) -> Behaviour:
    """Send some bytes and then nothing until the test is over."""

    def behave(handler: Handler) -> None:
        handler.start(200, {"Content-Length": str(len(data)), "ETag": etag_of(data)})
        handler.wfile.write(data[:after])
        handler.wfile.flush()
        handler.server.over.wait(20)
        handler.close_connection = True

    return behave


def dripping(data: bytes, every: float) -> Behaviour:
    """Send one byte now and then, so that no read ever times out."""

    def behave(handler: Handler) -> None:
        handler.start(200, {"Content-Length": str(len(data)), "ETag": etag_of(data)})
        for place in range(len(data)):
            handler.wfile.write(data[place : place + 1])
            handler.wfile.flush()
            if handler.server.over.wait(every):
                break
        handler.close_connection = True

    return behave


def endless(first: bytes) -> Behaviour:
    """Send a body without length that never ends."""

    def behave(handler: Handler) -> None:
        handler.start(200, {"Connection": "close"})
        handler.wfile.write(first)
        while not handler.server.over.is_set():
            handler.wfile.write(b"\0" * SLICE)

    return behave


def chunked(data: bytes) -> Behaviour:
    """Send a file without a length, in chunks."""

    def behave(handler: Handler) -> None:
        handler.start(200, {"Transfer-Encoding": "chunked"})
        for place in range(0, len(data), SLICE):
            piece = data[place : place + SLICE]
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")

    return behave


def redirect(location: str) -> Behaviour:
    """Lead to another address."""
    return status(302, Location=location)


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behave differently at each request; the last behaviour stays."""

    def behave(handler: Handler) -> None:
        behaviours[min(handler.count(), len(behaviours)) - 1](handler)

    return behave
