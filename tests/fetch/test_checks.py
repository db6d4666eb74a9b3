"""What a hostile server may put into an address or a body never raises anything but a FetchError."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.fetch.connection import _next_hop, check_hop, new_session, open_address
from indexer.fetch.content import HEAD_BYTES, check_head, check_whole, is_page
from searchcore.errors import FetchError
from tests.fetch import server as web

HOSTS = frozenset({"example.org"})


@given(st.text() | st.text(alphabet="htps:/@[].?#%\\ \t\n0aé"))
@example("//[")
@example("http://example.org:99999999/")
def test_any_location_is_followed_or_refused(location: str) -> None:
    with suppress(FetchError):
        target = _next_hop("https://example.org/a/b.zip", location)
        check_hop(target, HOSTS)
        assert target.startswith("https://")
        assert "@" not in target.removeprefix("https://").partition("/")[0]


def test_hosts_are_compared_without_case_and_www_but_not_by_their_end() -> None:
    check_hop("https://WWW.Example.org/x", HOSTS)
    for other in (
        "https://evil-example.org/",
        "https://example.org.evil.net/",
        "https://example.org@evil.net/",
    ):
        with pytest.raises(FetchError):
            check_hop(other, HOSTS)


def test_a_redirect_does_not_lead_from_https_to_http() -> None:
    with pytest.raises(FetchError, match="plain http"):
        _next_hop("https://example.org/a", "http://example.org/b")
    assert _next_hop("http://example.org/a", "https://example.org/b") == "https://example.org/b"


def test_a_server_without_tls_is_told_in_plain_words(server: web.Server) -> None:
    url = server.url("/x").replace("http:", "https:")
    with (
        pytest.raises(FetchError, match="no secure connection"),
        open_address(new_session(), url, {}, hosts=None, timeout=5),
    ):
        pytest.fail("a response came")


@given(st.binary(max_size=HEAD_BYTES), st.sampled_from(["a.zip", "a.xlsx", "a.gz", "a.csv", "a"]), st.text())
def test_any_head_passes_or_is_refused(head: bytes, name: str, content_type: str) -> None:
    try:
        check_head(name, head, content_type)
    except FetchError:
        return
    assert head and not is_page(head)
    if name.endswith((".zip", ".xlsx")):
        assert head.startswith(b"PK\x03\x04")


def test_xml_that_is_no_page_passes() -> None:
    check_head("a.xml", b'<?xml version="1.0"?>\n<ICD10CM.tabular><version>2026</version>')


def test_a_zip_that_ends_early_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.part"
    path.write_bytes(b"PK\x03\x04" + bytes(1000))
    with pytest.raises(FetchError, match="cut off"):
        check_whole("a.zip", path)
    check_whole("a.csv", path)
