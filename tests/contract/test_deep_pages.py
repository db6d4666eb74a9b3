"""Pages far behind the first one, one by one and by group: where an engine may change its way of sorting."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

import pytest

from searchcore.engine import KindIndex
from searchcore.request import Request

from .conftest import Engine
from .frames import EPOCH, SYSTEMS, Version, numbered
from .reference import grouped, in_sort_order
from .test_answers import number_of
from .test_groups import members_of

CODES = 1_700
PER_PAGE = 60


def many_versions() -> list[Version]:
    """Return records of three systems with the same codes, few titles and days, some of them without."""
    rng = random.Random(5)
    return numbered(
        [
            Version(
                system,
                f"{code:05}",
                valid_from=rng.choice((None, EPOCH, EPOCH + dt.timedelta(days=code % 40))),
                title=rng.choice((None, "knee", "hip", f"knee {code % 90:02}")),
                family_key=rng.choice((None, f"family {code % 400}")),
            )
            for system in SYSTEMS
            for code in range(CODES)
        ]
    )


VERSIONS = many_versions()


@pytest.fixture(scope="module")
def index(engine: Engine) -> Iterator[KindIndex]:
    with engine.opened(VERSIONS) as opened:
        yield opened


@pytest.mark.parametrize("sort", ["code", "title", "newest"])
@pytest.mark.parametrize("page", [1, 2, 32, 33, 34, 35, 36, 80, 84, 85, 86])
def test_any_page_is_that_of_all_records_in_order(index: KindIndex, sort: str, page: int) -> None:
    request = Request("", as_of=None, sort=sort, page=page, per_page=PER_PAGE)
    in_order = in_sort_order(
        sorted(VERSIONS, key=lambda version: (version.code, version.system, version.number)), sort
    )
    begin, end = PER_PAGE * (page - 1), PER_PAGE * page
    plain = index.search(request)
    assert [number_of(hit) for hit in plain.hits] == [version.number for version in in_order[begin:end]]
    groups = grouped(in_order)
    result = index.search(request.with_(group="family", page=page))
    assert members_of(result.hits) == [[v.number for v in group] for group in groups[begin:end]]
    assert (result.total, result.groups) == (plain.total, len(groups)) == (len(VERSIONS), len(groups))
