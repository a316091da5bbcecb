"""The values of a decision: facts in, decision with obligations out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

Value = str | bool | int | tuple[str, ...]
"""A fact's value. Dates are ISO strings (YYYY-MM-DD), which compare as text."""


class Effect(StrEnum):
    """What a rule does when it matches. `tighten` adds obligations to what other rules allow, and allows nothing."""

    ALLOW = "allow"
    DENY = "deny"
    TIGHTEN = "tighten"


class Action(StrEnum):
    """What is asked. `discover`: to know that the document exists; `read`: to get a rendition."""

    DISCOVER = "discover"
    READ = "read"


class Ground(StrEnum):
    """The one ground a request rests on (kazakhstan.md 1.1 to 1.3)."""

    OWN_DATA = "own_data"
    WRITTEN_PERMISSION = "written_permission"
    HEIR = "heir"
    COURT = "court"
    RESEARCH = "research"
    STAFF = "staff"
    PUBLIC = "public"
    JOURNALISM = "journalism"
    REHABILITATION = "rehabilitation"
    STATE_BODY = "state_body"


class Profile(StrEnum):
    """Redaction profiles, least to most strict (kazakhstan.md 1.0)."""

    R0 = "R0"
    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R4 = "R4"
    R5 = "R5"


class OpenScope(StrEnum):
    """Whose own details an allow rule leaves visible."""

    NOBODY = "nobody"
    REQUESTER = "requester"
    PERMITTED = "permitted"
    INHERITED = "inherited"


class PersonScope(StrEnum):
    """The persons of a document, seen from the requester. The first four classes part them; everyone is all four."""

    REQUESTER = "requester"
    PERMITTED = "permitted"
    INHERITED = "inherited"
    REST = "rest"
    EVERYONE = "everyone"


class Outcome(StrEnum):
    """The two ends of a decision."""

    ALLOW = "allow"
    REFUSE = "refuse"


class Reason(StrEnum):
    """Why a decision refused. Closed vocabulary; values stand in audit entries."""

    NONE = "NONE"
    NO_RULE = "NO_RULE"
    DENY_RULE = "DENY_RULE"
    RULE_ERROR = "RULE_ERROR"
    OBLIGATION_CONFLICT = "OBLIGATION_CONFLICT"
    BAD_FACTS = "BAD_FACTS"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one request; every value comes from the server's side.

    Attributes:
        action: what is asked.
        kind: document kind, a closed word of the bundle's schema; never `*`.
        archive: archive id; never `*`.
        ground: the one stated ground; None when the action needs none (discover).
        attributes: `{"subject": {...}, "resource": {...}, "purpose": {...}, "env": {...}}`,
            names and types as the bundle's attribute schema says; an absent fact is left out.
    """

    action: Action
    kind: str
    archive: str
    ground: Ground | None
    attributes: Mapping[str, Mapping[str, Value]] = field(repr=False)

    def __str__(self) -> str:
        """Say nothing: casbin formats request values into log lines."""
        return "Facts(…)"


@dataclass(frozen=True, slots=True)
class Deadline:
    """How soon a duty must be done.

    Attributes:
        days: number of days, at least 1.
        working: True when only working days count.
    """

    days: int
    working: bool


@dataclass(frozen=True, slots=True)
class Obligations:
    """What must be done for an allow to hold: the union over all matching allow and tighten rules.

    Attributes:
        profile: strictest profile over all persons; what is not about an open person is under it.
        hide: categories to hide, words of `obligations.yaml`.
        open_scopes: whose own details stay visible: classes that every matching rule leaves open.
        extract_only: only passages about the open persons (R4).
        metadata_only: a sheet of catalogue data instead of pages (R5).
        duties: further duties by name, e.g. `notify_subject`, `cite_source`.
        persons: profile for each of the four classes of persons.
        deadlines: how soon duties must be done; a duty without a deadline is left out.
    """

    profile: Profile
    hide: frozenset[str]
    open_scopes: frozenset[OpenScope] = frozenset()
    extract_only: bool = False
    metadata_only: bool = False
    duties: frozenset[str] = frozenset()
    persons: Mapping[PersonScope, Profile] = field(default_factory=dict, hash=False)
    deadlines: Mapping[str, Deadline] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one request.

    Attributes:
        outcome: allow or refuse.
        reason: why refused; NONE for an allow.
        rules: ids of the matching allow and tighten rules, or of the deny rule; empty when no rule allowed.
        obligations: present exactly when allowed.
        bundle_version: SHA-256 of the bundle's content, hex.
        candidates: number of rules the index showed.
        missing_facts: names of facts that the nearest rules asked for and that were absent.
        opens_on: first day on which the deny rule would not apply any more, where the rule tells.
    """

    outcome: Outcome
    reason: Reason
    rules: tuple[str, ...]
    obligations: Obligations | None
    bundle_version: str
    candidates: int
    missing_facts: tuple[str, ...] = ()
    opens_on: dt.date | None = None

    @property
    def allowed(self) -> bool:
        """True when the decision allows."""
        return self.outcome is Outcome.ALLOW


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule's words for people, by language `kk`, `ru`, `en`.

    Attributes:
        rule_id: id of the rule.
        title: short title in the requester's voice, by language; never says what the document holds.
        reason: what a requester reads, by language; never says what the document holds.
        legal_basis: article, e.g. `NAF Art. 16(1-1)`.
        effect: what the rule does when it matches.
        officer_title: short title in the officer's voice, by language.
        officer_reason: what an officer reads, by language.
    """

    rule_id: str
    title: Mapping[str, str]
    reason: Mapping[str, str]
    legal_basis: str
    effect: Effect = Effect.ALLOW
    officer_title: Mapping[str, str] = field(default_factory=dict, hash=False)
    officer_reason: Mapping[str, str] = field(default_factory=dict, hash=False)

    def for_officers(self) -> RuleText:
        """Return the same rule in the officer's voice, for answers that only officers get."""
        return replace(self, title=self.officer_title or self.title, reason=self.officer_reason or self.reason)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a caller may know of the active bundle.

    Attributes:
        version: SHA-256 of its content, hex.
        title: its name.
        rules: number of rules.
        loaded_on: when this process loaded it, UTC.
    """

    version: str
    title: str
    rules: int
    loaded_on: dt.datetime
