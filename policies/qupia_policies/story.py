"""Tell one decision as a story: what was decided, by which rules, why not, and what would have helped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from .engine import PolicyEngine
from .explain import Explainer, Voice, said_in, tellable
from .grounds import ask_all_grounds
from .model import Action, Decision, Effect, Facts, Ground, Reason
from .nearest import NearRule, nearest
from .needs import WORDS, needs
from .spoken import in_general, ordinary, spoken
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
_OF_ONE_REQUEST: Final = (("purpose", "terms_accepted"), ("env", "abroad"), ("env", "abroad_protects"))
"""What one request said of itself; when a document opens to everybody does not depend on it."""
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
    return story_of(engine, engine.decide(facts), facts, telling)


def story_of(engine: PolicyEngine, decision: Decision, facts: Facts | None, telling: Telling) -> dict[str, Any]:
    """Return the explanation of a decision that was made, as JSON values.

    Args:
        engine: of the bundle that decided.
        decision: what was decided.
        facts: by which it was decided; None where nobody knows them: what needs them is left out.
        telling: how it is told.

    Raises:
        ValueError: the decision was made by another bundle.
    """
    asked = facts
    if telling.voice is Voice.REQUESTER and not decision.allowed:
        if facts is None:
            decision = in_general(decision)
        else:
            decision = spoken(engine.decide, engine.bundle.schema, facts, decision)
            facts = ordinary(engine.bundle.schema, facts)
    words = Explainer(engine.bundle).explain(decision, telling.language, telling.voice)
    told: dict[str, Any] = {
        "language": telling.language,
        "voice": telling.voice.value,
        "effect": "allow" if decision.allowed else "deny",
        "reason": decision.reason.value,
        "titles": list(words.titles),
        "reasons": list(words.reasons),
        "legal_bases": list(words.legal_bases),
        "duties": list(words.duties),
        "missing": list(words.missing_facts),
    }
    opens_on = words.opens_on or (None if facts is None or decision.allowed else _open_to_all(engine, facts))
    if opens_on is not None:
        told["opens_on"] = opens_on.isoformat()
    if telling.voice is Voice.OFFICER:
        told |= _for_officers(engine, facts, decision, telling.language)
    else:
        told |= _for_requesters(engine, facts, decision, telling.language)
    if telling.all_grounds and asked is not None:
        told |= _by_ground(engine, asked)
    return told


def _open_to_all(engine: PolicyEngine, facts: Facts) -> dt.date | None:
    """Return the first day on which the document is open to everybody; None when it is, or when nobody can tell."""
    if facts.action is not Action.READ:
        return None
    sides = {side: dict(named) for side, named in facts.attributes.items()}
    for side, name in _OF_ONE_REQUEST:
        sides.get(side, {}).pop(name, None)
    return engine.decide(replace(facts, ground=Ground.PUBLIC, attributes=sides)).opens_on


def _for_requesters(engine: PolicyEngine, facts: Facts | None, decision: Decision, language: str) -> dict[str, Any]:
    """Tell what the ground still needs of who asks.

    Which facts were absent is told only as far as it is the same for every document: the rules nearest to allowing, and
    the one that denied, are others where the document holds something else.
    """
    if decision.reason is Reason.BAD_FACTS:
        return {}
    if decision.reason is not Reason.NO_RULE or facts is None:
        return {"missing": []}
    unmet = needs(engine, facts)
    absent = [path for path in unmet if path.partition(".")[2] not in facts.attributes.get(path.partition(".")[0], {})]
    return {"missing": [path for path in absent if tellable(path)], "needs": [WORDS[path][language] for path in unmet]}


def _for_officers(engine: PolicyEngine, facts: Facts | None, decision: Decision, language: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "rules": [_rule(engine, rule_id, language) for rule_id in decision.rules],
        "bundle": decision.bundle_version,
        "obligations": obligations_json(decision.obligations) if decision.obligations else {},
    }
    if not decision.allowed and facts is not None:
        told["nearest"] = [_near(engine, near, language) for near in nearest(engine, facts)]
    return told


def _rule(engine: PolicyEngine, rule_id: str, language: str) -> dict[str, Any]:
    rule = engine.rule(rule_id)
    asked, words = rule.obligations, rule.text.for_officers()
    return {
        "id": rule_id,
        "title": said_in(words.title, language),
        "reason": said_in(words.reason, language),
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


def _near(engine: PolicyEngine, near: NearRule, language: str) -> dict[str, Any]:
    text = engine.rule(near.rule_id).text
    return {
        "id": near.rule_id,
        "title": said_in(text.for_officers().title, language),
        "legal_basis": text.legal_basis,
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
