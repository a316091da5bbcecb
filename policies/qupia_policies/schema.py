"""The typed, closed attribute schema of a bundle, and the check of facts against it."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from .derive import Term
from .equal_access import HARMLESS, Meaning, meaning_of_name, meaning_of_values
from .model import Action, Facts, Ground, Value
from .places import LEVELS, plainly_written

SIDES: Final = ("subject", "resource", "purpose", "env")
MAX_TEXT: Final = 1_000
MAX_ITEMS: Final = 100
_SURROGATE = re.compile(r"[\ud800-\udfff]")  # half a character, from JSON: has no UTF-8, so CEL cannot hold it
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ARCHIVE_ID: Final = re.compile(r"[a-z0-9][a-z0-9._:/-]{0,199}")
"""Ids of archives, in rules and in facts alike: a letter that only looks like another could lead around a rule."""

ARCHIVE_PATH: Final = "resource.archive"


class AttributeType(StrEnum):
    """Types of facts. A date is ISO text, which compares as text."""

    STRING = "string"
    BOOL = "bool"
    INT = "int"
    DATE = "date"
    STRINGS = "list of strings"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute that facts may hold and conditions may read.

    Attributes:
        side: subject, resource, purpose or env.
        name: word after the dot.
        type: type of its value.
        values: allowed values; empty when any value of the type is allowed.
        required: facts without it are refused; conditions may read it without `has()`.
        plain: the id of a place, which refuses characters that another id could be hidden behind.
        meaning: what it says, as the schema declares; None when it declares nothing.
        line: line in schema.yaml.
        contents: what stands in the document: no refusal is told apart by it.
    """

    side: str
    name: str
    type: AttributeType
    values: frozenset[str] = frozenset()
    required: bool = False
    plain: bool = False
    meaning: Meaning | None = None
    line: int = field(default=0, compare=False)
    contents: bool = False

    @property
    def forbidden(self) -> Meaning | None:
        """Return what it says that equal access forbids to ask of a person; None when it says nothing such.

        Forbidden is what is declared so, named so, or has values of the kind, whatever else is declared.
        """
        if self.meaning is not None and self.meaning not in HARMLESS:
            return self.meaning
        return meaning_of_name(self.side, self.name) or meaning_of_values(self.values)

    @property
    def path(self) -> str:
        """Return the name used in conditions, e.g. `subject.role`."""
        return sys.intern(f"{self.side}.{self.name}")

    def accepts(self, value: Value) -> bool:
        """Tell whether a value has the type and stands in the vocabulary."""
        if self.values and isinstance(value, str) and self.type is AttributeType.STRING:
            return value in self.values
        if not _TYPE_CHECKS[self.type](value):
            return False
        if not self.values:
            return not self.plain or plainly_written(str(value))
        items = value if isinstance(value, tuple) else (value,)
        return all(item in self.values for item in items)


def _is_text(value: Value) -> bool:
    return isinstance(value, str) and len(value) <= MAX_TEXT and not _SURROGATE.search(value)


