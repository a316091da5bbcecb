"""Bundles and requests at random, by `policies/docs/format.md` alone: every kind of attribute, rule and fault."""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path
from typing import Any, Final

from tests.support.policy_oracle import CLASSES, GROUNDS, LEVELS, SIDES

Json = dict[str, Any]
WORDS: Final = {"kk": "Сөз", "ru": "Слово", "en": "Word"}
HIDDEN: Final = "iin phone email card address health image passage person birth_date special code iban".split()
TEXTS: Final = [
    "",
    "a",
    "ab",
    "abc",
    "қала",
    "Ұлы 12",
    "x" * 40,
    "ё",
    "é",
    "e\u0301",
    "12",
    "\U0001f4dc",
    "p.x",
    "a&&b",
]
PLACES: Final = ["12", "12а", "12a", "12A", "Р-12", "P-12", "p-12", "１２", "7", "O7", "07", "о7", "12 ", "№12", "Қ-1"]
PLACES_MORE: Final = [*PLACES, "ё1", "e1", "①", "ß", "SS", "12/3", "12.3", "12\u20133", "12-3", "(12)", "33", "З3"]
TRICKS: Final = ["١٢", "12\u200b", "Α-12", "1\u03082", "•", "\u202e12", "12\u2044 3", "P\u043b-12\n", "Ԝ-1"]
TODAY: Final = ["2026-11-22", "2026-11-21", "2026-11-23", "2026-11-22", "2024-02-29", "2025-02-28", "2025-03-01"]
ODD_DAYS: Final = ["1952-02-29", "2024-02-29", "1951-11-22", "2026-11-22", "0001-01-01", "9999-12-31", "9950-01-01"]
TYPES: Final = [("string", ["v0", "v1", "yes", "қ"]), ("string", None), ("bool", None), ("int", None), ("date", None)]
LISTS: Final = [("list of strings", ["l0", "l1", "l2"]), ("list of strings", None)]
STATES: Final = ["open", "closed", "unknown"]


