"""Admit what is not a rule: title, schema, obligations. Every fault becomes a finding with file, line and advice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from .derive import Term
from .equal_access import HARMLESS, Meaning
from .errors import Finding, Severity
from .letters import is_plain_word, look_alike
from .model import Deadline, Profile
from .reading import Faults, Fields, read_mapping
from .schema import (
    RESERVED_PATHS,
    SIDES,
    Attribute,
    AttributeType,
    Schema,
    Switch,
)
from .terms import TERM_YEARS
from .vocabulary import CATEGORIES, ProfileSpec, Vocabulary, covered

FORMAT: Final = "qupia-bundle-1"
MISSING_MEANING: Final = "MISSING_MEANING"
MAX_YEARS: Final = 1_000
OWNER_YEARS: Final = 70
"""The longest term that an owner may set (NAF Art. 7(8))."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NO_NAMES: Final = frozenset({"in", "true", "false", "null"})
"""Words of CEL that cannot stand after a dot."""
_TERM_STATES: Final = frozenset({"open", "closed", "unknown"})
_OWNERS: Final = frozenset("owner owners donor transfer transferred handed".split())
_CERTAINTIES: Final = frozenset({"exact", "range", "unknown"})


def admit_title(files: Mapping[str, bytes], faults: Faults) -> tuple[str, tuple[Switch, ...]]:
    """Read bundle.yaml; return title and switches."""
    top = read_mapping(files, "bundle.yaml", faults)
    if top is None:
        return "", ()
    top.known(("format", "title", "switches"))
    if top.text("format") != FORMAT:
        top.fault("format", "UNKNOWN_FORMAT", f"Write 'format: {FORMAT}'.")
    return top.text("title", limit=200), tuple(_switches(top))


def _switches(top: Fields) -> Iterator[Switch]:
    at = top.child("switches", need=False)
    for name in at.data if at else ():
        inner = at.child(name) if at else None
        if at is None or inner is None:
            continue
        inner.known(("values", "value"))
        values, value = inner.words("values"), inner.text("value", limit=80)
        if not _NAME.fullmatch(name) or not all(_NAME.fullmatch(word) for word in values):
            at.fault(name, "BAD_NAME", f"Use small Latin letters, digits and '_' in '{name[:60]}' and its values.")
        elif value not in values:
            inner.fault("value", "UNKNOWN_VALUE", f"Choose one of {', '.join(values)}.")
        else:
            yield Switch(name, frozenset(values), value)


def admit_schema(files: Mapping[str, bytes], faults: Faults, switches: tuple[Switch, ...] = ()) -> Schema:
    """Read schema.yaml."""
    top = read_mapping(files, "schema.yaml", faults)
    if top is None:
        return Schema.of(frozenset(), ())
    top.known(("kinds", *SIDES, "terms"))
    kinds = top.words("kinds")
    for kind in kinds:
        if not _NAME.fullmatch(kind):
            top.fault("kinds", "BAD_NAME", f"Use small Latin letters, digits and '_' in '{kind[:60]}'.")
    attributes: list[Attribute] = []
    for side in SIDES:
        fields = top.child(side, need=False)
        if fields is not None:
            attributes.extend(_attributes(fields, side))
    terms = _terms(top, {item.path: item for item in attributes})
    return Schema.of(frozenset(kinds), tuple(attributes), terms, switches)


def _attributes(fields: Fields, side: str) -> list[Attribute]:
    found = []
    for name in fields.data:
        inner = fields.child(name)
        if inner is None:
            continue
        reserved = (
            name in _NO_NAMES or f"{side}.{name}" in RESERVED_PATHS or (side == "env" and name.startswith("switch_"))
        )
        if not _NAME.fullmatch(name) or reserved:
            fields.fault(name, "BAD_NAME", f"'{side}.{name[:60]}' is reserved or not in small Latin letters.")
        else:
            found.append(_attribute(inner, side, name, fields.line_of(name)))
            _check_equal_access(fields, found[-1])
    return found


def _check_equal_access(fields: Fields, attribute: Attribute) -> None:
    """Report what no rule may ask of a requester; what a document speaks of may be said."""
    found = attribute.forbidden
    if found is not None and attribute.side != "resource":
        advice = f"Remove '{attribute.name}', which tells {found.value}: equal access forbids it (NAF Art. 1-1)."
        fields.fault(attribute.name, "EQUAL_ACCESS", advice)


