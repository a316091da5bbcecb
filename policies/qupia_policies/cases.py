"""Run a bundle's cases: named subjects, documents and purposes, and what is expected of each decision.

`cases/*.yaml` holds mappings with `subjects`, `documents`, `purposes` (united over all files) and `cases`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .bundle import Bundle, load_bundle
from .engine import PolicyEngine
from .errors import BundleRefused, Finding
from .model import Action, Decision, Facts, Ground, OpenScope, Outcome, Profile, Reason, Value
from .reading import Faults, Fields, read_mapping
from .schema import Attribute
from .terms import Certainty, ClosureTerm, closure
from .vocabulary import CLASSES
from .yamldoc import YamlList, YamlMap

_CASE_KEYS: Final = (
    "id",
    "subject",
    "document",
    "purpose",
    "env",
    "action",
    "ground",
    "archive",
    "today",
    "with",
    "switches",
    "expect",
)
_EXPECT_KEYS: Final = ("outcome", "reason", "rules", "profile", "open", "duties", "missing", "persons", "opens_on")
_NAMED: Final = ("subjects", "documents", "purposes")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a case expects; None means that the case does not say.

    Attributes:
        outcome: allow or refuse; always said.
        reason: reason of a refusal.
        rules: ids of the deciding rules, in any order.
        profile: strictest profile.
        open_scopes: open scopes; for an allow, saying nothing means none.
        duties: duties; for an allow, saying nothing means none.
        missing: missing facts.
        persons: profile by class of persons, for the classes named.
        opens_on: day that the refusal names, or `never`.
    """

    outcome: Outcome
    reason: Reason | None = None
    rules: frozenset[str] | None = None
    profile: Profile | None = None
    open_scopes: frozenset[OpenScope] = frozenset()
    duties: frozenset[str] = frozenset()
    missing: frozenset[str] | None = None
    persons: Mapping[str, str] = field(default_factory=dict)
    opens_on: str = ""

    def differences(self, decision: Decision) -> list[str]:
        """Return one sentence for each thing that is not as expected."""
        pairs: list[tuple[str, object, object]] = [("outcome", self.outcome, decision.outcome)]
        if self.reason is not None:
            pairs.append(("reason", self.reason, decision.reason))
        if self.rules is not None:
            pairs.append(("rules", sorted(self.rules), sorted(decision.rules)))
        if self.missing is not None:
            pairs.append(("missing", sorted(self.missing), sorted(decision.missing_facts)))
        if self.opens_on:
            pairs.append(("opens_on", self.opens_on, str(decision.opens_on or "never")))
        if self.outcome is Outcome.ALLOW and decision.obligations is not None:
            got = decision.obligations
            persons = {name.value: profile.value for name, profile in got.persons.items() if name in self.persons}
            pairs += [
                ("profile", self.profile, got.profile),
                ("open", sorted(self.open_scopes), sorted(got.open_scopes)),
                ("duties", sorted(self.duties), sorted(got.duties)),
                ("persons", _listed(self.persons), _listed(persons)),
            ]
        return [f"{name}: expected {_say(want)}, got {_say(got)}" for name, want, got in pairs if want != got]


def _listed(named: Mapping[str, str]) -> list[str]:
    return [f"{name} {profile}" for name, profile in sorted(named.items())]


