"""Tell one decision as a story: what was decided, by which rules, why not, and what would have helped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .engine import PolicyEngine
from .explain import Explainer, Voice
from .grounds import ask_all_grounds
from .model import Decision, Effect, Facts, Reason
from .nearest import NearRule, nearest
from .needs import WORDS, needs
from .wire import decision_json, obligations_json

_HEADS: Final[Mapping[str, Mapping[str, str]]] = {
    "allow": {"kk": "Рұқсат етілді", "ru": "Разрешено", "en": "Allowed"},
    "deny": {"kk": "Бас тартылды", "ru": "Отказано", "en": "Refused"},
    "rules": {"kk": "Қағидалар", "ru": "Правила", "en": "Rules"},
    "reasons": {"kk": "Себебі", "ru": "Причина", "en": "Reason"},
    "legal_bases": {"kk": "Құқықтық негіз", "ru": "Правовое основание", "en": "Legal basis"},
    "duties": {"kk": "Міндеттер", "ru": "Обязанности", "en": "Duties"},
    "obligations": {"kk": "Қорғау", "ru": "Защита", "en": "Protection"},
    "missing": {"kk": "Жетіспейтін мәліметтер", "ru": "Недостающие сведения", "en": "Missing facts"},
    "needs": {"kk": "Не керек", "ru": "Что нужно", "en": "What it needs"},
    "opens_on": {"kk": "Ашылатын күні", "ru": "Дата открытия", "en": "Opens on"},
    "nearest": {"kk": "Ең жақын қағидалар", "ru": "Ближайшие правила", "en": "Nearest rules"},
    "grounds": {"kk": "Негіздер бойынша", "ru": "По основаниям", "en": "By ground"},
    "best": {"kk": "Ең көп ашатын негіз", "ru": "Основание, открывающее больше всего", "en": "Ground that opens most"},
}
_PERSONS: Final[Mapping[str, Mapping[str, str]]] = {
    "requester": {"kk": "сұраушы", "ru": "запросивший", "en": "the requester"},
    "permitted": {"kk": "рұқсат бергендер", "ru": "давшие разрешение", "en": "those who permitted"},
    "inherited": {"kk": "мұрагері сұрағандар", "ru": "чей наследник просит", "en": "those whose heir asks"},
    "rest": {"kk": "қалғандар", "ru": "остальные", "en": "the rest"},
}


@dataclass(frozen=True, slots=True)
class Telling:
    """How a story is told.

    Attributes:
        language: kk, ru or en.
        voice: officer or requester.
        all_grounds: ask on every ground, too.
    """

    language: str = "en"
    voice: Voice = Voice.OFFICER
    all_grounds: bool = False


def story(engine: PolicyEngine, facts: Facts, telling: Telling) -> dict[str, Any]:
    """Return the explanation of one decision as JSON values.

    The requester's voice leaves out rule ids, conditions and every fact about the document: they could tell what it
    holds. Where no rule allows, it says what the ground still needs of who asks, whatever the document is.
    """
    decision = engine.decide(facts)
    words = Explainer(engine.bundle).explain(decision, telling.language, telling.voice)
    told: dict[str, Any] = {
        "language": telling.language,
        "voice": telling.voice.value,
        "effect": "allow" if decision.allowed else "deny",
        "titles": list(words.titles),
        "reasons": list(words.reasons),
        "legal_bases": list(words.legal_bases),
        "duties": list(words.duties),
        "missing": list(words.missing_facts),
    }
    if words.opens_on is not None:
        told["opens_on"] = words.opens_on.isoformat()
    if telling.voice is Voice.OFFICER:
        told |= _for_officers(engine, facts, decision)
    elif decision.reason is Reason.NO_RULE:
        told["needs"] = [WORDS[path][telling.language] for path in needs(engine, facts)]
    if telling.all_grounds:
        told |= _by_ground(engine, facts)
    return told


def _for_officers(engine: PolicyEngine, facts: Facts, decision: Decision) -> dict[str, Any]:
    told: dict[str, Any] = {
        "rules": [_rule(engine, rule_id) for rule_id in decision.rules],
        "bundle": decision.bundle_version,
        "reason": decision.reason.value,
        "obligations": obligations_json(decision.obligations) if decision.obligations else {},
    }
    if not decision.allowed:
        told["nearest"] = [_near(near) for near in nearest(engine, facts)]
    return told


def _rule(engine: PolicyEngine, rule_id: str) -> dict[str, Any]:
    rule = engine.rule(rule_id)
    asked = rule.obligations
    return {
        "id": rule_id,
        "effect": rule.effect.value,
        "when": rule.condition.text,
        "grounds": sorted(rule.grounds),
        "legal_basis": rule.text.legal_basis,
        "asks": {
            "persons": {name.value: profile.value for name, profile in asked.persons.items()} if asked else {},
            "duties": sorted(asked.duties) if asked else [],
        }
        if rule.effect is not Effect.DENY
        else {},
    }


def _near(near: NearRule) -> dict[str, Any]:
    return {
        "id": near.rule_id,
        "failed": list(near.failed),
        "missing": list(near.missing),
        "serves_grounds": [ground.value for ground in near.other_grounds],
        "not_in_force": near.not_in_force,
    }


def _by_ground(engine: PolicyEngine, facts: Facts) -> dict[str, Any]:
    found = ask_all_grounds(engine, facts)
    brief = {}
    for ground, decision in found.decisions.items():
        whole = decision_json(decision)
        brief[ground.value] = {key: whole[key] for key in ("effect", "obligations")}
    return {"grounds": brief, "best": found.best.value if found.best else ""}


def story_text(told: Mapping[str, Any]) -> str:
    """Return a story for people."""
    language = told["language"]
    lines = [_HEADS[told["effect"]][language] + (": " + "; ".join(told["titles"]) if told["titles"] else "")]
    if told.get("needs"):
        lines.append(f"{_HEADS['needs'][language]}: {' '.join(told['needs'])}")
    said = ("reasons", "legal_bases", "duties", "missing")
    lines += [f"{_HEADS[key][language]}: {'; '.join(told[key])}" for key in said if told.get(key)]
    if "opens_on" in told:
        lines.append(f"{_HEADS['opens_on'][language]}: {told['opens_on']}")
    if told.get("obligations"):
        asked = told["obligations"]["persons"]
        persons = [f"{_PERSONS[name][language]} {profile}" for name, profile in asked.items()]
        lines.append(f"{_HEADS['obligations'][language]}: {', '.join(persons)}")
    lines += _rule_lines(told, language)
    if "grounds" in told:
        lines.append(_HEADS["grounds"][language] + ":")
        lines += [f"  {name}: {_profile(answer)}" for name, answer in told["grounds"].items()]
        lines.append(f"{_HEADS['best'][language]}: {told['best'] or '-'}")
    return "\n".join(lines)


def _rule_lines(told: Mapping[str, Any], language: str) -> list[str]:
    lines = []
    if told.get("rules"):
        lines.append(_HEADS["rules"][language] + ":")
        lines += [f"  {rule['id']} ({rule['effect']}, {rule['legal_basis']}): {rule['when']}" for rule in told["rules"]]
    if told.get("nearest"):
        lines.append(_HEADS["nearest"][language] + ":")
    for near in told.get("nearest", ()):
        grounds = " | ".join(near["serves_grounds"])
        failed = [*near["failed"], *([f"ground: {grounds}"] if grounds else [])]
        lines.append(f"  {near['id']}: {' ; '.join(failed) or '-'}")
    return lines


def _profile(answer: Mapping[str, Any]) -> str:
    return str(answer["obligations"]["profile"]) if answer["effect"] == "allow" else "-"
