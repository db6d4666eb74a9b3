"""The record kinds as `schemas/kinds/*.yaml` describe them: text fields, facets, sorts, groups."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from searchcore.data import load_yaml, schemas_dir
from searchcore.errors import ConfigurationError
from searchcore.query.names import DAY_COLUMNS, Names

KINDS = ("code", "modifier", "ptp_edit", "coverage")


@dataclass(frozen=True)
class TextField:
    """A field searched by words. `weight`: of a word there in the merged field. `list`: several strings.
    `whole`: the score of a record is multiplied by it where the query is all of one of these strings; 0: not.
    `head`: weight of a word in the head of the text in addition (`schemas/language/titles.yaml`); 0: none.
    """

    name: str
    label: str
    weight: float = 1.0
    list: bool = False
    stored: bool = False
    whole: float = 0.0
    head: float = 0.0


@dataclass(frozen=True)
class Facet:
    """A facet. `multi`: several values a record; `hierarchical`: a value and all its ancestors;
    `as_of`: computed for the day asked for; `numeric`: values sort as numbers, of
    which a record has one at most, and a range (`2015..2020`) can be selected; `part` and `attribute`: the
    value is that attribute of the part that the column `part` names."""

    name: str
    label: str
    multi: bool = False
    hierarchical: bool = False
    as_of: bool = False
    numeric: bool = False
    part: str = ""
    attribute: str = ""

    @property
    def several(self) -> bool:
        """Whether a record can hold more than one value."""
        return self.multi or self.hierarchical


@dataclass(frozen=True)
class Sort:
    """A sort order by a column; ties go by code order, then by version."""

    name: str
    label: str
    column: str
    descending: bool = False


@dataclass(frozen=True)
class Group:
    """A way to collapse hits: records with the same text in a column are one group; null is one by itself.

    `one` and `many` name groups in a sentence. `differ`: facets of one value that tell the members of a group
    apart.
    """

    name: str
    label: str
    column: str
    one: str = "group"
    many: str = "groups"
    differ: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "differ", tuple(self.differ))


@dataclass(frozen=True)
class Scope:
    """A name that stands for some values of a facet in a query: `dx:knee` is `knee` among diagnoses."""

    name: str
    facet: str
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(self.values))


@dataclass(frozen=True)
class KindSchema:
    """Everything the engine and the pages know about one kind of record.

    Attributes:
        noun: what a sentence calls one record.
        parts: text fields of the parts of a joined kind, whose records hold no text: each of its `text`
            fields names a part, and words are looked for in the texts of parts. Empty for all other kinds.
        page_group: the group by which pages show hits where nothing else is asked for; empty for none.
        code: the text fields whose parts make up the code of a record of a joined kind.
        aliases: other names, in queries, of text fields, facets and the columns of days.
        scopes: names that stand for some values of a facet in queries.
    """

    kind: str
    label: str
    default_sort: str
    text: dict[str, TextField]
    facets: dict[str, Facet]
    sorts: dict[str, Sort]
    source: Path = field(compare=False)
    parts: dict[str, TextField] = field(default_factory=dict)
    code: tuple[str, ...] = ()
    groups: dict[str, Group] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)
    page_group: str = ""
    noun: str = "record"

    @cached_property
    def names(self) -> Names:
        """What may stand before a colon in a query."""
        return Names(
            frozenset(self.text),
            frozenset(self.facets),
            frozenset(name for name, facet in self.facets.items() if facet.numeric),
            self.aliases,
            frozenset(self.scopes),
        )

    @property
    def joined(self) -> bool:
        """Whether records name parts, in which the words are."""
        return bool(self.parts)


def _section(path: Path, data: dict[str, Any], section: str, cls: type[Any]) -> dict[str, Any]:
    found = {}
    for name, options in (data.get(section) or {}).items():
        try:
            found[name] = cls(name=name, **options)
        except TypeError as error:
            raise ConfigurationError(
                f"{section}.{name} has a wrong or missing key: {error}",
                where=str(path),
                mend="see docs/schema.md",
            ) from error
    return found


@cache
def load_kind(kind: str) -> KindSchema:
    """Return the schema of a kind; raise ConfigurationError if its file is missing or has unknown keys."""
    if kind not in KINDS:
        raise ConfigurationError(f"there is no kind {kind!r}", mend=f"use one of {', '.join(KINDS)}")
    path = schemas_dir() / "kinds" / f"{kind}.yaml"
    data = load_yaml(path)
    sorts = {
        "score": Sort("score", "Best match", "score", descending=True),
        "code": Sort("code", "Code", "code"),
        **_section(path, data, "sorts", Sort),
    }
    schema = KindSchema(
        kind=kind,
        label=data["label"],
        default_sort=data["default_sort"],
        text=_section(path, data, "text", TextField),
        facets=_section(path, data, "facets", Facet),
        sorts=sorts,
        source=path,
        parts=_section(path, data, "parts", TextField),
        code=tuple(data.get("code", ())),
        groups=_section(path, data, "groups", Group),
        aliases=dict(data.get("aliases") or {}),
        scopes=_section(path, data, "scopes", Scope),
        page_group=data.get("page_group", ""),
        noun=data.get("noun", "record"),
    )
    _check_names(schema)
    return schema


def _check_names(schema: KindSchema) -> None:
    """Raise ConfigurationError if an alias or a scope stands for nothing, or hides a name."""
    known = {*schema.text, *schema.facets, *DAY_COLUMNS}
    wrong = [name for name, meant in schema.aliases.items() if meant not in known or name in known]
    wrong += [scope.name for scope in schema.scopes.values() if scope.facet not in schema.facets]
    if wrong:
        raise ConfigurationError(
            f"{wrong[0]!r} stands for no field or facet of the kind, or hides one",
            where=str(schema.source),
            mend="see docs/schema.md",
        )


def schema_fingerprint() -> str:
    """Return a SHA-256 over every schema file, so that a changed schema makes a new build."""
    digest = hashlib.sha256()
    for path in sorted(schemas_dir().rglob("*.yaml")):
        digest.update(path.relative_to(schemas_dir()).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