def undeclared(schema: Schema) -> list[Finding]:
    """Return a warning for each attribute of the requester that does not say what it means.

    A warning and no error: bundles that are older than the question go on deciding, and can be rolled back to. A desk
    takes no new draft with it.
    """
    silent = (item for item in schema.attributes.values() if item.side == "subject" and item.meaning is None)
    words = f"{', '.join(sorted(HARMLESS))} ({', '.join(sorted(set(Meaning) - HARMLESS))} are forbidden)"
    return [
        Finding(
            "schema.yaml", "", item.line, MISSING_MEANING, f"Give '{item.name}' a meaning: {words}.", Severity.WARNING
        )
        for item in silent
    ]


def _attribute(fields: Fields, side: str, name: str, line: int) -> Attribute:
    fields.known(("type", "values", "required", "meaning", "contents"))
    types = fields.enums("type", AttributeType, "UNKNOWN_TYPE")
    kind = types[0] if types else AttributeType.STRING
    values = frozenset(fields.words("values", need=False))
    if values and kind not in {AttributeType.STRING, AttributeType.STRINGS}:
        fields.fault("values", "WRONG_TYPE", "Give 'values' only to string attributes.")
    _check_letters(fields, values)
    meanings = fields.enums("meaning", Meaning, "UNKNOWN_MEANING", need=False)
    if len(meanings) > 1:
        fields.fault("meaning", "UNKNOWN_MEANING", "Give an attribute one meaning.")
    meaning = meanings[0] if meanings else None
    contents, required = fields.flag("contents"), fields.flag("required")
    if contents and (side != "resource" or required or kind not in {AttributeType.BOOL, AttributeType.STRINGS}):
        fields.fault("contents", "WRONG_TYPE", "Give 'contents' only to a bool or list of the resource, not required.")
    return Attribute(side, name, kind, values, required, meaning=meaning, line=line, contents=contents)


def _check_letters(fields: Fields, values: frozenset[str]) -> None:
    """Report values that are not what they look like: whoever approves a bundle would read another word."""
    for value in sorted(values):
        if not is_plain_word(value):
            advice = f"Write the value {value[:60]!a} with the letters of one alphabet that it shows."
            fields.fault("values", "LOOKS_ALIKE", advice)
    alike = look_alike(sorted(values))
    if alike:
        advice = f"Keep one of {alike[0][:60]!a} and {alike[1][:60]!a}: they look alike."
        fields.fault("values", "LOOKS_ALIKE", advice)


def _terms(top: Fields, known: Mapping[str, Attribute]) -> tuple[Term, ...]:
    at = top.child("terms", need=False)
    found: list[Term] = []
    for state in at.data if at else ():
        inner = at.child(state) if at else None
        if inner is not None:
            inner.rule = state[:80]
            found.append(_term(inner, state, known))
    if at is not None:
        _check_filled(at, found)
    return tuple(found)


def _check_filled(at: Fields, terms: list[Term]) -> None:
    """Report an attribute that is filled twice, or filled and counted from: the order of terms would decide."""
    filled = [path for term in terms for path in term.outputs]
    counted = {path for term in terms for path in term.inputs}
    for term in terms:
        if any(filled.count(path) > 1 or path in counted for path in term.outputs):
            at.fault(term.state, "BAD_TERM", f"Let '{term.state[:60]}' fill attributes that no other term uses.")


