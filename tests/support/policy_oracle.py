"""Decide as `policies/docs/format.md` says, with nothing of the policy library: PyYAML, `small_cel`, the page."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.support import small_cel

Json = dict[str, Any]
SIDES = ("subject", "resource", "purpose", "env")
CLASSES = ("requester", "permitted", "inherited", "rest")
GROUNDS = "own_data written_permission heir court research staff public journalism rehabilitation state_body".split()
LOOK = str.maketrans("авекмнорстухіһёүұз0", "abekmhopctyxiheyy3o")
WRITTEN = "abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһі0123456789-./"
AROUND = " ,;:_()[]\"'«»#*+&"
LEVELS = ("fonds", "opis", "item")


class BadFacts(Exception):
    """The facts are refused."""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506 - text only


def load(folder: Path) -> Json:
    """Read a bundle's files as plain values."""
    rules = [(rule, None) for path in sorted(folder.glob("rules/*.yaml")) for rule in _read(path)]
    for path in sorted(folder.glob("overlays/*.yaml")):
        top = _read(path)
        rules += [(rule, top["archive"]) for rule in top["rules"]]
    schema = _read(folder / "schema.yaml")
    own: Json = {
        "resource.kind": {"type": "string", "values": _listed(schema["kinds"]), "required": "true"},
        "resource.archive": {"type": "string", "required": "true"},
        "purpose.ground": {"type": "string", "values": GROUNDS},
        "env.today": {"type": "date", "required": "true"},
        **{f"resource.{level}": {"type": "string"} for level in LEVELS},
    }
    switches = _read(folder / "bundle.yaml").get("switches", {})
    return {
        "rules": [(rule, archive, small_cel.parse(rule.get("when", "true"))) for rule, archive in rules],
        "switches": {f"env.switch_{name}": of["value"] for name, of in switches.items()},
        "facts": own | {f"{side}.{n}": spec for side in SIDES for n, spec in schema.get(side, {}).items()},
        "terms": schema.get("terms", {}),
        "obligations": _read(folder / "obligations.yaml"),
    }


def decide(bundle: Json, facts: Json) -> Json:
    """Return `effect`, `rules`, `obligations` (or empty), `reason`, `missing`, and `opens_on` where there is one."""
    try:
        flat = _completed(bundle, facts)
    except BadFacts:
        return _deny("BAD_FACTS")
    aimed = [(rule, tree) for rule, archive, tree in bundle["rules"] if _aims(rule, archive, facts["action"], flat)]
    hits = [(rule, tree) for rule, tree in aimed if small_cel.holds(tree, flat)]
    for rule, tree in hits:
        if rule["effect"] == "deny":
            missing = {name for name in small_cel.names(tree) if name not in flat}
            days = [_opens(each, flat) for each, _ in hits if each["effect"] == "deny"]
            return _deny("DENY_RULE", [rule["id"]], missing) | ({"opens_on": max(days)} if all(days) else {})
    if not any(rule["effect"] == "allow" for rule, _ in hits):
        return _deny("NO_RULE", missing=_nearest([tree for rule, tree in aimed if rule["effect"] == "allow"], flat))
    rules = sorted(rule["id"] for rule, _ in hits)
    allows = [rule for rule, _ in hits if rule["effect"] == "allow"]
    tightens = {str(_persons(rule["obligations"])): rule for rule, _ in hits if rule["effect"] == "tighten"}
    united = unite(bundle["obligations"], [rule for rule, _ in hits])
    if _extracts(bundle["obligations"], [rule for rule, _ in hits]):
        some = (part for size in range(len(tightens) + 1) for part in itertools.combinations(tightens.values(), size))
        if any(_about_nobody(unite(bundle["obligations"], [*allows, *part])) for part in some):
            return _deny("OBLIGATION_CONFLICT", rules)
    return {"effect": "allow", "rules": rules, "obligations": united, "reason": "NONE", "missing": []}


