"""Admit a bundle: every fault becomes a finding with file, rule, line and advice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from .cel_check import ConditionRefused
from .conditions import ALWAYS, Condition, compile_condition
from .errors import Finding
from .model import Action, Effect, Ground, OpenScope, Profile, RuleText
from .reading import Faults, Fields, read_items, read_mapping
from .rules import WILDCARD, Rule
from .schema import BUILTIN_PATHS, FORBIDDEN_BY_EQUAL_ACCESS, SIDES, Attribute, AttributeType, Schema
from .vocabulary import CATEGORIES, ProfileSpec, RuleObligations, Vocabulary

FORMAT: Final = "qupia-bundle-1"
MAX_RULES: Final = 50_000
MAX_ROWS_PER_RULE: Final = 500
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ARCHIVE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}")
_RULE_KEYS: Final = (
    "id",
    "effect",
    "actions",
    "kinds",
    "archives",
    "grounds",
    "when",
    "obligations",
    "legal_basis",
    "title",
    "reason",
)


def admit_title(files: Mapping[str, bytes], faults: Faults) -> str:
    """Read bundle.yaml; return the title."""
    top = read_mapping(files, "bundle.yaml", faults)
    if top is None:
        return ""
    top.known(("format", "title"))
    if top.text("format") != FORMAT:
        top.fault("format", "UNKNOWN_FORMAT", f"Write 'format: {FORMAT}'.")
    return top.text("title", limit=200)


def admit_schema(files: Mapping[str, bytes], faults: Faults) -> Schema:
    """Read schema.yaml."""
    top = read_mapping(files, "schema.yaml", faults)
    if top is None:
        return Schema.of(frozenset(), ())
    top.known(("kinds", *SIDES))
    kinds = top.words("kinds")
    for kind in kinds:
        if not _NAME.fullmatch(kind):
            top.fault("kinds", "BAD_NAME", f"Use small Latin letters, digits and '_' in '{kind[:60]}'.")
    attributes: list[Attribute] = []
    for side in SIDES:
        fields = top.child(side, need=False)
        if fields is not None:
            attributes.extend(_attributes(fields, side))
    return Schema.of(frozenset(kinds), tuple(attributes))


def _attributes(fields: Fields, side: str) -> list[Attribute]:
    found = []
    for name in fields.data:
        inner = fields.child(name)
        if inner is None:
            continue
        if not _NAME.fullmatch(name) or f"{side}.{name}" in BUILTIN_PATHS:
            fields.fault(name, "BAD_NAME", f"'{side}.{name[:60]}' is reserved or not in small Latin letters.")
        elif side == "subject" and name in FORBIDDEN_BY_EQUAL_ACCESS:
            fields.fault(name, "EQUAL_ACCESS", f"Remove '{name}': equal access forbids it (NAF Art. 1-1).")
        else:
            found.append(_attribute(inner, side, name))
    return found


def _attribute(fields: Fields, side: str, name: str) -> Attribute:
    fields.known(("type", "values", "required"))
    types = fields.enums("type", AttributeType, "UNKNOWN_TYPE")
    kind = types[0] if types else AttributeType.STRING
    values = frozenset(fields.words("values", need=False))
    if values and kind not in {AttributeType.STRING, AttributeType.STRINGS}:
        fields.fault("values", "WRONG_TYPE", "Give 'values' only to string attributes.")
    return Attribute(side, name, kind, values, fields.flag("required"))


def admit_vocabulary(files: Mapping[str, bytes], faults: Faults) -> Vocabulary:
    """Read obligations.yaml: profiles in their order of strictness, and duties."""
    top = read_mapping(files, "obligations.yaml", faults)
    if top is None:
        return Vocabulary({}, {})
    top.known(("profiles", "duties"))
    profiles = _profiles(top)
    duties_at = top.child("duties", need=False)
    duties: dict[str, Mapping[str, str]] = {}
    if duties_at is not None:
        duties = {name: duties_at.translations(name) for name in duties_at.data}
    return Vocabulary(profiles, duties)


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
        if not weaker.hide <= stricter.hide or weaker.metadata_only > stricter.metadata_only:
            at.fault(
                stricter.profile.value, "PROFILE_ORDER", f"{stricter.profile} must hide all {weaker.profile} hides."
            )


def admit_rules(files: Mapping[str, bytes], schema: Schema, vocabulary: Vocabulary, faults: Faults) -> tuple[Rule, ...]:
    """Read rules/*.yaml in the order of names and lines."""
    reader = RuleReader(schema, vocabulary)
    rules: list[Rule] = []
    for name in sorted(files):
        if name.startswith("rules/"):
            rules.extend(rule for fields in read_items(files, name, faults) if (rule := reader.read(fields)))
    if not rules:
        faults.add(Finding("rules", "", 0, "NO_RULES", "Add at least one rule."))
    if len(rules) > MAX_RULES:
        faults.add(Finding("rules", "", 0, "BUNDLE_TOO_LARGE", f"Keep at most {MAX_RULES} rules."))
    return tuple(rules)


class RuleReader:
    """Read rules against one schema and vocabulary; remembers ids to find duplicates."""

    def __init__(self, schema: Schema, vocabulary: Vocabulary) -> None:
        """Keep schema and vocabulary."""
        self._schema, self._vocabulary = schema, vocabulary
        self._ids: set[str] = set()

    def read(self, fields: Fields) -> Rule | None:
        """Read one rule; None when its faults leave nothing to build."""
        fields.rule = rule_id = self._id(fields)
        fields.known(_RULE_KEYS)
        effects = fields.enums("effect", Effect, "UNKNOWN_EFFECT")
        actions = fields.enums("actions", Action, "UNKNOWN_ACTION")
        kinds, archives = self._targets(fields)
        condition = self._condition(fields)
        title, reason = fields.translations("title"), fields.translations("reason")
        text = RuleText(rule_id, title, reason, fields.text("legal_basis"), *effects[:1])
        if len(effects) != 1 or condition is None:
            return None
        if len(actions) * len(kinds) * len(archives) > MAX_ROWS_PER_RULE:
            fields.fault("kinds", "TOO_MANY_TARGETS", f"Keep actions x kinds x archives <= {MAX_ROWS_PER_RULE}.")
        return Rule(
            rule_id,
            effects[0],
            actions,
            kinds,
            archives,
            self._grounds(fields, effects[0], actions),
            condition,
            self._obligations(fields, effects[0]),
            text,
            fields.file,
            fields.data.line,
        )

    def _id(self, fields: Fields) -> str:
        rule_id = fields.text("id", limit=80)
        if rule_id and not _ID.fullmatch(rule_id):
            fields.fault("id", "BAD_NAME", "Use small Latin letters, digits and '-' in an id.")
        if rule_id in self._ids:
            fields.fault("id", "DUPLICATE_ID", f"Give one of the rules '{rule_id[:60]}' another id.")
        self._ids.add(rule_id)
        return rule_id

    def _targets(self, fields: Fields) -> tuple[tuple[str, ...], tuple[str, ...]]:
        kinds = fields.words("kinds")
        for kind in kinds:
            if kind != WILDCARD and kind not in self._schema.kinds:
                fields.fault("kinds", "UNKNOWN_KIND", f"Declare kind '{kind[:60]}' in schema.yaml or correct it.")
        archives = fields.words("archives")
        for archive in archives:
            if archive != WILDCARD and not _ARCHIVE.fullmatch(archive):
                fields.fault("archives", "BAD_NAME", f"'{archive[:60]}' is no archive id.")
        return _absorb(kinds), _absorb(archives)

    @staticmethod
    def _grounds(fields: Fields, effect: Effect, actions: tuple[Action, ...]) -> frozenset[Ground]:
        grounds = fields.enums("grounds", Ground, "UNKNOWN_GROUND", need=False)
        if effect is Effect.DENY and grounds:
            fields.fault("grounds", "GROUND_ON_DENY", "A deny rule always applies: test purpose.ground in 'when'.")
        if effect is Effect.ALLOW and Action.READ in actions and not grounds:
            fields.fault("grounds", "MISSING_GROUND", "Name the grounds that this rule serves.")
        return frozenset(grounds)

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
        if effect is Effect.DENY:
            if "obligations" in fields.data:
                fields.fault("obligations", "OBLIGATION_ON_DENY", "Remove the obligations of a deny rule.")
            return None
        inner = fields.child("obligations")
        if inner is None:
            return None
        inner.known(("profile", "open", "duties"))
        profiles = inner.enums("profile", Profile, "UNKNOWN_PROFILE")
        scopes = frozenset(inner.enums("open", OpenScope, "UNKNOWN_OBLIGATION", need=False))
        duties = frozenset(inner.words("duties", need=False))
        for duty in sorted(duties - self._vocabulary.duties.keys()):
            inner.fault("duties", "UNKNOWN_DUTY", f"Declare duty '{duty[:60]}' in obligations.yaml or correct it.")
        if len(profiles) != 1:
            return None
        spec = self._vocabulary.profiles.get(profiles[0])
        if spec is not None and spec.extract_only and not scopes - {OpenScope.NOBODY}:
            inner.fault("open", "EMPTY_EXTRACT", "An extract needs an open scope other than nobody.")
        return RuleObligations(profiles[0], scopes, duties)


def _absorb(words: tuple[str, ...]) -> tuple[str, ...]:
    """A wildcard makes its neighbours redundant."""
    return (WILDCARD,) if WILDCARD in words else words
