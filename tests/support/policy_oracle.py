"""Decide as `policies/docs/format.md` says, with nothing of the policy library: PyYAML, this file, the page."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]
CLASSES = ("requester", "permitted", "inherited", "rest")
LOOK = str.maketrans("авекмнорстухіһё0", "abekmhopctyxiheo")
LEVELS = ("fonds", "opis", "item")


def load(folder: Path) -> Json:
    """Read a bundle's files as plain values."""

    def read(path: Path) -> Any:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - text only

    rules = [(rule, None) for path in sorted(folder.glob("rules/*.yaml")) for rule in read(path)]
    for path in sorted(folder.glob("overlays/*.yaml")):
        top = read(path)
        rules += [(rule, top["archive"]) for rule in top["rules"]]
    switches = read(folder / "bundle.yaml").get("switches", {})
    return {
        "rules": rules,
        "switches": {f"env.switch_{name}": of["value"] for name, of in switches.items()},
        "schema": read(folder / "schema.yaml"),
        "obligations": read(folder / "obligations.yaml"),
    }


def decide(bundle: Json, facts: Json) -> Json:
    """Return `effect`, `rules`, `obligations` (or empty), `reason`."""
    flat = {
        f"{side}.{n}": v for side in ("subject", "resource", "purpose", "env") for n, v in facts.get(side, {}).items()
    }
    if _bad(bundle, facts, flat):
        return {"effect": "deny", "rules": [], "obligations": {}, "reason": "BAD_FACTS"}
    flat |= bundle["switches"]
    hits = [rule for rule, archive in bundle["rules"] if _matches(rule, archive, facts["action"], flat)]
    denies = [rule["id"] for rule in hits if rule["effect"] == "deny"]
    if denies:
        return {"effect": "deny", "rules": denies[:1], "obligations": {}, "reason": "DENY_RULE"}
    if not any(rule["effect"] == "allow" for rule in hits):
        return {"effect": "deny", "rules": [], "obligations": {}, "reason": "NO_RULE"}
    united = _unite(bundle["obligations"], hits)
    if united is None:
        return {
            "effect": "deny",
            "rules": sorted(r["id"] for r in hits),
            "obligations": {},
            "reason": "OBLIGATION_CONFLICT",
        }
    return {"effect": "allow", "rules": sorted(rule["id"] for rule in hits), "obligations": united, "reason": "NONE"}


def _bad(bundle: Json, facts: Json, flat: Json) -> bool:
    schema = bundle["schema"]
    known = {f"{s}.{n}": a for s in ("subject", "resource", "purpose", "env") for n, a in schema.get(s, {}).items()}
    for term, spec in schema.get("terms", {}).items():
        inputs = [spec[key] for key in ("from", "to", "certainty") if key in spec]
        outputs = [term, *([spec["opens_on"]] if "opens_on" in spec else [])]
        if any(path in flat for path in inputs):
            if any(path in flat for path in outputs):
                return True
            flat |= _term(spec, flat, term)
    own = {"resource.kind", "resource.archive", "purpose.ground", "env.today", *(f"resource.{x}" for x in LEVELS)}
    if any(path not in known and path not in own for path in flat):
        return True
    if any(not _fits(spec, flat[path]) for path, spec in known.items() if path in flat):
        return True
    needed = [path for path, spec in known.items() if spec.get("required") == "true"]
    return flat["resource.kind"] not in schema["kinds"] or any(path not in flat for path in needed)


def _fits(spec: Json, value: Any) -> bool:
    kind, values = spec["type"], spec.get("values")
    if kind == "list of strings":
        return isinstance(value, list) and (not values or set(value) <= set(values))
    if kind in {"bool", "int"}:
        return type(value) is {"bool": bool, "int": int}[kind]
    if kind == "date":
        return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
    return isinstance(value, str) and (not values or value in values)


def _term(spec: Json, flat: Json, state: str) -> Json:
    sure = flat.get(spec["certainty"], "unknown") if "certainty" in spec else "exact"
    start, end = flat.get(spec.get("from", "")), flat.get(spec["to"])
    if sure == "unknown" or end is None or (start is not None and start > end):
        return {state: "unknown"}
    year, rest = int(end[:4]) + int(spec.get("years", "75")), end[5:]
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    day = dt.date(year, 2, 28) if rest == "02-29" and not leap else dt.date.fromisoformat(f"{year:04}-{rest}")
    opens = (day + dt.timedelta(days=1)).isoformat()
    found = {state: "open" if flat["env.today"] >= opens else "closed"}
    return found | ({spec["opens_on"]: opens} if "opens_on" in spec else {})


