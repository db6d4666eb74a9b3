"""Which files a `codefacet fetch` is to get."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from indexer.descriptions import Address, SourceDescription
from indexer.fetch.connection import plain_host


@dataclass(frozen=True)
class Wanted:
    """One file to fetch; `any_host`: the user gave the address, so its host need not be a known one."""

    source: SourceDescription
    address: Address
    any_host: bool = False

    @property
    def hosts(self) -> frozenset[str] | None:
        """The hosts that may be asked: those in the source.yaml; None for any."""
        if self.any_host:
            return None
        return frozenset(plain_host(address.host) for address in self.source.urls)


def make_plan(
    sources: Mapping[str, SourceDescription], ids: Iterable[str], release: str | None = None
) -> list[Wanted]:
    """Return the files of the sources named, each address once, of one release if given."""
    plan: dict[str, Wanted] = {}
    for source in (sources[name] for name in ids):
        for address in source.urls:
            if release is None or address.release == release:
                # One archive may hold the files of several sources.
                plan.setdefault(address.url, Wanted(source, address))
    return list(plan.values())


def releases_of(sources: Mapping[str, SourceDescription], ids: Iterable[str]) -> list[str]:
    """Return the names of the releases that addresses are known for."""
    return sorted({address.release for name in ids for address in sources[name].urls})
