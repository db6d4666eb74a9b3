"""`codefacet fetch` as a person runs it: what it prints, what it leaves on disk, how it ends."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from indexer.descriptions import Address, SourceDescription
from tests.fetch import server as web
from tests.fetch.conftest import make_source, make_zip

DATA, OTHER = make_zip(1), make_zip(2)
Run = Callable[..., Result]
Use = Callable[..., None]


@pytest.fixture
def two_files(server: web.Server, use_sources: Use) -> SourceDescription:
    """A source `plain` with two releases, both served well."""
    server.routes |= {"/a.zip": web.good(DATA), "/b.zip": web.good(OTHER)}
    source = make_source(
        "plain",
        Address("FY2025", server.url("/a.zip"), "a.zip"),
        Address("FY2026", server.url("/b.zip"), "b.zip"),
    )
    use_sources(source)
    return source


def one_file(server: web.Server, use: Use, behaviour: web.Behaviour, **more: object) -> None:
    """Serve one file, /a.zip, of a source `plain` in a certain way."""
    server.routes["/a.zip"] = behaviour
    use(make_source("plain", Address("FY2026", server.url("/a.zip"), "a.zip"), **more))  # type: ignore[arg-type]


def failure(result: Result) -> str:
    """Return the one line of an error; check that there is no more, and no traceback."""
    assert result.exit_code == 1, result.output
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("Error: ")
    return lines[0]


def pins(data_dir: Path) -> dict[str, dict[str, object]]:
    found = json.loads((data_dir / "downloads" / "pins.json").read_bytes())
    assert isinstance(found, dict)
    return found


@pytest.mark.usefixtures("two_files")
class TestFetching:
    def test_puts_files_in_the_data_folder_and_pins_them(self, codefacet: Run, data_dir: Path) -> None:
        result = codefacet("plain")
        assert result.exit_code == 0, result.output
        assert (data_dir / "downloads/plain/a.zip").read_bytes() == DATA
        assert pins(data_dir)["plain/b.zip"]["sha256"] == hashlib.sha256(OTHER).hexdigest()
        assert sorted(path.name for path in (data_dir / "downloads/plain").iterdir()) == ["a.zip", "b.zip"]
        assert "2 new" in result.stdout
        assert f"Next: codefacet import {data_dir / 'downloads'}" in result.stdout
        assert hashlib.sha256(DATA).hexdigest()[:12] in result.stdout

    def test_one_release_only(self, codefacet: Run, data_dir: Path) -> None:
        codefacet("plain", "--release", "FY2026")
        assert [path.name for path in (data_dir / "downloads/plain").iterdir()] == ["b.zip"]

    def test_an_unchanged_file_is_said_to_be_so_and_not_sent_again(
        self, codefacet: Run, server: web.Server
    ) -> None:
        codefacet("plain")
        result = codefacet("plain", "--json")
        assert [one["state"] for one in json.loads(result.stdout)] == ["unchanged", "unchanged"]
        assert server.requests["/a.zip"][-1]["If-None-Match"] == web.etag_of(DATA)

    def test_an_unchanged_file_of_a_server_without_etags(
        self, codefacet: Run, server: web.Server, data_dir: Path
    ) -> None:
        server.routes["/a.zip"] = web.good(DATA, etag=False)
        codefacet("plain", "--release", "FY2025")
        before = (data_dir / "downloads/plain/a.zip").stat()
        result = codefacet("plain", "--release", "FY2025")
        assert "1 unchanged" in result.stdout
        after = (data_dir / "downloads/plain/a.zip").stat()
        assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)

    def test_json_gives_one_object_per_file(self, codefacet: Run, data_dir: Path) -> None:
        first = json.loads(codefacet("plain", "--json").stdout)[0]
        assert first == {
            "source": "plain",
            "file": "a.zip",
            "release": "FY2025",
            "url": first["url"],
            "path": str(data_dir / "downloads/plain/a.zip"),
            "state": "new",
            "bytes": len(DATA),
            "sha256": hashlib.sha256(DATA).hexdigest(),
            "reason": None,
            "licence": "public-domain",
            "accepted_by": None,
            "accepted_at": None,
        }

    def test_all_goes_on_after_a_failure_and_ends_with_1(
        self, codefacet: Run, server: web.Server, data_dir: Path
    ) -> None:
        server.routes["/a.zip"] = web.status(404)
        result = codefacet("--all")
        assert "plain/a.zip: the server has no such file: HTTP 404" in failure(result)
        assert (data_dir / "downloads/plain/b.zip").read_bytes() == OTHER
        assert "1 failed, 1 new" in result.stdout

    def test_a_failure_as_json(self, codefacet: Run, server: web.Server) -> None:
        server.routes["/a.zip"] = web.status(404)
        result = codefacet("plain", "--json")
        assert (result.exit_code, result.stderr) == (1, "")
        failed, fine = json.loads(result.stdout)
        assert (failed["state"], failed["path"], fine["state"]) == ("failed", None, "new")
        assert "HTTP 404" in failed["reason"]

    def test_list_tells_what_is_here(self, codefacet: Run) -> None:
        codefacet("plain", "--release", "FY2025")
        rows = json.loads(codefacet("--list", "--json").stdout)
        assert [(row["release"], bool(row["fetched"])) for row in rows] == [
            ("FY2025", True),
            ("FY2026", False),
        ]
        text = codefacet("--list").stdout
        assert "Synthetic plain" in text and "/b.zip  [not fetched]" in text

    def test_one_archive_for_two_sources_is_fetched_once(
        self, codefacet: Run, server: web.Server, use_sources: Use, data_dir: Path
    ) -> None:
        address = Address("2018", server.url("/a.zip"), "a.zip")
        use_sources(make_source("one", address), make_source("two", address))
        assert "1 new" in codefacet("--all").stdout
        assert not (data_dir / "downloads/two").exists()
        rows = json.loads(codefacet("--list", "--json").stdout)
        assert [row["path"] for row in rows] == [str(data_dir / "downloads/one/a.zip")] * 2

    def test_a_second_fetch_in_the_same_folder_is_kept_out(self, codefacet: Run, data_dir: Path) -> None:
        from indexer.fetch.fetcher import only_one

        with only_one(data_dir):
            assert "another `codefacet fetch` is at work" in failure(codefacet("plain"))
        assert codefacet("plain").exit_code == 0


class TestChangedContent:
    @pytest.fixture(autouse=True)
    def fetched(self, server: web.Server, use_sources: Use, codefacet: Run) -> None:
        one_file(server, use_sources, web.good(DATA))
        assert codefacet("plain").exit_code == 0
        server.routes["/a.zip"] = web.good(OTHER)

    def test_is_refused_and_the_old_file_kept(self, codefacet: Run, data_dir: Path) -> None:
        line = failure(codefacet("plain"))
        assert (
            "other content" in line and "--update" in line and hashlib.sha256(OTHER).hexdigest()[:12] in line
        )
        assert [path.name for path in (data_dir / "downloads/plain").iterdir()] == ["a.zip"]
        assert (data_dir / "downloads/plain/a.zip").read_bytes() == DATA
        assert pins(data_dir)["plain/a.zip"]["sha256"] == hashlib.sha256(DATA).hexdigest()

    def test_is_taken_with_update(self, codefacet: Run, data_dir: Path) -> None:
        assert "1 updated" in codefacet("plain", "--update").stdout
        assert (data_dir / "downloads/plain/a.zip").read_bytes() == OTHER
        assert "1 unchanged" in codefacet("plain").stdout

    def test_is_refused_although_the_old_file_was_deleted(self, codefacet: Run, data_dir: Path) -> None:
        (data_dir / "downloads/plain/a.zip").unlink()
        assert "other content" in failure(codefacet("plain"))
        assert not (data_dir / "downloads/plain/a.zip").exists()

    def test_is_refused_although_the_pins_were_deleted(self, codefacet: Run, data_dir: Path) -> None:
        (data_dir / "downloads/pins.json").unlink()
        assert "other content" in failure(codefacet("plain"))
        assert (data_dir / "downloads/plain/a.zip").read_bytes() == DATA

    def test_a_damaged_file_here_is_repaired(
        self, codefacet: Run, server: web.Server, data_dir: Path
    ) -> None:
        server.routes["/a.zip"] = web.good(DATA)
        (data_dir / "downloads/plain/a.zip").write_bytes(DATA[:-1])
        assert "1 repaired" in codefacet("plain").stdout
        assert (data_dir / "downloads/plain/a.zip").read_bytes() == DATA

    @pytest.mark.parametrize("text", ["{", "[]", '{"plain/a.zip": {"sha256": 1}}', '{"plain/a.zip": 3}'])
    def test_damaged_pins_stop_everything(self, codefacet: Run, data_dir: Path, text: str) -> None:
        (data_dir / "downloads/pins.json").write_text(text)
        assert "list of pinned files is damaged" in failure(codefacet("plain", "--update"))
        assert (data_dir / "downloads/plain/a.zip").read_bytes() == DATA


class TestBadServers:
    def test_a_truncated_file_then_a_second_run(
        self, codefacet: Run, server: web.Server, use_sources: Use, data_dir: Path
    ) -> None:
        one_file(server, use_sources, web.cut(DATA, 12_000))
        line = failure(codefacet("plain", "--retries", "0"))
        assert "the connection broke" in line and "goes on where it stopped" in line
        assert not (data_dir / "downloads/plain/a.zip").exists()
        server.routes["/a.zip"] = web.good(DATA)
        assert codefacet("plain").exit_code == 0
        assert server.requests["/a.zip"][-1]["Range"] == "bytes=12000-"
        assert (data_dir / "downloads/plain/a.zip").read_bytes() == DATA

    def test_a_zip_cut_off_without_the_server_noticing(
        self, codefacet: Run, server: web.Server, use_sources: Use, data_dir: Path
    ) -> None:
        one_file(server, use_sources, web.good(DATA[:20_000]))
        assert "cut off" in failure(codefacet("plain"))
        assert list((data_dir / "downloads/plain").iterdir()) == []

    def test_a_stall(self, codefacet: Run, server: web.Server, use_sources: Use) -> None:
        one_file(server, use_sources, web.stalling(DATA, 100))
        line = failure(codefacet("plain", "--timeout", "0.3", "--retries", "0"))
        assert "the server sent nothing for 0.3 s" in line

    def test_a_licence_page_instead_of_the_file(
        self, codefacet: Run, server: web.Server, use_sources: Use
    ) -> None:
        one_file(server, use_sources, web.good(b"<!DOCTYPE html><title>Licence</title>"))
        assert "web page (HTML)" in failure(codefacet("plain"))

    def test_a_redirect_to_a_file_of_this_machine(
        self, codefacet: Run, server: web.Server, use_sources: Use
    ) -> None:
        one_file(server, use_sources, web.redirect("file:///etc/hostname"))
        assert "not an http or https address" in failure(codefacet("plain"))

    def test_a_file_above_the_maximum_of_its_source(
        self, codefacet: Run, server: web.Server, use_sources: Use
    ) -> None:
        one_file(server, use_sources, web.endless(DATA), maximum_bytes=60_000)
        assert "larger than the 60,000 bytes" in failure(codefacet("plain"))

    def test_words_of_a_server_cannot_forge_output(
        self, codefacet: Run, server: web.Server, use_sources: Use
    ) -> None:
        def forging(handler: web.Handler) -> None:
            handler.send_response(404, "\x1b[2J\x1b[1mAll well\x07")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        one_file(server, use_sources, forging)
        result = codefacet("plain")
        assert "HTTP 404" in failure(result)
        assert "\x1b[2J" not in result.output and "\x07" not in result.output

    def test_a_folder_that_cannot_be_written(
        self, codefacet: Run, server: web.Server, use_sources: Use, data_dir: Path
    ) -> None:
        one_file(server, use_sources, web.good(DATA))
        (data_dir / "downloads").mkdir(parents=True)
        (data_dir / "downloads/plain").write_text("a file where the folder should be")
        assert "plain/a.zip: cannot write the file: File exists" in failure(codefacet("plain"))


class TestLicences:
    @pytest.fixture(autouse=True)
    def licensed(self, server: web.Server, use_sources: Use) -> None:
        server.routes |= {"/a.zip": web.good(DATA), "/b.zip": web.good(OTHER)}
        use_sources(
            make_source("edits", Address("2026Q3", server.url("/a.zip"), "a.zip"), licence="cms-ama"),
            make_source("plain", Address("2026Q3", server.url("/b.zip"), "b.zip")),
        )

    def test_nothing_is_asked_for_before_the_licence_is_accepted(
        self, codefacet: Run, server: web.Server, data_dir: Path
    ) -> None:
        line = failure(codefacet("edits"))
        assert "https://www.cms.gov/license/ama" in line and "--accept-cms-ama-license" in line
        assert server.asked == []
        assert not (data_dir / "licences.json").exists()

    def test_acceptance_is_recorded_with_date_and_user_and_counts_later(
        self, codefacet: Run, data_dir: Path
    ) -> None:
        assert codefacet("edits", "--accept-cms-ama-license").exit_code == 0
        (entry,) = json.loads((data_dir / "licences.json").read_bytes())
        assert (entry["source"], entry["licence"]) == ("edits", "cms-ama")
        assert entry["accepted"].endswith("+00:00") and entry["user"]
        again = codefacet("edits")
        assert again.exit_code == 0
        assert f"accepted by {entry['user']} on {entry['accepted']}" in again.stdout
        assert json.loads(codefacet("edits", "--json").stdout)[0]["accepted_by"] == entry["user"]

    def test_acceptance_of_one_source_is_not_that_of_another_and_free_ones_need_none(
        self, codefacet: Run, server: web.Server, use_sources: Use, data_dir: Path
    ) -> None:
        more = make_source("fees", Address("2025D", server.url("/b.zip"), "f.zip"), licence="cms-ama")
        edits = make_source("edits", Address("2026Q3", server.url("/a.zip"), "a.zip"), licence="cms-ama")
        use_sources(edits, more)
        codefacet("edits", "--accept-cms-ama-license")
        assert "fees/f.zip: its licence" in failure(codefacet("--all"))
        codefacet("--all", "--accept-cms-ama-license")
        recorded = json.loads((data_dir / "licences.json").read_bytes())
        assert [entry["source"] for entry in recorded] == ["edits", "fees"]

    def test_free_sources_are_fetched_although_others_lack_a_licence(
        self, codefacet: Run, data_dir: Path
    ) -> None:
        result = codefacet("--all")
        assert "edits/a.zip" in failure(result)
        assert (data_dir / "downloads/plain/b.zip").exists()

    def test_acceptance_by_somebody_else_does_not_count(self, codefacet: Run, data_dir: Path) -> None:
        codefacet("edits", "--accept-cms-ama-license")
        path = data_dir / "licences.json"
        entries = json.loads(path.read_bytes())
        path.write_text(json.dumps([{**entry, "user": "somebody else"} for entry in entries]))
        assert "has not been accepted" in failure(codefacet("edits"))

    def test_a_damaged_record_is_an_error_and_not_overwritten(self, codefacet: Run, data_dir: Path) -> None:
        data_dir.mkdir()
        (data_dir / "licences.json").write_text("[{}]")
        assert "record of accepted licences is damaged" in failure(
            codefacet("edits", "--accept-cms-ama-license")
        )
        assert (data_dir / "licences.json").read_text() == "[{}]"


@pytest.mark.usefixtures("two_files")
class TestOwnAddress:
    def test_url_and_file_fetch_one_source_from_anywhere(
        self, codefacet: Run, server: web.Server, data_dir: Path
    ) -> None:
        server.routes["/new.zip"] = web.good(DATA)
        url = server.url("/new.zip", "localhost")
        result = codefacet("plain", "--url", url, "--file", "moved.zip", "--release", "FY2027")
        assert result.exit_code == 0, result.output
        assert (data_dir / "downloads/plain/moved.zip").read_bytes() == DATA
        assert pins(data_dir)["plain/moved.zip"]["release"] == "FY2027"

    @pytest.mark.parametrize(
        "args",
        [
            (),
            ("plain", "--all"),
            ("--all", "--url", "http://127.0.0.1/x", "--file", "x.zip"),
            ("plain", "--url", "http://127.0.0.1/x"),
            ("plain", "--file", "x.zip"),
            ("plain", "--url", "file:///etc/hostname", "--file", "x.zip"),
            ("plain", "--url", "http://me:secret@127.0.0.1/x", "--file", "x.zip"),
            ("plain", "--url", "http://127.0.0.1/x", "--file", "../x.zip"),
            ("plain", "--url", "http://127.0.0.1/x", "--file", "x.zip.part"),
            ("plain", "--url", "http://[/x", "--file", "x.zip"),
            ("plain", "--release", "FY1999"),
            ("plian",),
            ("plain", "--timeout", "0"),
            ("plain", "--retries", "-1"),
            ("plain", "--nonsense"),
        ],
    )
    def test_wrong_usage_ends_with_2(
        self, codefacet: Run, server: web.Server, data_dir: Path, args: tuple[str, ...]
    ) -> None:
        result = codefacet(*args)
        assert result.exit_code == 2, result.output
        assert "Traceback" not in result.output
        assert "secret" not in result.output
        assert server.asked == []
        assert not data_dir.exists()

    def test_a_misspelt_source_gets_a_hint_and_json_an_object(self, codefacet: Run) -> None:
        assert "did you mean 'plain'?" in codefacet("plian").stderr
        result = codefacet("plian", "--json")
        assert (result.exit_code, json.loads(result.stdout)["error"]) == (2, "UsageError")

    def test_a_source_without_an_address_asks_for_one(self, codefacet: Run, use_sources: Use) -> None:
        use_sources(make_source("bare"))
        result = codefacet("bare")
        assert result.exit_code == 2
        assert "--url" in result.stderr