def _term(fields: Fields, state: str, known: Mapping[str, Attribute]) -> Term:
    fields.known(("from", "to", "certainty", "years", "opens_on", "set_by"))
    answer = known.get(state)
    if answer is None or answer.type is not AttributeType.STRING or answer.values != _TERM_STATES:
        fields.fault("", "BAD_TERM", f"Declare '{state[:60]}' as a string with the values open, closed, unknown.")
    days = {key: fields.text(key, need=key == "to", limit=80) for key in ("from", "to", "opens_on")}
    for key, path in days.items():
        if path and (path not in known or known[path].type is not AttributeType.DATE):
            fields.fault(key, "BAD_TERM", f"Declare '{path[:60]}' as an attribute of type date.")
    sure = fields.text("certainty", need=False, limit=80)
    if sure and (sure not in known or not known[sure].values or not known[sure].values <= _CERTAINTIES):
        fields.fault("certainty", "BAD_TERM", f"Declare '{sure[:60]}' with the values exact, range, unknown.")
    years = fields.number("years", 1, MAX_YEARS, default=TERM_YEARS)
    setter = fields.text("set_by", need=False)
    if setter not in {"", "law", "owner"}:
        fields.fault("set_by", "UNKNOWN_WORD", "Write 'law' or 'owner'.")
    elif years > OWNER_YEARS and (setter == "owner" or any(map(_of_an_owner, (state, days["to"], days["opens_on"])))):
        fields.fault("years", "OWNER_TERM_TOO_LONG", f"An owner may set at most {OWNER_YEARS} years (NAF Art. 7(8)).")
    return Term(state, days["from"], days["to"], sure, days["opens_on"], years)


def _of_an_owner(path: str) -> bool:
    """Tell whether an attribute is named after an owner's term: it is one, whoever is said to have set it."""
    return not _OWNERS.isdisjoint(path.rpartition(".")[2].split("_"))


def admit_vocabulary(files: Mapping[str, bytes], faults: Faults) -> Vocabulary:
    """Read obligations.yaml: profiles in their order of strictness, and duties."""
    top = read_mapping(files, "obligations.yaml", faults)
    if top is None:
        return Vocabulary({}, {})
    top.known(("profiles", "duties"))
    profiles = _profiles(top)
    duties_at = top.child("duties", need=False)
    duties: dict[str, Mapping[str, str]] = {}
    deadlines: dict[str, Deadline] = {}
    for name in duties_at.data if duties_at else ():
        at = duties_at.child(name) if duties_at else None
        if duties_at is None or at is None:
            continue
        if not _NAME.fullmatch(name):
            duties_at.fault(name, "BAD_NAME", f"Use small Latin letters, digits and '_' in '{name[:60]}'.")
        duties[name] = duties_at.translations(name, ("days", "working_days"))
        deadlines |= _deadline(at, name)
    return Vocabulary(profiles, duties, deadlines)


def _deadline(fields: Fields, duty: str) -> dict[str, Deadline]:
    given = [key for key in ("days", "working_days") if key in fields.data]
    if not given:
        return {}
    if len(given) > 1:
        fields.fault("days", "WRONG_TYPE", "Give a duty either 'days' or 'working_days'.")
    return {duty: Deadline(fields.number(given[0], 1, 3_650, default=1), given[0] == "working_days")}


def _profiles(top: Fields) -> dict[Profile, ProfileSpec]:
    at = top.child("profiles")
    specs: dict[Profile, ProfileSpec] = {}
    if at is None:
        return specs
    for name in at.data:
        inner = at.child(name)
        if name not in list(Profile) or inner is None:
            at.fault(name, "UNKNOWN_PROFILE", f"Use only {', '.join(Profile)}.")
            continue
        inner.known(("hide", "extract_only", "metadata_only"))
        hide = frozenset(inner.words("hide", need=False))
        for word in sorted(hide - CATEGORIES):
            inner.fault("hide", "UNKNOWN_CATEGORY", f"Replace '{word[:60]}' by one of {', '.join(sorted(CATEGORIES))}.")
        specs[Profile(name)] = ProfileSpec(Profile(name), hide, inner.flag("extract_only"), inner.flag("metadata_only"))
    _check_order(at, list(specs.values()))
    return specs


def _check_order(at: Fields, specs: list[ProfileSpec]) -> None:
    missing = [profile.value for profile in Profile if profile not in {spec.profile for spec in specs}]
    if missing:
        at.fault("", "MISSING_PROFILE", f"Declare {', '.join(missing)}.")
    for weaker, stricter in pairwise(specs):
        extract_lost = weaker.extract_only and not (stricter.extract_only or stricter.metadata_only)
        if (
            not covered(weaker.hide) <= covered(stricter.hide)
            or weaker.metadata_only > stricter.metadata_only
            or extract_lost
        ):
            advice = f"{stricter.profile} must ask all that {weaker.profile} asks, and hide all that it hides."
            at.fault(stricter.profile.value, "PROFILE_ORDER", advice)