def _say(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "nothing"
    return "nothing" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Attributes:
        case_id: unique in the bundle.
        file: file it stands in.
        line: line in the file.
        facts: what is decided.
        expect: what must come out.
        switches: switches set otherwise than in the bundle.
    """

    case_id: str
    file: str
    line: int
    facts: Facts
    expect: Expectation
    switches: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The end of one case.

    Attributes:
        case_id: id of the case.
        file: file it stands in.
        line: line in the file.
        passed: True when everything was as expected.
        message: what was not; empty when it passed.
    """

    case_id: str
    file: str
    line: int
    passed: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class CaseReport:
    """All results of a run.

    Attributes:
        version: version of the bundle; empty when it could not be loaded.
        results: results in the order of files and lines.
        findings: faults of the case files themselves.
    """

    version: str
    results: tuple[CaseResult, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        """True when at least one case ran and none failed."""
        return not self.findings and bool(self.results) and all(result.passed for result in self.results)


@dataclass(slots=True)
class _Reader:
    """Read case files; definitions of all files are united before cases are read."""

    files: Mapping[str, bytes]
    known: Mapping[str, Attribute] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    named: dict[str, dict[str, Fields]] = field(default_factory=lambda: {key: {} for key in _NAMED})
    ids: set[str] = field(default_factory=set)

    def read(self) -> list[Case]:
        tops = [
            top
            for name in sorted(self.files)
            if name.startswith("cases/") and (top := read_mapping(self.files, name, self.faults))
        ]
        for top in tops:
            top.known((*_NAMED, "cases"))
            for key in _NAMED:
                self._define(top, key)
        return [case for top in tops for case in self._cases(top)]

    def _define(self, top: Fields, key: str) -> None:
        at = top.child(key, need=False)
        for name in at.data if at else ():
            inner = at.child(name) if at else None
            if name in self.named[key]:
                top.fault(key, "DUPLICATE_ID", f"'{name[:60]}' is defined twice in {key}.")
            elif inner is not None:
                self.named[key][name] = inner

    def _cases(self, top: Fields) -> list[Case]:
        items = top.data.get("cases", YamlList(0))
        if not isinstance(items, YamlList):
            top.fault("cases", "WRONG_TYPE", "Give 'cases' a list.")
            return []
        found = []
        for item in items:
            if isinstance(item, YamlMap):
                case = self._case(Fields(item, top.file, self.faults))
                found += [case] if case else []
            else:
                top.fault("cases", "WRONG_TYPE", "Make each case a mapping.")
        return found

    def _case(self, fields: Fields) -> Case | None:
        before = len(self.faults.found)
        fields.rule = case_id = fields.text("id", limit=120)
        if case_id in self.ids:
            fields.fault("id", "DUPLICATE_ID", f"Give one of the cases '{case_id[:60]}' another id.")
        self.ids.add(case_id)
        fields.known(_CASE_KEYS)
        facts, expect = self._facts(fields), _expectation(fields)
        if len(self.faults.found) > before or facts is None or expect is None:
            return None
        return Case(case_id, fields.file, fields.data.line, facts, expect, self._switches(fields))

    def _switches(self, fields: Fields) -> tuple[tuple[str, str], ...]:
        at = fields.child("switches", need=False)
        found: list[tuple[str, str]] = []
        for name in at.data if at else ():
            value = at.text(name, limit=80) if at else ""
            attribute = self.known.get(f"env.switch_{name}")
            if attribute is None or value not in attribute.values:
                fields.fault("switches", "UNKNOWN_VALUE", f"'{name[:60]}' is no switch, or has no such value.")
            found.append((f"switch_{name}", value))
        return tuple(sorted(found))

    def _facts(self, fields: Fields) -> Facts | None:
        sides = {
            "subject": self._side(fields, "subject", "subjects"),
            "resource": self._side(fields, "document", "documents"),
            "purpose": self._side(fields, "purpose", "purposes") if "purpose" in fields.data else {},
            "env": _values(fields.child("env", need=False)),
        }
        kind, archive = sides["resource"].pop("kind", ""), sides["resource"].pop("archive", "")
        created = self._created(fields)
        if created is not None:
            sides["resource"]["term"] = created.state.value
            if created.opens_on is not None and "resource.opens_on" in self.known:
                sides["resource"]["opens_on"] = created.opens_on.isoformat()
        if "today" in fields.data:
            sides["env"]["today"] = str(fields.data["today"])
        _override(fields, sides)
        actions = fields.enums("action", Action, "UNKNOWN_ACTION")
        grounds = fields.enums("ground", Ground, "UNKNOWN_GROUND", need=False)
        if len(actions) != 1 or len(grounds) > 1:
            fields.fault("action", "WRONG_TYPE", "Give a case one action and at most one ground.")
            return None
        archive = fields.text("archive", need=False) or archive
        return Facts(actions[0], str(kind), str(archive), grounds[0] if grounds else None, sides)

    def _side(self, fields: Fields, key: str, kind: str) -> dict[str, Value]:
        name = fields.text(key)
        known = self.named[kind].get(name)
        if known is None:
            fields.fault(key, "UNKNOWN_NAME", f"Define '{name[:60]}' in {kind} or correct it.")
        return _values(known)

    def _created(self, fields: Fields) -> ClosureTerm | None:
        document = self.named["documents"].get(str(fields.data.get("document")))
        at = document.child("created", need=False) if document else None
        if at is None:
            return None
        at.known(("from", "to", "certainty"))
        certainty = at.enums("certainty", Certainty, "UNKNOWN_CERTAINTY")
        today = _date(fields, "today")
        if not certainty or today is None:
            fields.fault("today", "MISSING_TEXT", "Give the case 'today': its document has a creation date.")
            return None
        return closure(_date(at, "from"), _date(at, "to"), certainty[0], today)


def _date(fields: Fields, key: str) -> dt.date | None:
    text = fields.text(key, need=False)
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        fields.fault(key, "WRONG_TYPE", f"Write '{key}' as a date like 2026-01-31.")
        return None


def _values(fields: Fields | None) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, value in fields.data.items() if fields else ():
        if isinstance(value, str | bool | int):
            found[name] = value
        elif isinstance(value, YamlList):
            found[name] = tuple(str(item) for item in value)
    return found


def _override(fields: Fields, sides: dict[str, dict[str, Value]]) -> None:
    """Apply `with`: `side.name: value` sets a fact, `side.name: null` takes it away."""
    at = fields.child("with", need=False)
    plain = _values(at)
    for path, value in at.data.items() if at else ():
        side, _, name = path.partition(".")
        if side not in sides or not name:
            fields.fault("with", "UNKNOWN_ATTRIBUTE", f"'{path[:60]}' is no attribute.")
        elif value is None:
            sides[side].pop(name, None)
        else:
            sides[side][name] = plain[path]


def _expectation(fields: Fields) -> Expectation | None:
    at = fields.child("expect")
    if at is None:
        return None
    at.known(_EXPECT_KEYS)
    outcomes = at.enums("outcome", Outcome, "UNKNOWN_OUTCOME")
    reasons = at.enums("reason", Reason, "UNKNOWN_REASON", need=False)
    profiles = at.enums("profile", Profile, "UNKNOWN_PROFILE", need=False)
    if outcomes == (Outcome.ALLOW,) and not profiles:
        at.fault("profile", "MISSING_PROFILE", "Say which profile an allowing case expects.")
    if not outcomes:
        return None
    return Expectation(
        outcomes[0],
        reasons[0] if reasons else None,
        frozenset(at.words("rules", need=False)) if "rules" in at.data else None,
        profiles[0] if profiles else None,
        frozenset(at.enums("open", OpenScope, "UNKNOWN_OBLIGATION", need=False)),
        frozenset(at.words("duties", need=False)),
        frozenset(at.words("missing", need=False)) if "missing" in at.data else None,
        _persons(at),
        at.text("opens_on", need=False),
    )


def _persons(at: Fields) -> Mapping[str, str]:
    inner = at.child("persons", need=False)
    found: dict[str, str] = {}
    for name in inner.data if inner else ():
        profiles = inner.enums(name, Profile, "UNKNOWN_PROFILE") if inner else ()
        if inner and name not in {scope.value for scope in CLASSES}:
            inner.fault(name, "UNKNOWN_OBLIGATION", f"Use only {', '.join(CLASSES)}.")
        if profiles:
            found[name] = profiles[0].value
    return found


def read_cases(bundle: Bundle) -> tuple[tuple[Case, ...], tuple[Finding, ...]]:
    """Read the case files of a bundle; faults come back as findings."""
    reader = _Reader(bundle.files, bundle.schema.attributes)
    cases = tuple(reader.read())
    return cases, tuple(reader.faults.found)


def load_whole(folder: Path) -> Bundle:
    """Admit a bundle strictly, its cases included; they are read and not run.

    Raises:
        BundleRefused: the bundle or its cases have faults.
    """
    bundle = load_bundle(folder)
    _, faults = read_cases(bundle)
    if faults:
        raise BundleRefused((*faults, *bundle.warnings))
    return bundle


def run_bundle_cases(engine: PolicyEngine, match: str = "") -> CaseReport:
    """Run the cases of an engine's bundle.

    Args:
        engine: engine of the bundle.
        match: run only cases whose id or file holds this text.
    """
    cases, findings = read_cases(engine.bundle)
    bench = CaseBench(engine)
    results = tuple(_run(bench, case) for case in cases if match in case.case_id or match in case.file)
    return CaseReport(engine.bundle.version, results, findings)


class CaseBench:
    """Decide cases; keeps one engine for each setting of the switches.

    Args:
        engine: engine with the switches of the bundle.
    """

    def __init__(self, engine: PolicyEngine) -> None:
        """Start with the bundle's own setting."""
        self._engines: dict[tuple[tuple[str, str], ...], PolicyEngine] = {(): engine}

    def engine(self, case: Case) -> PolicyEngine:
        """Return the engine that a case wants."""
        if case.switches not in self._engines:
            self._engines[case.switches] = self._engines[()].answering(dict(case.switches))
        return self._engines[case.switches]

    def differences(self, case: Case) -> list[str]:
        """Return what is not as a case expects."""
        return case.expect.differences(self.engine(case).decide(case.facts))


def _run(bench: CaseBench, case: Case) -> CaseResult:
    differences = bench.differences(case)
    return CaseResult(case.case_id, case.file, case.line, not differences, "; ".join(differences))


def run_cases(folder: Path, match: str = "") -> CaseReport:
    """Load a bundle and run its cases.

    Args:
        folder: the bundle.
        match: run only cases whose id or file holds this text.

    Raises:
        BundleRefused: the bundle itself has faults.
    """
    return run_bundle_cases(PolicyEngine(load_bundle(folder)), match)
