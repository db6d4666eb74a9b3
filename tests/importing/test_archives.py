"""Archives as agencies ship them, and damaged or hostile ones: one line each, nothing written."""

from __future__ import annotations

import os
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from indexer.archives import Damaged, Limits
from indexer.folders import walk
from tests.importing import files, hostile

GPCI = files.gpci()
ZEROES = b"\0" * 20_000_000


def test_zips_in_zips_and_gz_in_zips_work(imported, releases, downloads) -> None:
    import gzip

    inner = files.zip_bytes({"AOC/" + files.AOC_NAME + ".gz": gzip.compress(files.aoc().encode())})
    outer = files.zip_bytes({files.GPCI_NAME: GPCI, "inner.zip": inner, "folder/": b"", "readme.txt": "x"})
    files.put(downloads, "OUTER.ZIP", outer)
    lines = {line["file"]: line["state"] for line in imported(downloads)}
    assert lines == {
        "OUTER.ZIP!GPCI2025.csv": "accepted",
        "OUTER.ZIP!inner.zip!AOC/AOC_V2026Q2-MCR.csv.gz": "accepted",
        "OUTER.ZIP!readme.txt": "aside",
    }
    assert set(releases()) == {"mpfs-gpci/2025 csv", "ncci-aoc/2026Q2 csv"}


