"""Read rules, national and of one archive: every fault becomes a finding with file, rule, line and advice.

An archive's rules (`overlays/*.yaml`) can only be stricter than the national ones because the format has no words for
anything else: they name one archive, their effects are deny and tighten, and neither can turn a refusal into an allow
or take an obligation away.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Final

from .cel_check import ConditionRefused
from .conditions import ALWAYS, Condition, compile_condition
from .errors import Finding
from .model import Action, Effect, Ground, RuleText
from .obligation_reader import read_obligations
from .places import LEVELS, Place, folded, plainly_written
from .reading import Faults, Fields, read_items, read_mapping
from .rule_memory import RuleMemory, digest, split
from .rules import WILDCARD, Limits, Rule
from .schema import ARCHIVE_ID, AttributeType, Schema
from .sharing import shared
from .terms import anniversary
from .vocabulary import RuleObligations, Vocabulary

MAX_RULES: Final = 50_000
MAX_ROWS_PER_RULE: Final = 500
MAX_ROWS: Final = 200_000
"""Targets of all rules together; each is a row that the engine holds."""
OWNER_YEARS: Final = 70
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_RULE_KEYS: Final = (
    "id",
    "effect",
    "actions",
    "kinds",
    "grounds",
    "when",
    "obligations",
    "valid",
    "opens_on",
    "owner_term",
    "legal_basis",
    "title",
    "reason",
)


def admit_rules(files: Mapping[str, bytes], schema: Schema, vocabulary: Vocabulary, faults: Faults) -> tuple[Rule, ...]:
    """Read rules/*.yaml, then overlays/*.yaml, in the order of names and lines."""
    reader = RuleReader(schema, vocabulary)
    found = (reader.read(fields) for fields in _national(files, faults))
    rules = list(islice((rule for rule in found if rule), MAX_RULES + 1))
    if not rules and not faults.found:
        faults.add(Finding("rules", "", 0, "NO_RULES", "Add at least one rule."))
    for name in sorted(files):
        if name.startswith("overlays/"):
            rules += _overlay(files, name, reader, faults)
    if _too_many(rules):
        advice = f"Keep at most {MAX_RULES} rules, with {MAX_ROWS} targets together."
        faults.add(Finding("rules", "", 0, "BUNDLE_TOO_LARGE", advice))
    return tuple(rules)


def admit_again(
    files: Mapping[str, bytes], schema: Schema, vocabulary: Vocabulary, memory: RuleMemory
) -> tuple[tuple[Rule, ...], frozenset[str]] | None:
    """Read rules of a bundle whose schema and obligations are those of `memory`.

    Returns:
        All rules and the ids of those that had to be read; None when anything is at fault or laid out otherwise: then
        the whole must be read anew, for its findings.
    """
    again = _Again(files, RuleReader(schema, vocabulary), memory)
    for prefix in ("rules/", "overlays/"):
        for name in sorted(files):
            if name.startswith(prefix) and not again.file(name):
                return None
    if not again.rules or _too_many(again.rules):
        return None
    return tuple(again.rules), frozenset(again.fresh)


def _too_many(rules: list[Rule]) -> bool:
    rows = sum(len(rule.actions) * len(rule.kinds) * len(rule.archives) for rule in rules)
    return len(rules) > MAX_RULES or rows > MAX_ROWS


class _Again:
    """Collect rules from memory, reading only what changed."""

    def __init__(self, files: Mapping[str, bytes], reader: RuleReader, memory: RuleMemory) -> None:
        self._files, self._reader, self._memory = files, reader, memory
        self.rules: list[Rule] = []
        self.fresh: set[str] = set()

    def file(self, name: str) -> bool:
        """Take one file; False when it must be read whole."""
        data = self._files[name]
        known = self._memory.by_file.get((name, digest(data)))
        if known is not None:
            return all(self._take(rule) for rule in known.rules)
        if name.startswith("overlays/"):
            faults = Faults()
            found = _overlay(self._files, name, self._reader, faults)
            self.rules += found
            self.fresh |= {rule.rule_id for rule in found}
            return not faults.found
        parts = split(data)
        return parts is not None and all(self._part(name, line, text) for line, text in parts)

    def _part(self, name: str, line: int, text: bytes) -> bool:
        known = self._memory.by_text.get(digest(text))
        if known is not None:
            same = known.line == line and known.file == name
            return self._take(known if same else replace(known, line=line, file=name))
        faults = Faults()
        found = [self._reader.read(fields) for fields in read_items({name: text}, name, faults)]
        if faults.found or len(found) != 1 or found[0] is None:
            return False
        self.rules.append(replace(found[0], line=line + found[0].line - 1))
        self.fresh.add(found[0].rule_id)
        return True

    def _take(self, rule: Rule) -> bool:
        self.rules.append(rule)
        return self._reader.claim(rule.rule_id)


def _national(files: Mapping[str, bytes], faults: Faults) -> Iterator[Fields]:
    for name in sorted(files):
        if name.startswith("rules/"):
            yield from read_items(files, name, faults)


def _overlay(files: Mapping[str, bytes], name: str, reader: RuleReader, faults: Faults) -> list[Rule]:
    top = read_mapping(files, name, faults)
    if top is None:
        return []
    top.known(("archive", "rules"))
    archive = top.text("archive", limit=200)
    if archive and not ARCHIVE_ID.fullmatch(archive):
        top.fault("archive", "BAD_NAME", f"'{archive[:60]}' is no archive id.")
    found = (reader.read(fields, archive) for fields in top.items("rules"))
    return [rule for rule in found if rule]


class RuleReader:
    """Read rules against one schema and vocabulary; remembers ids to find duplicates."""

    def __init__(self, schema: Schema, vocabulary: Vocabulary) -> None:
        """Keep schema and vocabulary."""
        self._schema, self._vocabulary = schema, vocabulary
        self._ids: set[str] = set()
        self._said: dict[object, RuleObligations] = {}

    def read(self, fields: Fields, archive: str | None = None) -> Rule | None:
        """Read one rule; None when its faults leave nothing to build.

        Args:
            fields: the rule.
            archive: the archive of an overlay; None for a national rule.
        """
        fields.rule = rule_id = self._id(fields)
        fields.known((*_RULE_KEYS, "archives" if archive is None else "place"))
        effect = self._effect(fields, overlay=archive is not None)
        actions = fields.enums("actions", Action, "UNKNOWN_ACTION")
        kinds = self._kinds(fields)
        archives = self._archives(fields) if archive is None else shared((archive,))
        condition = self._condition(fields)
        text = _texts(fields, rule_id, effect)
        limits, opens = self._limits(fields, effect), self._opens(fields, effect)
        if effect is None or condition is None:
            return None
        if len(actions) * len(kinds) * len(archives) > MAX_ROWS_PER_RULE:
            fields.fault("kinds", "TOO_MANY_TARGETS", f"Keep actions x kinds x archives <= {MAX_ROWS_PER_RULE}.")
        return Rule(
            rule_id,
            effect,
            actions,
            kinds,
            archives,
            self._grounds(fields, effect, actions),
            condition,
            self._obligations(fields, effect),
            text,
            fields.file,
            fields.data.line,
            limits,
            opens,
        )

    def claim(self, rule_id: str) -> bool:
        """Take an id; False when it is taken already."""
        free = rule_id not in self._ids
        self._ids.add(rule_id)
        return free

    def _id(self, fields: Fields) -> str:
        rule_id = fields.text("id", limit=80)
        if rule_id and not _ID.fullmatch(rule_id):
            fields.fault("id", "BAD_NAME", "Use small Latin letters, digits and '-' in an id.")
        if not self.claim(rule_id):
            fields.fault("id", "DUPLICATE_ID", f"Give one of the rules '{rule_id[:60]}' another id.")
        return rule_id

    @staticmethod
    def _effect(fields: Fields, *, overlay: bool) -> Effect | None:
        effects = fields.enums("effect", Effect, "UNKNOWN_EFFECT")
        if len(effects) != 1:
            if effects:
                fields.fault("effect", "UNKNOWN_EFFECT", "Give a rule one effect.")
            return None
        if overlay and effects[0] is Effect.ALLOW:
            fields.fault("effect", "OVERLAY_LOOSENS", "An archive's own rules may only 'deny' or 'tighten'.")
        return effects[0]

    def _kinds(self, fields: Fields) -> tuple[str, ...]:
        kinds = fields.words("kinds")
        for kind in kinds:
            if kind != WILDCARD and kind not in self._schema.kinds:
                fields.fault("kinds", "UNKNOWN_KIND", f"Declare kind '{kind[:60]}' in schema.yaml or correct it.")
        return _absorb(kinds)

    @staticmethod
    def _archives(fields: Fields) -> tuple[str, ...]:
        archives = fields.words("archives")
        for archive in archives:
            if archive != WILDCARD and not ARCHIVE_ID.fullmatch(archive):
                fields.fault("archives", "BAD_NAME", f"'{archive[:60]}' is no archive id.")
        return _absorb(archives)

    @staticmethod
    def _grounds(fields: Fields, effect: Effect, actions: tuple[Action, ...]) -> frozenset[Ground]:
        grounds = fields.enums("grounds", Ground, "UNKNOWN_GROUND", need=False)
        if effect is Effect.DENY and grounds:
            fields.fault("grounds", "GROUND_ON_DENY", "A deny rule always applies: test purpose.ground in 'when'.")
        if effect is Effect.ALLOW and Action.READ in actions and not grounds:
            fields.fault("grounds", "MISSING_GROUND", "Name the grounds that this rule serves.")
        return shared(frozenset(grounds))

    def _condition(self, fields: Fields) -> Condition | None:
        text = fields.text("when") if "when" in fields.data else ALWAYS
        if not text:
            return None
        try:
            return compile_condition(text, self._schema.attributes)
        except ConditionRefused as refused:
            fields.fault("when", refused.code, refused.advice)
            return None

    def _obligations(self, fields: Fields, effect: Effect) -> RuleObligations | None:
        if effect is not Effect.DENY:
            found = read_obligations(fields, effect, self._vocabulary)
            said = found and (frozenset(found.persons.items()), found.duties)
            return found and self._said.setdefault(said, found)
        if "obligations" in fields.data:
            fields.fault("obligations", "OBLIGATION_ON_DENY", "Remove the obligations of a deny rule.")
        return None

    @staticmethod
    def _limits(fields: Fields, effect: Effect | None) -> Limits | None:
        start, end = "", _owner_until(fields, effect)
        valid = fields.child("valid", need=False)
        if valid is not None:
            valid.known(("from", "to"))
            start, end = valid.day("from"), valid.day("to") or end
        if start and end and start > end:
            fields.fault("valid", "NEVER_VALID", "Let 'from' come before 'to'.")
        place = _place(fields)
        return Limits(start, end, place) if start or end or place else None

    def _opens(self, fields: Fields, effect: Effect | None) -> str | dt.date:
        until = _owner_until(fields, effect, silent=True)
        if until and until < dt.date.max.isoformat():
            return dt.date.fromisoformat(until) + dt.timedelta(days=1)
        path = fields.text("opens_on", need=False, limit=80)
        known = self._schema.attributes.get(path)
        if path and (known is None or known.type is not AttributeType.DATE or effect not in {Effect.DENY, None}):
            fields.fault("opens_on", "UNKNOWN_ATTRIBUTE", "Name an attribute of type date, in a deny rule.")
        return path


def _texts(fields: Fields, rule_id: str, effect: Effect | None) -> RuleText:
    officer_title, title = fields.voices("title")
    officer_reason, reason = fields.voices("reason")
    basis = sys.intern(fields.text("legal_basis"))
    return RuleText(rule_id, title, reason, basis, effect or Effect.DENY, officer_title, officer_reason)


def _owner_until(fields: Fields, effect: Effect | None, *, silent: bool = False) -> str:
    """Read `owner_term`: until when an owner closes papers, at most 70 years from their transfer."""
    if "owner_term" not in fields.data:
        return ""
    quiet = Fields(fields.data, fields.file, Faults(), fields.rule) if silent else fields
    inner = quiet.child("owner_term")
    if inner is None:
        return ""
    if effect is not Effect.DENY or "valid" in fields.data:
        quiet.fault("owner_term", "WRONG_TYPE", "Only a deny rule without 'valid' has an owner's term.")
    inner.known(("transferred_on", "until"))
    start, until = inner.day("transferred_on", need=True), inner.day("until", need=True)
    if start and until and until > _latest(start):
        inner.fault("until", "OWNER_TERM_TOO_LONG", f"At most {OWNER_YEARS} years from transfer (NAF Art. 7(8)).")
    return until


def _latest(transferred: str) -> str:
    try:
        return anniversary(dt.date.fromisoformat(transferred), OWNER_YEARS).isoformat()
    except ValueError:
        return dt.date.max.isoformat()


def _place(fields: Fields) -> Place:
    at = fields.child("place", need=False)
    if at is None:
        return ()
    at.known(LEVELS)
    found: list[str] = []
    for level in LEVELS:
        name = at.text(level, need=False, limit=200)
        if not name:
            break
        found.append(folded(name))
        if not found[-1] or not plainly_written(name):
            at.fault(level, "BAD_NAME", f"Name the {level} with Latin or Cyrillic letters and digits 0 to 9.")
    if len(found) < len(at.data.keys() & set(LEVELS)) or not found:
        fields.fault("place", "BAD_PLACE", "Name fonds, then opis, then item, without a gap.")
    return tuple(found)


def _absorb(words: tuple[str, ...]) -> tuple[str, ...]:
    """A wildcard makes its neighbours redundant."""
    return (WILDCARD,) if WILDCARD in words else shared(words)
