"""Whatever goes wrong becomes one clean line and a stable exit code: 1 failed, 2 wrong usage, 130 stopped."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from searchcore.errors import CodeFacetError
from searchcore.lines import one_line

FAILED = 1
USAGE = 2
INTERRUPTED = 130


def wants_json(args: Sequence[str]) -> bool:
    """Tell whether `--json` stands among the arguments of the command line."""
    options = args[: args.index("--")] if "--" in args else args
    return "--json" in options


@contextmanager
def friendly_errors(*, as_json: bool, debug: bool = False) -> Iterator[None]:
    """Turn an exception into one line on stderr, or with `as_json` into one object on stdout, and exit.

    Usage errors are left to click, which prints them and exits with 2; with `as_json` they too become an
    object. With `debug`, a fault of our own keeps its traceback.
    """
    try:
        yield
    except click.UsageError as error:
        if not as_json:
            raise
        _stop(CodeFacetError(error.format_message()), USAGE, as_json=True, kind="UsageError")
    except CodeFacetError as error:
        _stop(error, FAILED, as_json=as_json)
    except KeyboardInterrupt:
        _stop(CodeFacetError("stopped from the keyboard"), INTERRUPTED, as_json=as_json, kind="Interrupted")
    except OSError as error:
        # A closed pipe (`codefacet search ... | head`) is no fault: click ends quietly on it.
        if error.errno == errno.EPIPE or (debug and not _is_common(error)):
            raise
        _stop(_of_system(error), FAILED, as_json=as_json, kind="OSError")
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        if debug:
            raise
        _stop(_of_bug(error), FAILED, as_json=as_json, kind="InternalError")


def _stop(error: CodeFacetError, code: int, *, as_json: bool, kind: str = "") -> None:
    if as_json:
        data = error.as_dict() | ({"error": kind} if kind else {})
        click.echo(json.dumps(data, ensure_ascii=False))
    else:
        click.echo(f"Error: {one_line(str(error))}", err=True)
    raise click.exceptions.Exit(code)


def _is_common(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.EDQUOT)


def _of_system(error: OSError) -> CodeFacetError:
    mends = {
        errno.ENOSPC: "free some space and run the command again",
        errno.EDQUOT: "free some space and run the command again",
        errno.EACCES: "check the permissions of the file and its folder",
        errno.EPERM: "check the permissions of the file and its folder",
        errno.EROFS: "choose another folder with --data-dir",
    }
    return CodeFacetError(
        error.strerror or str(error) or type(error).__name__,
        where=str(error.filename or ""),
        mend=mends.get(error.errno or 0, ""),
    )


def _of_bug(error: Exception) -> CodeFacetError:
    place, trace = "", error.__traceback__
    while trace:
        path = Path(trace.tb_frame.f_code.co_filename)
        place, trace = f"{path.parent.name}/{path.name}, line {trace.tb_lineno}", trace.tb_next
    detail = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return CodeFacetError(
        f"a fault of CodeFacet itself: {detail}",
        where=place,
        mend="`codefacet --debug ...` shows the traceback for a report",
    )
