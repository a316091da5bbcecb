"""Small bundles for tests of the policy library."""

from __future__ import annotations

from collections.abc import Mapping

from qupia_policies.bundle import Bundle, parse_bundle
from qupia_policies.model import Action, Facts, Ground, Value

WORDS = "{kk: сөз, ru: слово, en: word}"
BASE: Mapping[str, str] = {
    "bundle.yaml": "format: qupia-bundle-1\ntitle: test\n",
    "schema.yaml": (
        "kinds: [letter, photo]\n"
        "subject: {role: {type: string, meaning: role, required: true, values: [a, b]},\n"
        "  n: {type: int, meaning: none}, names: {type: list of strings, meaning: none}}\n"
        "resource: {day: {type: date}, sealed: {type: bool}, term: {type: string, values: [open, closed]}}\n"
    ),
    "obligations.yaml": (
        "profiles: {R0: {}, R1: {hide: [iin]}, R2: {hide: [iin, health]}, R3: {hide: [iin, health, person]},\n"
        "  R4: {hide: [iin, health, person], extract_only: true},\n"
        "  R5: {hide: [iin, health, person], metadata_only: true}}\n"
        f"duties: {{cite_source: {WORDS}, notify_subject: {WORDS}}}\n"
    ),
}


def rule(rule_id: str, effect: str = "allow", **changes: str) -> str:
    """Return the YAML of one rule; `changes` replace or add fields, an empty text takes a field away."""
    fields = {
        "effect": effect,
        "actions": "[read]",
        "kinds": '"*"',
        "archives": '"*"',
        "when": '"true"',
        "legal_basis": "law",
        "title": WORDS,
        "reason": WORDS,
    }
    if effect == "allow":
        fields |= {"grounds": "[public]", "obligations": "{profile: R1}"}
    fields |= changes
    return f"- id: {rule_id}\n" + "".join(f"  {key}: {value}\n" for key, value in fields.items() if value)


def files(*rules: str, **others: str) -> dict[str, bytes]:
    """Return the files of a bundle; `others` replace files by name with `__` for `/` and without `.yaml`."""
    texts = {**BASE, "rules/r.yaml": "".join(rules)}
    texts |= {name.replace("__", "/") + ".yaml": text for name, text in others.items()}
    return {name: text.encode() for name, text in texts.items()}


def bundle(*rules: str, **others: str) -> Bundle:
    """Return an admitted bundle."""
    return parse_bundle(files(*rules, **others))


def facts(
    *,
    action: Action = Action.READ,
    kind: str = "letter",
    archive: str = "one",
    ground: Ground | None = Ground.PUBLIC,
    **attributes: Value,
) -> Facts:
    """Return facts; attributes are named `side_name`, subject.role is `a` unless given."""
    sides: dict[str, dict[str, Value]] = {"subject": {"role": "a"}, "resource": {}, "purpose": {}, "env": {}}
    for name, value in attributes.items():
        side, _, rest = name.partition("_")
        sides[side][rest] = value
    return Facts(action, kind, archive, ground, sides)