GOOD = files.zip_bytes({files.GPCI_NAME: GPCI})
BAD: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.zip", b"", "the file is empty"),
    "no member": ("a.zip", files.zip_bytes({}), "the zip is empty"),
    "cut short": ("a.zip", GOOD[: len(GOOD) // 2], "damaged or cut short"),
    "cut at the end": ("a.zip", GOOD[:-4], "damaged or cut short"),
    "directory only": ("a.zip", GOOD[len(GOOD) // 2 :], "damaged"),
    "web page": ("a.zip", b"\xef\xbb\xbf \n<!DOCTYPE html><html>Not found</html>", "a web page, not a zip"),
    "bomb": ("a.zip", files.zip_bytes({"a.csv": ZEROES}), "refused as a zip bomb"),
    "claims little": ("a.zip", hostile.claims("a.csv", ZEROES, 900), "damaged"),
    "claims much": ("a.zip", hostile.claims("a.csv", b"x" * 50, 3 << 30), "over the limit"),
    "bzip2": ("a.zip", hostile.other_method("a.csv", ZEROES, zipfile.ZIP_BZIP2), "another method"),
    "lzma": ("a.zip", hostile.other_method("a.csv", ZEROES, zipfile.ZIP_LZMA), "another method"),
    "encrypted": ("a.zip", hostile.encrypted("a.csv", GPCI), "encrypted"),
    "no name": ("a.zip", hostile.without_name(GPCI), "damaged or cut short"),
    "too deep": ("a.zip", hostile.nested("a.csv", GPCI, 4), "nested deeper than 3"),
    "gz cut short": (
        "a.csv.gz",
        files.gzip.compress(GPCI.encode())[:-9],
        "gzip file is damaged or cut short",
    ),
    "gz is none": ("a.csv.gz", b"<html>", "gzip file is damaged or cut short"),
    "gz bomb": ("a.csv.gz", hostile.gzip_bomb(30_000_000), "refused as a bomb"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_archive_is_refused_in_one_line(imported, data_dir, downloads, name: str) -> None:
    file, content, reason = BAD[name]
    lines = imported(files.put(downloads, file, content))
    assert [line["state"] for line in lines] == ["refused"]
    assert reason in lines[0]["reason"]
    assert lines[0]["file"].startswith(file)
    assert not (data_dir / "files").exists()


@pytest.mark.parametrize(
    "name",
    [
        "../GPCI2025.csv",
        "a/../../GPCI2025.csv",
        "/etc/GPCI2025.csv",
        "C:/x/GPCI2025.csv",
        "c:GPCI2025.csv",
        "..\\GPCI2025.csv",
        "\\\\server\\share\\GPCI2025.csv",
    ],
)
def test_names_that_lead_out_are_refused_and_the_rest_is_read(imported, releases, downloads, name) -> None:
    content = files.zip_bytes([(name, GPCI), ("fine/" + files.GPCI_NAME, GPCI)])
    bad, good = imported(files.put(downloads, "a.zip", content))
    assert (bad["state"], "leads out" in bad["reason"]) == ("refused", True)
    assert good["accepted"]
    assert set(releases()) == {"mpfs-gpci/2025 csv"}


def test_nothing_is_written_beside_the_store(imported, data_dir, downloads) -> None:
    content = files.zip_bytes([("../../evil.csv", GPCI), ("b/" + files.GPCI_NAME, GPCI)])
    imported(files.put(downloads, "a.zip", content))
    written = {p.relative_to(data_dir).parts[0] for p in data_dir.rglob("*") if p.is_file()}
    assert written == {"files", "releases", "import.lock"}
    assert not list(downloads.parent.rglob("evil.csv"))


def test_one_bad_file_does_not_keep_the_others_out(imported, releases, downloads) -> None:
    for number, (file, content, _) in enumerate(BAD.values()):
        files.put(downloads, f"{number}/{file}", content)
    files.put(downloads, "zz/" + files.GPCI_NAME, GPCI)
    lines = imported(downloads)
    assert [line["file"] for line in lines if line["accepted"]] == ["zz/" + files.GPCI_NAME]
    assert set(releases()) == {"mpfs-gpci/2025 csv"}


def test_links_out_of_the_folder_are_refused(imported, tmp_path, downloads) -> None:
    outside = files.put(tmp_path, "outside/" + files.GPCI_NAME, GPCI)
    (downloads / "file.csv").symlink_to(outside)
    (downloads / "folder").symlink_to(outside.parent)
    (downloads / "circle.csv").symlink_to("circle.csv")
    (downloads / "nowhere.csv").symlink_to("missing.csv")
    lines = {line["file"]: (line["state"], line["reason"]) for line in imported(downloads)}
    assert {state for state, _ in lines.values()} == {"refused"}
    assert "leads out of the folder" in lines["file.csv"][1]
    assert "leads out of the folder" in lines["folder"][1]
    assert set(lines) == {"file.csv", "folder", "circle.csv", "nowhere.csv"}


def test_links_inside_the_folder_and_a_link_named_by_the_user_are_followed(
    imported, tmp_path, downloads
) -> None:
    real = files.put(downloads, "x/" + files.GPCI_NAME, GPCI)
    (downloads / "copy.csv").symlink_to(real)
    (downloads / "y").symlink_to("x")
    assert [line["state"] for line in imported(downloads)] == ["accepted", "accepted"]
    (tmp_path / "GPCI2025.csv").symlink_to(real)
    (line,) = imported(tmp_path / "GPCI2025.csv")
    assert line["accepted"]


def test_pipes_are_refused_without_waiting(imported, downloads) -> None:
    os.mkfifo(downloads / "GPCI2025.csv")
    (line,) = imported(downloads)
    assert (line["state"], line["reason"]) == ("refused", "this is not a regular file")
    (line,) = imported(downloads / "GPCI2025.csv")
    assert line["state"] == "refused"


def test_names_that_are_no_text_or_look_like_markup_are_printed_safely(
    codefacet, data_dir, downloads
) -> None:
    Path(os.fsdecode(os.fsencode(downloads) + b"/\xff\xfe.csv")).write_text("x")
    files.put(downloads, "[red]not markup[/nothing].csv", "x")
    files.put(downloads, "a.zip", files.zip_bytes({"e\x1b[31mvil\n.csv": "x", "[/].csv": "y"}))
    for options in ((), ("--json",)):
        result = codefacet(data_dir, "import", str(downloads), *options)
        assert (result.exit_code, result.exception) == (0, None), result.output
        assert "\x1b" not in result.stdout
    table = codefacet(data_dir, "import", str(downloads)).stdout
    assert "[red]" in table and "??.csv" in table


LIMITS = Limits(member_bytes=50_000, total_bytes=100_000, ratio=200, depth=3, members=10)


def leaves(root: Path) -> tuple[list[int], list[str]]:
    """Return the sizes of the leaves that a walk gives, and the reasons for what it does not give."""
    sizes, reasons = [], []
    for _, found in walk(root, LIMITS):
        if isinstance(found, Damaged):
            reasons.append(found.error.what)
        else:
            sizes.append(len(found.content))
    return sizes, reasons


def test_what_nested_archives_unpack_to_is_counted_together(downloads) -> None:
    """42.zip: every level is harmless alone."""
    leaf = os.urandom(15_000)
    inner = files.zip_bytes({f"{n}.bin": leaf for n in range(3)})
    files.put(downloads, "bomb.zip", files.zip_bytes({f"{n}.zip": inner for n in range(2)}))
    sizes, reasons = leaves(downloads)
    assert sum(sizes) <= LIMITS.total_bytes
    assert any("more than 100,000 bytes" in reason for reason in reasons)


def test_members_of_nested_archives_are_counted_together(downloads) -> None:
    inner = files.zip_bytes({f"{n}.bin": b"x" for n in range(4)})
    files.put(downloads, "many.zip", files.zip_bytes({f"{n}.zip": inner for n in range(4)}))
    sizes, reasons = leaves(downloads)
    assert len(sizes) <= LIMITS.members
    assert "more than 10 members" in reasons[-1]


def test_large_files_are_not_opened(downloads) -> None:
    for name in ("a.csv", "a.zip", "a.csv.gz"):
        with (downloads / name).open("wb") as stream:
            stream.truncate(LIMITS.total_bytes + 1)
    sizes, reasons = leaves(downloads)
    assert sizes == []
    assert all("larger than" in reason for reason in reasons) and len(reasons) == 3


def test_a_lying_header_does_not_fill_the_memory(downloads) -> None:
    big = b"\0" * 40_000_000
    files.put(downloads, "a.zip", hostile.claims_less_with_checksum("a.bin", big, 900))
    files.put(downloads, "b.zip", hostile.other_method("a.bin", big, zipfile.ZIP_BZIP2))
    files.put(downloads, "c.gz", hostile.gzip_bomb(40_000_000))
    tracemalloc.start()
    sizes, _ = leaves(downloads)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sizes == [900]
    assert peak < 8_000_000


def test_the_limits_of_the_settings_are_used(codefacet, data_dir, downloads, monkeypatch) -> None:
    monkeypatch.setenv("CODEFACET_MAX_MEMBER_BYTES", "1000")
    files.put(downloads, files.GPCI_NAME, GPCI)
    result = codefacet(data_dir, "import", str(downloads))
    assert result.exit_code == 1
    assert "larger than 1,000 bytes" in " ".join(result.stdout.split())
