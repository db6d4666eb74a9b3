"""A download against servers that break off, stall, cheat and lie."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.fetch.connection import new_session
from indexer.fetch.partial import Partial
from indexer.fetch.transfer import Arrived, Job, Patience, download
from searchcore.errors import FetchError
from tests.fetch import server as web
from tests.fetch.conftest import make_zip

DATA = make_zip()


class Watch:
    """A meter that remembers."""

    def __init__(self) -> None:
        self.starts: list[tuple[int | None, int]] = []
        self.bytes = 0
        self.notes: list[str] = []

    def start(self, total: int | None, done: int) -> None:
        self.starts.append((total, done))

    def advance(self, count: int) -> None:
        self.bytes += count

    def note(self, text: str) -> None:
        self.notes.append(text)


class Desk:
    """A download folder and a server: everything that one download needs."""

    def __init__(self, server: web.Server, folder: Path) -> None:
        self.server = server
        self.final = folder / "file.zip"
        self.partial = Partial(self.final)
        self.watch = Watch()
        self.pauses: list[float] = []

    def get(
        self,
        path: str = "/file.zip",
        *,
        retries: int = 0,
        timeout: float = 5.0,
        name: str = "file.zip",
        maximum: int = 10_000_000,
        hosts: frozenset[str] | None = frozenset({"127.0.0.1"}),
        etag: str = "",
    ) -> Arrived:
        job = Job(self.server.url(path), name, hosts, maximum, etag)
        patience = Patience(timeout=timeout, retries=retries, first_pause=0.01)
        return download(new_session(), job, self.partial, patience, self.watch, self.pauses.append)

    @property
    def content(self) -> bytes:
        return self.partial.path.read_bytes()


@pytest.fixture
def desk(server: web.Server, tmp_path: Path) -> Desk:
    return Desk(server, tmp_path)


def test_downloads_a_file_whole_and_reports_every_byte(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.good(DATA)
    arrived = desk.get()
    assert (arrived.modified, arrived.etag) == (True, web.etag_of(DATA))
    assert desk.content == DATA
    assert desk.watch.starts == [(len(DATA), 0)]
    assert desk.watch.bytes == len(DATA)


def test_downloads_a_file_sent_in_chunks_without_a_length(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.chunked(DATA)
    desk.get()
    assert desk.content == DATA


def test_goes_on_where_the_connection_broke(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.in_turn(web.cut(DATA, 10_000), web.cut(DATA, 7_000), web.good(DATA))
    desk.get(retries=2)
    assert desk.content == DATA
    ranges = [headers.get("Range") for headers in desk.server.requests["/file.zip"]]
    assert ranges == [None, "bytes=10000-", "bytes=17000-"]
    assert desk.server.requests["/file.zip"][1]["If-Range"] == web.etag_of(DATA)
    assert [done for _, done in desk.watch.starts] == [0, 10_000, 17_000]


def test_a_later_run_goes_on_where_the_first_gave_up(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.cut(DATA, 9_000)
    with pytest.raises(FetchError, match="broke") as caught:
        desk.get()
    assert "goes on where it stopped" in caught.value.mend
    desk.server.routes["/file.zip"] = web.good(DATA)
    desk.get()
    assert desk.content == DATA
    assert desk.server.requests["/file.zip"][-1]["Range"] == "bytes=9000-"


def test_goes_on_by_date_where_the_server_gives_no_strong_etag(desk: Desk) -> None:
    date = "Wed, 01 Oct 2025 00:00:00 GMT"
    desk.server.routes["/file.zip"] = web.cut(DATA, 9_000, ETag='W/"1"', Last_Modified=date)
    with pytest.raises(FetchError):
        desk.get()
    desk.server.routes["/file.zip"] = web.good(DATA, ETag=date)
    desk.get()
    assert desk.server.requests["/file.zip"][-1]["If-Range"] == date


def test_begins_anew_without_any_validator(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.cut(DATA, 9_000, ETag="")
    with pytest.raises(FetchError) as caught:
        desk.get()
    assert caught.value.mend == "try again later"
    desk.server.routes["/file.zip"] = web.good(DATA)
    desk.get()
    assert desk.content == DATA
    assert "Range" not in desk.server.requests["/file.zip"][-1]


def test_begins_anew_when_the_server_ignores_the_range(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.in_turn(web.cut(DATA, 9_000), web.good(DATA, ranges=False))
    desk.get(retries=1)
    assert desk.content == DATA
    assert desk.watch.starts[-1] == (len(DATA), 0)


def test_begins_anew_when_the_content_changed_in_between(desk: Desk) -> None:
    other = make_zip(seed=2)
    desk.server.routes["/file.zip"] = web.in_turn(web.cut(DATA, 9_000), web.good(other))
    desk.get(retries=1)
    assert desk.content == other


def test_never_joins_two_contents_even_if_the_server_ignores_if_range(desk: Desk) -> None:
    other = make_zip(seed=2)

    def careless(handler: web.Handler) -> None:
        del handler.headers["If-Range"]
        web.good(other)(handler)

    desk.server.routes["/file.zip"] = web.in_turn(web.cut(DATA, 9_000), careless)
    desk.get(retries=2)
    assert desk.content == other


def test_begins_anew_when_what_is_here_is_longer_than_the_file(desk: Desk) -> None:
    short = make_zip(seed=3, size=2_000)
    desk.server.routes["/file.zip"] = web.cut(DATA, 9_000)
    with pytest.raises(FetchError):
        desk.get()
    desk.server.routes["/file.zip"] = web.in_turn(web.status(416), web.good(short))
    desk.get(retries=1)
    assert desk.content == short


def test_a_complete_file_left_by_a_killed_run_is_not_asked_for_again(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.good(DATA)
    desk.get()
    desk.get()
    assert len(desk.server.asked) == 1


def test_a_damaged_note_means_to_begin_anew(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.cut(DATA, 9_000)
    with pytest.raises(FetchError):
        desk.get()
    for text in ("{", "[]", json.dumps({"url": 1, "validator": "x", "total": "y"})):
        desk.partial.note_path.write_text(text)
        assert desk.partial.resumable(desk.server.url("/file.zip")) is None


def test_tries_again_after_a_server_error_and_waits_longer_each_time(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.in_turn(web.status(500), web.status(503), web.good(DATA))
    desk.get(retries=3)
    assert desk.content == DATA
    assert desk.pauses == [0.01, 0.02]
    assert "HTTP 500" in desk.watch.notes[0] and "attempt 2 of 4" in desk.watch.notes[0]


def test_waits_as_long_as_the_server_asks_but_not_for_ever(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.in_turn(
        web.status(503, Retry_After="7"), web.status(429, Retry_After="86400"), web.good(DATA)
    )
    desk.get(retries=2)
    assert desk.pauses == [7.0, 60.0]


def test_attempts_are_bounded(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.status(500)
    with pytest.raises(FetchError, match=r"HTTP 500.*3 attempts"):
        desk.get(retries=2)
    assert len(desk.server.asked) == 3


@pytest.mark.parametrize("code", [400, 403, 404, 410, 204, 305])
def test_does_not_try_again_where_it_cannot_help(desk: Desk, code: int) -> None:
    desk.server.routes["/file.zip"] = web.status(code)
    with pytest.raises(FetchError, match=f"HTTP {code}"):
        desk.get(retries=3)
    assert len(desk.server.asked) == 1


def test_a_stall_ends_with_one_sentence(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.stalling(DATA, 5_000)
    with pytest.raises(FetchError, match=r"sent nothing for 0\.3 s"):
        desk.get(timeout=0.3)
    assert desk.partial.path.stat().st_size == 5_000


def test_a_server_that_drips_counts_as_stalled(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.dripping(DATA, every=0.05)
    with pytest.raises(FetchError, match=r"sent only \d+ bytes"):
        desk.get(timeout=0.4)


def test_no_server_is_told_in_plain_words(desk: Desk) -> None:
    job = Job("http://127.0.0.1:9/file.zip", "file.zip", None, 1000)
    with pytest.raises(FetchError, match=r"^the connection failed: Connection refused \(try again later\)$"):
        download(new_session(), job, desk.partial, Patience(1, 0), desk.watch)


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><body>Accept the licence</body></html>",
        b"\xef\xbb\xbf\r\n <HTML><head>",
        b"<!-- made by hand --><html>",
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">',
    ],
)
@pytest.mark.parametrize("name", ["file.zip", "file.csv", "file.xml"])
def test_a_web_page_is_not_taken_for_a_file(desk: Desk, page: bytes, name: str) -> None:
    desk.server.routes["/file.zip"] = web.good(page)
    with pytest.raises(FetchError, match="web page") as caught:
        desk.get(name=name, retries=3)
    assert "by hand" in caught.value.mend
    assert len(desk.server.asked) == 1
    assert not desk.partial.path.exists()


def test_a_zip_labelled_as_a_page_is_still_a_zip(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.good(DATA, Content_Type="text/html; charset=utf-8")
    desk.get()
    assert desk.content == DATA


def test_text_labelled_as_a_page_is_refused(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.good(b"Please sign in", Content_Type="text/html")
    with pytest.raises(FetchError, match="web page"):
        desk.get(name="file.csv")


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.zip", b"Rar!" * 300), ("a.xlsx", b"a,b\n"), ("a.gz", DATA), ("a.zip", b"P")],
    # The archive holds the time at which it was made, and all workers must give a test the same name.
    ids=["rar", "text", "zip", "cut short"],
)
def test_the_first_bytes_must_fit_the_name(desk: Desk, name: str, data: bytes) -> None:
    desk.server.routes["/file.zip"] = web.good(data)
    with pytest.raises(FetchError, match="is not a"):
        desk.get(name=name)


def test_an_empty_file_is_refused(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.status(200)
    with pytest.raises(FetchError, match="empty"):
        desk.get(name="file.csv")


def test_a_body_without_end_is_stopped(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.endless(DATA)
    with pytest.raises(FetchError, match="larger than the 100,000 bytes allowed"):
        desk.get(maximum=100_000, retries=3)
    assert not desk.partial.path.exists()


def test_a_file_announced_as_too_large_is_not_begun(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.good(DATA)
    with pytest.raises(FetchError, match="larger"):
        desk.get(maximum=len(DATA) - 1)
    assert desk.watch.bytes == 0


def test_a_length_larger_than_the_disk_is_refused_at_once(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.good(DATA, Content_Length=str(1 << 59))
    with pytest.raises(FetchError, match="disk is too full"):
        desk.get(maximum=1 << 60)


@pytest.mark.parametrize("length", ["-5", "abc", "9" * 5000])
def test_a_senseless_length_does_no_harm(desk: Desk, length: str) -> None:
    def lying(handler: web.Handler) -> None:
        handler.start(200, {"Content-Length": length, "Connection": "close"})
        handler.wfile.write(DATA)

    desk.server.routes["/file.zip"] = lying
    desk.get()
    assert desk.content == DATA


def test_a_body_encoded_unasked_is_refused_but_a_gz_label_is_not(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.good(DATA, Content_Encoding="gzip")
    with pytest.raises(FetchError, match="encoded"):
        desk.get()
    packed = b"\x1f\x8b" + bytes(1000)
    desk.server.routes["/file.gz"] = web.good(packed, Content_Encoding="x-gzip")
    desk.get("/file.gz", name="file.gz")
    assert desk.content == packed


def test_follows_a_redirect_on_the_same_host(desk: Desk) -> None:
    desk.server.routes |= {"/file.zip": web.redirect("/new/file.zip"), "/new/file.zip": web.good(DATA)}
    desk.get()
    assert desk.content == DATA


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://127.0.0.1/x", "javascript:1", "//["])
def test_does_not_follow_a_redirect_away_from_the_web(desk: Desk, target: str) -> None:
    desk.server.routes["/file.zip"] = web.redirect(target)
    with pytest.raises(FetchError, match="the server leads to"):
        desk.get(hosts=None, retries=2)
    assert len(desk.server.asked) == 1


def test_follows_a_redirect_to_another_host_only_if_any_host_is_allowed(desk: Desk) -> None:
    desk.server.routes |= {
        "/file.zip": web.redirect(desk.server.url("/b.zip", "localhost")),
        "/b.zip": web.good(DATA),
    }
    with pytest.raises(FetchError, match="another host, localhost"):
        desk.get()
    desk.get(hosts=None)
    assert desk.content == DATA


def test_redirects_are_bounded(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.redirect("/file.zip")
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        desk.get(retries=2)
    assert len(desk.server.asked) == 6


def test_does_not_read_the_body_of_a_redirect(desk: Desk) -> None:
    def leading_on(handler: web.Handler) -> None:
        handler.start(302, {"Location": "/new.zip", "Content-Length": str(1 << 40)})
        handler.wfile.write(bytes(1000))
        handler.server.over.wait(20)

    desk.server.routes |= {"/file.zip": leading_on, "/new.zip": web.good(DATA)}
    desk.get(timeout=0.5)
    assert desk.content == DATA


def test_sends_no_credentials(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    location = desk.server.url("/b.zip").replace("//", "//somebody:something@")
    desk.server.routes |= {"/file.zip": web.good(DATA), "/c.zip": web.redirect(location)}
    desk.get()
    assert "Authorization" not in desk.server.requests["/file.zip"][0]
    desk.partial.discard()
    with pytest.raises(FetchError, match="user name or password"):
        desk.get("/c.zip")


def test_says_not_modified_only_when_asked_with_a_validator(desk: Desk) -> None:
    desk.server.routes["/file.zip"] = web.good(DATA)
    assert not desk.get(etag=web.etag_of(DATA)).modified
    desk.server.routes["/file.zip"] = web.status(304)
    with pytest.raises(FetchError, match="HTTP 304"):
        desk.get()