def _is_date(value: Value) -> bool:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_int(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _is_list(value: Value) -> bool:
    return isinstance(value, tuple) and len(value) <= MAX_ITEMS and all(_is_text(item) for item in value)


_TYPE_CHECKS: Final = {
    AttributeType.STRING: _is_text,
    AttributeType.BOOL: lambda value: isinstance(value, bool),
    AttributeType.INT: _is_int,
    AttributeType.DATE: _is_date,
    AttributeType.STRINGS: _is_list,
}


@dataclass(frozen=True, slots=True)
class FactFaults:
    """What is wrong with facts; names only, never values.

    Attributes:
        bad: names that are unknown, of a wrong type or outside their vocabulary.
        missing: names of required facts that are absent.
    """

    bad: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """True when anything is wrong."""
        return bool(self.bad or self.missing)


@dataclass(frozen=True, slots=True)
class Switch:
    """One question that the law leaves open, and the answer in force.

    Attributes:
        name: its name; rules read `env.switch_<name>`.
        values: possible answers.
        value: the one in force.
    """

    name: str
    values: frozenset[str]
    value: str

    @property
    def attribute(self) -> Attribute:
        """Return the attribute that rules read; the engine fills it, callers never do."""
        return Attribute("env", f"switch_{self.name}", AttributeType.STRING, self.values, required=True)


@dataclass(frozen=True, slots=True)
class Schema:
    """The closed vocabulary of facts.

    Attributes:
        kinds: document kinds.
        attributes: attributes by path, the engine's own included.
        terms: terms that the engine counts.
        switches: how questions that the law leaves open are answered, by name; rules read `env.switch_<name>`.
    """

    kinds: frozenset[str]
    attributes: Mapping[str, Attribute]
    _required: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    terms: tuple[Term, ...] = ()
    switches: Mapping[str, str] = field(default_factory=dict)
    _names: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the names by side, once: every request asks which of them are declared."""
        sides: dict[str, set[str]] = {}
        for attribute in self.attributes.values():
            sides.setdefault(attribute.side, set()).add(attribute.name)
        object.__setattr__(self, "_names", {side: frozenset(names) for side, names in sides.items()})

    @classmethod
    def of(
        cls,
        kinds: frozenset[str],
        attributes: tuple[Attribute, ...],
        terms: tuple[Term, ...] = (),
        switches: tuple[Switch, ...] = (),
    ) -> Schema:
        """Make a schema; the engine's own attributes (`builtin_attributes`) are added."""
        own = (*builtin_attributes(kinds), *(switch.attribute for switch in switches))
        paths = {item.path: item for item in (*attributes, *own)}
        required = tuple((item.side, item.name) for item in attributes if item.required)
        return cls(kinds, paths, required, terms, {switch.attribute.name: switch.value for switch in switches})

    def declared(self, facts: Facts) -> Facts:
        """Return facts without attributes that this schema does not declare; no rule of its bundle can read them.

        For who supplies facts to bundles of several ages: one that is older than an attribute decides as it always did.
        Facts that come from outside are checked instead, and refused for a name that is not known.
        """
        none = frozenset[str]()
        if all(named.keys() <= self._names.get(side, none) for side, named in facts.attributes.items()):
            return facts
        sides = {
            side: {name: value for name, value in named.items() if name in self._names.get(side, none)}
            for side, named in facts.attributes.items()
        }
        return replace(facts, attributes=sides)

    def complete(self, facts: Facts, today: Callable[[], dt.date]) -> tuple[Facts, FactFaults]:
        """Add what the engine works out itself, then check.

        Args:
            facts: what the server knows.
            today: gives the day in Asia/Almaty for facts that do not name their own (`env.today`).

        Returns:
            Facts with the day and the terms, and what is wrong with them.
        """
        shapeless = _shapeless(facts)
        if shapeless:
            return facts, FactFaults(shapeless)
        sides = {side: dict(named) for side, named in facts.attributes.items()}
        env = sides.setdefault("env", {})
        if "today" not in env:
            env["today"] = today().isoformat()
        clash: tuple[str, ...] = ()
        if self.terms and _is_date(env["today"]):
            day = dt.date.fromisoformat(str(env["today"]))
            clash = tuple(path for term in self.terms for path in term.apply(sides, day))
        clash += tuple(f"env.{name}" for name in self.switches if name in env)
        env |= self.switches
        whole = Facts(facts.action, facts.kind, facts.archive, facts.ground, sides)
        faults = self.check(whole)
        return whole, FactFaults(tuple(sorted({*faults.bad, *clash})), faults.missing) if clash else faults

    def check(self, facts: Facts) -> FactFaults:
        """Check facts: unknown names, types, vocabularies, wildcards, required facts."""
        bad = _target_faults(facts, self.kinds)
        for side, named in facts.attributes.items():
            for name, value in named.items():
                path = f"{side}.{name}"
                known = self.attributes.get(path)
                if known is None or path in BUILTIN_PATHS or not known.accepts(value):
                    bad.append(path if known else f"{side}.?")
        given = facts.attributes
        missing = [f"{side}.{name}" for side, name in self._required if name not in given.get(side, ())]
        return FactFaults(tuple(sorted(set(bad))), tuple(missing))


BUILTIN_PATHS: Final = frozenset({"resource.kind", "resource.archive", "purpose.ground"})
"""Attributes that the engine fills from the facts' own fields; callers never supply them."""

RESERVED_PATHS: Final = BUILTIN_PATHS | {"env.today", *(f"resource.{level}" for level in LEVELS)}
"""Attributes that every bundle has; no schema declares them."""


def builtin_attributes(kinds: frozenset[str]) -> tuple[Attribute, ...]:
    """Return the attributes that the engine fills itself."""
    grounds = frozenset(ground.value for ground in Ground)
    return (
        Attribute("resource", "kind", AttributeType.STRING, kinds, required=True),
        Attribute("resource", "archive", AttributeType.STRING, required=True),
        Attribute("purpose", "ground", AttributeType.STRING, grounds),
        Attribute("env", "today", AttributeType.DATE, required=True),
        *(Attribute("resource", level, AttributeType.STRING, plain=True) for level in LEVELS),
    )


def _shapeless(facts: Facts) -> tuple[str, ...]:
    """Name what has not even the type that facts have, from a caller without types; the engine never raises."""
    shapes = (
        ("action", isinstance(facts.action, Action)),
        ("resource.kind", isinstance(facts.kind, str)),
        ("resource.archive", isinstance(facts.archive, str)),
        ("purpose.ground", facts.ground is None or isinstance(facts.ground, Ground)),
        ("facts", isinstance(facts.attributes, Mapping)),
    )
    bad = tuple(name for name, good in shapes if not good)
    if bad:
        return bad
    sides = facts.attributes.items()
    return tuple(
        sorted({str(side) if side in SIDES else "facts" for side, named in sides if not _is_side(side, named)})
    )


def _is_side(side: object, named: object) -> bool:
    return side in SIDES and isinstance(named, Mapping) and all(isinstance(name, str) for name in named)


def _target_faults(facts: Facts, kinds: frozenset[str]) -> list[str]:
    bad = []
    if str(facts.action.value) == "*":
        bad.append("action")
    if facts.kind not in kinds:
        bad.append("resource.kind")
    if not ARCHIVE_ID.fullmatch(facts.archive):
        bad.append("resource.archive")
    return bad