def _deny(reason: str, rules: Iterable[str] = (), missing: Iterable[str] = ()) -> Json:
    return {"effect": "deny", "rules": [*rules], "obligations": {}, "reason": reason, "missing": sorted(missing)}


def _completed(bundle: Json, facts: Json) -> Json:
    """Return the facts by path with switches and terms; `env.today` is always given here."""
    if facts.get("action") not in {"read", "discover"} or facts.keys() - {"action", *SIDES}:
        raise BadFacts
    flat = {f"{side}.{name}": value for side in SIDES for name, value in facts.get(side, {}).items()}
    known: Json = bundle["facts"]
    if any(path not in known or not _fits(path, known[path], value) for path, value in flat.items()):
        raise BadFacts
    for state, term in bundle["terms"].items():
        filled = {state, term.get("opens_on", state)}
        if any(term.get(key) in flat for key in ("from", "to", "certainty")):
            if filled & flat.keys():
                raise BadFacts
            flat |= _counted(term, state, flat)
    if any(spec.get("required") == "true" and path not in flat for path, spec in known.items()):
        raise BadFacts
    flat |= bundle["switches"]
    return flat


def _fits(path: str, spec: Json, value: Any) -> bool:
    kind, values = spec["type"], spec.get("values")
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "int":
        return type(value) is int and -(2**63) <= value < 2**63
    if kind == "list of strings":
        return isinstance(value, list) and len(value) <= 100 and all(_is_text(item, values) for item in value)
    if (
        path in {f"resource.{level}" for level in LEVELS}
        and isinstance(value, str)
        and set(_spelt(value)) - {*WRITTEN, *AROUND}
    ):
        return False
    if path == "resource.archive":
        return isinstance(value, str) and re.fullmatch(r"[a-z0-9][a-z0-9._:/-]{0,199}", value) is not None
    return _is_text(value, values) and (kind != "date" or _is_day(value))


def _is_text(value: Any, values: Any) -> bool:
    return isinstance(value, str) and len(value) <= 1_000 and (not values or value in _listed(values))