class Generator:
    """One bundle and requests for it; the same seed gives the same.

    Args:
        seed: of the randomness.
        rules: how many rules, one in six of them an archive's own.
    """

    def __init__(self, seed: int, rules: int) -> None:
        self.rng = random.Random(seed)
        self.count, self.large = rules, rules >= 300
        self.kinds = [f"kind_{n}" for n in range(30 if self.large else 3)]
        self.archives = ["demo", "a.b:c/d-e_f", *(f"arch-{n}" for n in range(30 if self.large else 2))]
        self.plain: dict[str, Json] = {}
        for side in SIDES:
            for number, (kind, values) in enumerate([*TYPES, *LISTS] * 2):
                if self.rng.random() < 0.75:
                    spec = {"type": kind, "required": number < len(TYPES + LISTS)} | (
                        {"values": values} if values else {}
                    )
                    self.plain[f"{side}.f{number}"] = spec | ({"meaning": "none"} if side == "subject" else {})
        self.terms = [(75, True), (30, True), (1, False)]

    def write(self, folder: Path) -> None:
        """Write the bundle; JSON is YAML."""
        schema: Json = {"kinds": self.kinds, "terms": {}, **{side: {} for side in SIDES}}
        for path, spec in self.plain.items():
            side, _, name = path.partition(".")
            schema[side][name] = spec
        for n, (years, dated) in enumerate(self.terms):
            schema["resource"] |= {f"t{n}_{key}": {"type": "date"} for key in ("from", "to", "on")}
            schema["resource"][f"t{n}_sure"] = {"type": "string", "values": ["exact", "range", "unknown"]}
            schema["resource"][f"t{n}_state"] = {"type": "string", "values": STATES}
            more = {"from": f"resource.t{n}_from", "certainty": f"resource.t{n}_sure"} if dated else {}
            own = {"to": f"resource.t{n}_to", "opens_on": f"resource.t{n}_on", "years": years}
            schema["terms"][f"resource.t{n}_state"] = own | more
        profiles: Json = {f"R{n}": {"hide": HIDDEN[: 2 * n]} for n in range(6)}
        profiles["R4"]["extract_only"] = profiles["R5"]["metadata_only"] = True
        limits: list[Json] = [{}, {"days": 1}, {"days": 2}, {"working_days": 3}]
        duties = {f"duty_{n}": WORDS | limit for n, limit in enumerate(limits)}
        switches = {"one": {"values": ["all", "one"], "value": "all"}}
        rules = [self._rule(n, own=n % 6 == 5) for n in range(self.count)]
        files: Json = {
            "bundle.yaml": {"format": "qupia-bundle-1", "title": "generated", "switches": switches},
            "schema.yaml": schema,
            "obligations.yaml": {"profiles": profiles, "duties": duties},
        }
        files |= {f"rules/{n}.yaml": [r for r in rules if "archives" in r][n::2] for n in range(2)}
        for n, name in enumerate(self.archives[:4]):
            files[f"overlays/{n}.yaml"] = {"archive": name, "rules": [r for r in rules if "archives" not in r][n::4]}
        for file, value in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")

    def _rule(self, number: int, *, own: bool) -> Json:
        rng = self.rng
        effect = rng.choices(["allow", "deny", "tighten"], [0 if own else 65, 10, 25])[0]
        actions = rng.choice([["read"], ["read"], ["read", "discover"], "discover"])
        rule: Json = {"id": f"r-{number}", "effect": effect, "actions": actions, "legal_basis": "Art. 1"}
        rule |= {"title": WORDS, "reason": WORDS, "kinds": self._some(self.kinds)}
        if not own:
            rule["archives"] = self._some(self.archives)
        elif rng.random() < 0.7:
            rule["place"] = {level: rng.choice(PLACES_MORE) for level in LEVELS[: rng.choice([1, 1, 2, 3])]}
        if (effect == "allow" and ("read" in actions or rng.random() < 0.5)) or (effect == "tighten" and number % 2):
            rule["grounds"] = rng.sample(GROUNDS, rng.choice([1, 3, 5]))
        if effect == "deny":
            rule["when"] = f"({self._condition()}) && ({self._condition()})"
            rule |= rng.choice([{}, {"opens_on": "resource.t0_on"}, {"owner_term": self._owner_term()}])
        else:
            rule |= {"when": self._condition()} if rng.random() < 0.85 else {}
            rule["obligations"] = self._obligations(tighten=effect == "tighten")
        if "owner_term" not in rule and rng.random() < 0.25:
            days: list[Json] = [
                {"from": "2026-11-22"},
                {"to": "2026-11-22"},
                {"from": "2020-01-01", "to": "2026-11-21"},
            ]
            rule["valid"] = rng.choice(days)
        return rule

    def _some(self, words: list[str]) -> list[str] | str:
        if self.rng.random() < (0.1 if self.large else 0.4):
            return "*"
        return self.rng.sample(words, self.rng.randrange(1, 4))

    def _owner_term(self) -> Json:
        until = self.rng.choice(["2026-11-22", "2026-11-21", "2050-01-01"])
        return {"transferred_on": "2000-01-01", "until": until}

    def _obligations(self, *, tighten: bool) -> Json:
        rng = self.rng
        found: Json = {}
        high = rng.choice(["R1", "R2", "R3", "R5"])
        form = rng.random()
        if form < 0.3:
            found = {"profile": rng.choice(["R0", high])}
        elif form < 0.6:
            found = {"profile": rng.choice([high, "R4"]), "open": rng.sample(CLASSES[:3], rng.randrange(1, 4))}
        elif form < 0.9 or not tighten:
            found["persons"] = {
                name: rng.choice(["R0", "R1", "R2"]) for name in rng.sample(CLASSES, rng.randrange(1, 4))
            }
            if not tighten:
                found["persons"]["rest"] = high
        if not found or rng.random() < 0.4:
            found["duties"] = rng.sample([f"duty_{n}" for n in range(4)], rng.randrange(1, 3))
        return found

    def _condition(self) -> str:
        rng = self.rng
        atoms = [self._atom() for _ in range(rng.choice([1, 1, 2, 2, 3, 4]))]
        form = rng.random()
        if form < 0.45:
            return " && ".join(atoms)
        if form < 0.75:
            return " || ".join(f"({atom})" for atom in atoms)
        if form < 0.85:
            return f"!({' && '.join(atoms)})"
        return f"{atoms[0]} && ({' && '.join(atoms)}) && {self._atom()}"

    def _atom(self) -> str:
        rng = self.rng
        if rng.random() < 0.25:
            own = ["env.switch_one == 'all'", "resource.archive != 'demo'", f"env.today < '{self._day()}'"]
            own += [f"resource.kind == '{rng.choice(self.kinds)}'", "(has(purpose.ground) && purpose.ground == 'heir')"]
            return rng.choice([*own, f"(!has(resource.fonds) || resource.fonds != '{rng.choice(PLACES)}')"])
        path, spec = rng.choice(list(self.plain.items()))
        told = self._relation(path, spec)
        if spec["required"]:
            return told
        return rng.choice([f"(has({path}) && {told})", f"(!has({path}) || {told})", f"has({path}) && {told}"])

    def _relation(self, path: str, spec: Json) -> str:
        rng = self.rng
        kind, free = spec["type"], "values" not in spec
        sign = rng.choice(["==", "!=", "<", "<=", ">", ">="])
        if kind == "bool":
            return rng.choice([path, f"!{path}", f"{path} == true", f"{path} != false"])
        if kind == "int":
            return rng.choice([f"{path} {sign} {rng.choice([0, -5, 7, 10**17])}", f"{path} in [1, 5, 7]"])
        if kind == "date":
            return f"{path} {sign} {rng.choice([repr(self._day()), 'env.today'])}"
        word = repr(rng.choice(TEXTS if free else spec["values"]))
        if kind != "string":
            return rng.choice([f"{word} in {path}", f"!({word} in {path})", f"size({path}) {sign} {rng.randrange(3)}"])
        calls = [f"{path}.{call}('a')" for call in ("startsWith", "endsWith", "contains")]
        calls += [f"size({path}) {sign} 2", f"{path} {sign} 'b'"]
        return rng.choice([f"{path} == {word}", f"{path} != {word}", f"{path} in [{word}]", *(calls if free else [])])

    def _day(self) -> str:
        if self.rng.random() < 0.1:
            return self.rng.choice(ODD_DAYS)
        return (dt.date(1900, 1, 1) + dt.timedelta(days=self.rng.randrange(47_000))).isoformat()

    def _value(self, spec: Json) -> Any:
        rng, kind = self.rng, spec["type"]
        words = spec.get("values", TEXTS)
        if kind == "bool":
            return rng.random() < 0.5
        if kind == "int":
            return rng.choice([0, 1, -5, 5, 7, 2**63 - 1, -(2**63)])
        if kind == "date":
            return self._day()
        return rng.choice(words) if kind == "string" else [rng.choice(words) for _ in range(rng.randrange(4))]

    def facts(self) -> Json:
        """Return one request; one in sixteen has a fault."""
        rng = self.rng
        found: Json = {"action": rng.choice(["read", "read", "discover"]), **{side: {} for side in SIDES}}
        gaps = rng.choice([0, 0.1, 0.5])
        for path, spec in self.plain.items():
            side, _, name = path.partition(".")
            if spec["required"] or rng.random() > gaps:
                found[side][name] = self._value(spec)
        here = found["resource"]
        for n, (_, dated) in enumerate(self.terms):
            if rng.random() < 0.25:
                here[f"t{n}_state"] = rng.choice(STATES)
            elif rng.random() < 0.9:
                day = (
                    self._day()
                    if rng.random() < 0.7
                    else f"{rng.choice([1951, 1996, 2025])}-11-{rng.choice([20, 21, 22])}"
                )
                sure = {f"t{n}_sure": rng.choice(["exact", "range", "exact", "unknown"])} if dated else {}
                start = {f"t{n}_from": rng.choice([day, self._day()])} if dated and rng.random() < 0.7 else {}
                here |= sure | start | ({f"t{n}_to": day} if rng.random() < 0.9 else {})
        here |= {"kind": rng.choice(self.kinds), "archive": rng.choice(self.archives)}
        here |= {level: rng.choice([*PLACES_MORE, "", " "]) for level in LEVELS if rng.random() < 0.6}
        found["purpose"] |= {"ground": rng.choice(GROUNDS)} if rng.random() < 0.9 else {}
        found["env"]["today"] = rng.choice(TODAY)
        if rng.random() < 0.06:
            self._spoil(found)
        return found

    def _spoil(self, found: Json) -> None:
        rng = self.rng
        side = rng.choice(SIDES)
        wrong = ["zzz", 3, True, [], ["zzz"], "2026-02-30", 2**63, ["a"] * 101, "y" * 1_001, "", "*"]
        named = sorted(found[side])
        slips: list[tuple[Json, str, Any]] = [
            (found[side], rng.choice(named), rng.choice(wrong)),
            (found[side], "no_such", "x"),
            (found["env"], "switch_one", "all"),
            (found["resource"], "archive", rng.choice(["*", "Demo", "dеmo", "demo ", "", "a" * 201, "-x", "demo\n"])),
            (found["resource"], rng.choice(LEVELS), rng.choice(TRICKS)),
            (found["resource"], "t0_on", "2026-01-01"),
            (found, "action", rng.choice(["*", "READ", ""])),
            (found, "other", {}),
        ]
        holder, name, value = rng.choice(slips)
        holder[name] = value
        if rng.random() < 0.2:
            del found[side][rng.choice(named)]