def _matches(rule: Json, archive: str | None, action: str, flat: Json) -> bool:
    def named(key: str, value: str) -> bool:
        words = rule[key] if isinstance(rule[key], list) else [rule[key]]
        return "*" in words or value in words

    here = flat["resource.archive"] == archive if archive else named("archives", flat["resource.archive"])
    if not (named("actions", action) and named("kinds", flat["resource.kind"]) and here):
        return False
    if rule.get("grounds") and flat.get("purpose.ground") not in rule["grounds"]:
        return False
    valid, today = rule.get("valid", {}), flat["env.today"]
    if today < valid.get("from", "") or today > valid.get("to", "9999"):
        return False
    return _inside(rule.get("place", {}), flat) and _holds(rule.get("when", "true"), flat)


def _folded(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum() or c in "-./").translate(
        LOOK
    )


def _inside(place: Json, flat: Json) -> bool:
    for level in LEVELS:
        mine = _folded(flat.get(f"resource.{level}", ""))
        if level not in place or not mine:
            return True
        if mine != _folded(place[level]):
            return False
    return True


_TOKEN = re.compile(
    r"('[^']*'|\"[^\"]*\")|(\w+\.\w+)\.(startsWith|endsWith|contains)\(|has\(([\w.]+)\)|(&&|\|\||!(?!=))|(\w+\.\w+)"
)


def _holds(when: str, flat: Json) -> bool:
    """Translate a condition into Python and evaluate it."""
    flat = {path: tuple(v) if isinstance(v, list) else v for path, v in flat.items()}

    def part(found: re.Match[str]) -> str:
        text, called, call, asked, joint, path = found.groups()
        if text:
            return text
        if call:
            name = {"startsWith": "startswith", "endsWith": "endswith", "contains": "__contains__"}[call]
            return f"flat[{called!r}].{name}("
        if asked:
            return f"({asked!r} in flat)"
        return {"&&": " and ", "||": " or ", "!": " not "}[joint] if joint else f"flat[{path!r}]"

    python = _TOKEN.sub(part, when.replace("\n", " "))
    scope = {"flat": flat, "true": True, "false": False, "size": len, "__builtins__": {}}
    return bool(eval(python, scope))  # noqa: S307 - text of shipped bundles, in a test


def _unite(vocabulary: Json, hits: list[Json]) -> Json | None:
    order = list(vocabulary["profiles"])
    asked: dict[str, dict[str, list[str]]] = {e: {c: [] for c in CLASSES} for e in ("allow", "tighten")}
    duties: set[str] = set()
    for rule in hits:
        wanted = rule["obligations"]
        duties |= set(wanted.get("duties", ()))
        for name, profile in _persons(wanted).items():
            for each in CLASSES if name == "everyone" else (name,):
                asked[rule["effect"]][each].append(profile)
    rest = max(asked["allow"]["rest"] + asked["tighten"]["rest"], key=order.index)
    persons = {c: max((asked["allow"][c] or [rest]) + asked["tighten"][c], key=order.index) for c in CLASSES}
    persons["rest"] = rest
    specs = {c: vocabulary["profiles"][p] for c, p in persons.items()}
    empty = {
        c: not any(s.get(k) not in (None, [], "false") for k in ("hide", "extract_only", "metadata_only"))
        for c, s in specs.items()
    }
    opened = sorted(c for c in CLASSES[:3] if empty[c] and not empty["rest"])
    extract = any(spec.get("extract_only") == "true" for spec in specs.values())
    if extract and not opened:
        return None
    return {
        "profile": max(persons.values(), key=order.index),
        "persons": persons,
        "open": opened,
        "hide": sorted({word for spec in specs.values() for word in spec.get("hide", ())}),
        "extract_only": extract,
        "metadata_only": any(spec.get("metadata_only") == "true" for spec in specs.values()),
        "duties": sorted(duties),
    }


def _persons(wanted: Json) -> Json:
    if "persons" in wanted:
        return dict(wanted["persons"])
    if "profile" not in wanted:
        return {}
    opened = set(wanted.get("open", ())) - {"nobody"}
    if not opened:
        return {"everyone": wanted["profile"]}
    return {c: "R0" if c in opened else wanted["profile"] for c in CLASSES}