def _is_day(value: str) -> bool:
    try:
        return dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _counted(term: Json, state: str, flat: Json) -> Json:
    sure = flat.get(term["certainty"], "unknown") if "certainty" in term else "exact"
    start, end = flat.get(term.get("from", "")), flat.get(term["to"])
    if "env.today" not in flat or sure == "unknown" or end is None or (start is not None and start > end):
        return {state: "unknown"}
    year, rest = int(end[:4]) + int(term.get("years", "75")), end[5:]
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    rest = "02-28" if rest == "02-29" and not leap else rest
    try:
        opens = (dt.date.fromisoformat(f"{year:04}-{rest}") + dt.timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return {state: "closed"}
    found = {state: "open" if flat["env.today"] >= opens else "closed"}
    return found | ({term["opens_on"]: opens} if "opens_on" in term else {})


def _aims(rule: Json, archive: str | None, action: str, flat: Json) -> bool:
    """Tell whether a rule takes part: target, ground, day, place."""

    def named(key: str, value: str) -> bool:
        words = _listed(rule[key])
        return "*" in words or value in words

    here = flat["resource.archive"] == archive if archive else named("archives", flat["resource.archive"])
    if not (here and named("actions", action) and named("kinds", flat["resource.kind"])):
        return False
    if rule.get("grounds") and flat.get("purpose.ground") not in _listed(rule["grounds"]):
        return False
    valid, today = rule.get("valid", {}), flat["env.today"]
    last = rule["owner_term"]["until"] if "owner_term" in rule else valid.get("to", "9999-99-99")
    return valid.get("from", "") <= today <= last and _inside(rule.get("place", {}), flat)


def _spelt(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name.replace("№", "")).casefold()
    return "".join("-" if c == "\u2212" or "\u2010" <= c <= "\u2015" else c for c in plain)


def _folded(name: str) -> str:
    return "".join(c for c in _spelt(name) if c in WRITTEN).translate(LOOK)


def _inside(place: Json, flat: Json) -> bool:
    for level in LEVELS:
        mine = _folded(flat.get(f"resource.{level}", ""))
        if level not in place or not mine:
            return True
        if mine != _folded(place[level]):
            return False
    return True


def _opens(rule: Json, flat: Json) -> str:
    if "owner_term" in rule:
        last = dt.date.fromisoformat(rule["owner_term"]["until"])
        return (last + dt.timedelta(days=1)).isoformat()
    return str(flat.get(rule.get("opens_on", ""), ""))


def _nearest(trees: list[small_cel.Tree], flat: Json) -> set[str]:
    near: dict[int, set[str]] = {}
    for tree in trees:
        failed = [part for part in small_cel.parts(tree) if not _true(part, flat)]
        absent = [frozenset(name for name in small_cel.names(part) if name not in flat) for part in failed]
        count = sum(not some for some in absent) + len(set(filter(None, absent)))
        near.setdefault(count, set()).update(*absent)
    return near[min(near)] if near else set()


def _true(part: small_cel.Tree, flat: Json) -> bool:
    try:
        return bool(small_cel.holds(part, flat))
    except small_cel.Absent:
        return False


def _extracts(vocabulary: Json, hits: list[Json]) -> bool:
    asked = {profile for rule in hits for profile in _persons(rule["obligations"]).values()}
    return any(_flag(vocabulary["profiles"][profile], "extract_only") for profile in asked)


def _about_nobody(united: Json) -> bool:
    return bool(united["extract_only"] and not united["open"])


def unite(vocabulary: Json, hits: list[Json]) -> Json:
    """Unite the obligations of rules that match."""
    order = list(vocabulary["profiles"])
    asked: dict[str, dict[str, list[str]]] = {e: {c: [] for c in CLASSES} for e in ("allow", "tighten")}
    duties: set[str] = set()
    for rule in hits:
        wanted = rule["obligations"]
        duties |= set(_listed(wanted.get("duties", [])))
        for name, profile in _persons(wanted).items():
            for each in CLASSES if name == "everyone" else (name,):
                asked[rule["effect"]][each].append(profile)
    rest = max(asked["allow"]["rest"] + asked["tighten"]["rest"], key=order.index)
    persons = {c: max((asked["allow"][c] or [rest]) + asked["tighten"][c], key=order.index) for c in CLASSES}
    persons["rest"] = rest
    specs = {c: vocabulary["profiles"][p] for c, p in persons.items()}
    quiet = {c: not (spec.get("hide") or _flag(spec, "extract_only", "metadata_only")) for c, spec in specs.items()}
    opened = sorted(c for c in CLASSES[:3] if quiet[c] and not quiet["rest"])
    limits = {duty: {k: int(v) for k, v in vocabulary["duties"][duty].items() if "days" in k} for duty in duties}
    return {
        "profile": max(persons.values(), key=order.index),
        "persons": persons,
        "open": opened,
        "hide": sorted({word for spec in specs.values() for word in spec.get("hide", ())}),
        "extract_only": any(_flag(spec, "extract_only") for spec in specs.values()),
        "metadata_only": any(_flag(spec, "metadata_only") for spec in specs.values()),
        "duties": sorted(duties),
        "deadlines": {duty: limit for duty, limit in limits.items() if limit},
    }


def _flag(spec: Mapping[str, str], *keys: str) -> bool:
    return any(spec.get(key) == "true" for key in keys)


def _persons(wanted: Json) -> Json:
    if "persons" in wanted:
        return dict(wanted["persons"])
    if "profile" not in wanted:
        return {}
    opened = set(_listed(wanted.get("open", []))) - {"nobody"}
    if not opened:
        return {"everyone": wanted["profile"]}
    return {c: "R0" if c in opened else wanted["profile"] for c in CLASSES}
