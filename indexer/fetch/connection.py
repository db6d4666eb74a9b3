"""Asks a server for an address: no credentials, known hosts only, few redirects, errors in plain words."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.auth import AuthBase

from searchcore import __version__
from searchcore.errors import FetchError

MAX_REDIRECTS = 5


class TemporaryFetchError(FetchError):
    """A download failed in a way that may pass; `pause` is what the server asks to wait, in seconds."""

    def __init__(self, what: str, *, where: str = "", mend: str = "", pause: float | None = None) -> None:
        super().__init__(what, where=where, mend=mend)
        self.pause = pause


class _NoCredentials(AuthBase):
    """Keeps requests from sending a password out of ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class _NoRedirects(requests.Session):
    """Leaves redirects to us: even when told not to follow one, requests reads its body whole."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def new_session() -> requests.Session:
    """Return a session that sends no credentials and wants the bytes of the file as they are."""
    session = _NoRedirects()
    session.auth = _NoCredentials()
    # Without "identity" a server may compress, and length and resume offsets would count other bytes.
    session.headers.update({"User-Agent": f"codefacet/{__version__}", "Accept-Encoding": "identity"})
    return session


@contextmanager
def open_address(
    session: requests.Session,
    url: str,
    headers: Mapping[str, str],
    *,
    hosts: frozenset[str] | None,
    timeout: float,
) -> Iterator[requests.Response]:
    """Ask for an address and yield the response that is not a redirect, its body unread.

    Args:
        hosts: host names that may be asked; None for any.
        timeout: seconds to wait for a connection, and for each piece of the answer.

    Raises:
        FetchError: a redirect leads elsewhere, the connection is refused or breaks.
    """
    with plain_words(timeout):
        for _ in range(MAX_REDIRECTS + 1):
            check_hop(url, hosts)
            with session.get(
                url, headers=dict(headers), stream=True, allow_redirects=False, timeout=(timeout, timeout)
            ) as response:
                if not response.is_redirect:
                    yield response
                    return
            url = _next_hop(url, response.headers["Location"])
    raise FetchError(f"the server redirects more than {MAX_REDIRECTS} times")


def check_hop(url: str, hosts: frozenset[str] | None) -> None:
    """Check an address before it is asked, the first one and every redirect alike.

    Raises:
        FetchError: it is not http(s), carries credentials, or its host is not among `hosts`.
    """
    try:
        parts = urlsplit(url)
        host = plain_host(parts.hostname or "")
    except ValueError as error:
        raise FetchError(f"the server leads to {url[:100]!r}, which is not an address") from error
    if parts.scheme not in ("http", "https") or not host:
        raise FetchError(f"the server leads to {url[:100]!r}, which is not an http or https address")
    if parts.username is not None or parts.password is not None:
        raise FetchError("the address carries a user name or password")
    if hosts is not None and host not in hosts:
        raise FetchError(
            f"the server leads to another host, {host}",
            mend="if you trust it, give the address with --url and the name with --file",
        )


def plain_host(host: str) -> str:
    """Return a host name in lower case and without `www.`, which agencies add and drop at will."""
    return host.lower().removeprefix("www.")


def _next_hop(url: str, location: str) -> str:
    try:
        target = urljoin(url, location)
        downgraded = urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http"
    except ValueError as error:
        raise FetchError(f"the server leads to {location[:100]!r}, which is not an address") from error
    if downgraded:
        raise FetchError("the server leads from https to plain http")
    return target


@contextmanager
def plain_words(timeout: float) -> Iterator[None]:
    """Turn the errors of requests, urllib3 and sockets into a FetchError of one plain sentence."""
    try:
        yield
    except (requests.exceptions.SSLError, urllib3.exceptions.SSLError) as error:
        raise FetchError(f"no secure connection: {_reason(error)}") from error
    except (requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError) as error:
        raise TemporaryFetchError(f"no connection within {timeout:g} s") from error
    except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError) as error:
        raise TemporaryFetchError(f"the server sent nothing for {timeout:g} s") from error
    except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
        raise TemporaryFetchError(f"the connection failed: {_reason(error)}") from error
    except urllib3.exceptions.ProtocolError as error:
        raise TemporaryFetchError("the connection broke before the file was complete") from error
    except urllib3.exceptions.HTTPError as error:
        raise TemporaryFetchError(f"the connection broke: {_reason(error)}") from error
    except requests.exceptions.RequestException as error:
        raise FetchError(f"the request failed: {_reason(error)}") from error
    except ConnectionError as error:
        raise TemporaryFetchError(f"the connection broke: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    """Return the words of the innermost error: the outer ones only wrap it in names of classes."""
    inner, seen = error, {id(error)}
    while (cause := inner.__cause__ or inner.__context__) is not None and id(cause) not in seen:
        inner = cause
        seen.add(id(cause))
    if isinstance(inner, socket.gaierror):
        return "the host name is not known, or there is no network"
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    return str(inner) or type(inner).__name__
