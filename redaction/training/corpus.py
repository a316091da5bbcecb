"""Read the annotated development sets: texts with spans, and as tokens with BIO labels."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qupia_redaction.nlp.features import TOKEN

MISCELLANEOUS = frozenset({"ART", "PROJECT", "EVENT", "LAW", "PRODUCT", "DISEASE", "LANGUAGE"})
KAZAKH = {
    "PERSON": "PER",
    "LOCATION": "LOC",
    "ORGANIZATION": "ORG",
    "FACILITY": "FAC",
    "POSITION": "POS",
    "DEMOGRAPHIC": "DEM",
}
ENGLISH = {
    "PERSON": "PER",
    "LOCATION": "LOC",
    "ORGANIZATION": "ORG",
    "DATE": "DATE",
    "DEMOGRAPHIC": "DEM",
    "ADDRESS": "ADR",
    "ID": "ID",
    "AGE": "AGE",
    "TITLE": "TIT",
    "QUANTITY": "QTY",
    "OTHER": "OTH",
}
_HELD_OUT = 5


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its annotated entities as `(start, end, kind)`."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


Halves = tuple[list[Text], list[Text]]


def kazakh(folder: Path) -> Halves:
    """Return KazNERD's `train` and `dev`."""
    return (
        [_kazakh(row) for row in _rows(folder / "kaznerd/train.jsonl")],
        [_kazakh(row) for row in _rows(folder / "kaznerd/dev.jsonl")],
    )


def english(folder: Path) -> Halves:
    """Return court cases by paragraph and synthetic sentences; a fifth of the cases and templates is held out."""
    seen: list[Text] = []
    unseen: list[Text] = []
    for number, row in enumerate(_rows(folder / "tab/dev.jsonl")):
        (unseen if number % _HELD_OUT == 0 else seen).extend(_paragraphs(_english(row)))
    for row in _rows(folder / "presidio-synth/dev.jsonl"):
        held = random.Random(_template(row)).randrange(_HELD_OUT) == 0  # noqa: S311  # a split, not a secret
        (unseen if held else seen).append(_english(row))
    return seen, unseen


def labelled(text: Text) -> tuple[list[str], list[str]]:
    """Return the tokens of a text and their BIO labels."""
    tokens = list(TOKEN.finditer(text.text))
    labels = ["O"] * len(tokens)
    for start, end, kind in text.spans:
        inside = [n for n, t in enumerate(tokens) if t.start() < end and t.end() > start]
        for n in inside:
            labels[n] = ("B-" if n == inside[0] else "I-") + kind
    return [t.group() for t in tokens], labels


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text("utf-8").splitlines():
        yield json.loads(line)


def _kazakh(row: dict[str, Any]) -> Text:
    spans = []
    for span in _spans(row):
        kind = KAZAKH.get(span["label"]) or ("MISC" if span.get("source_label") in MISCELLANEOUS else None)
        if kind:
            spans.append((span["start"], span["end"], kind))
    return Text(str(row["text"]), tuple(spans))


def _english(row: dict[str, Any]) -> Text:
    spans = [(s["start"], s["end"], ENGLISH[s["label"]]) for s in _spans(row) if s["label"] in ENGLISH]
    return Text(str(row["text"]), tuple(spans))


def _spans(row: dict[str, Any]) -> Sequence[dict[str, Any]]:
    return sorted(row["spans"], key=lambda s: (s["start"], -s["end"]))


def _paragraphs(text: Text) -> Iterator[Text]:
    """Cut a long text at its blank lines and sentence ends, never inside an entity."""
    at = 0
    inside = {p for start, end, _ in text.spans for p in range(start + 1, end)}
    for match in re.finditer(r"\n+|(?<=[.!?]) (?=[A-Z0-9])", text.text + "\n"):
        if match.start() in inside or (match.start() - at < 200 and "\n" not in match.group()):
            continue
        spans = tuple((s - at, e - at, k) for s, e, k in text.spans if at <= s and e <= match.start())
        yield Text(text.text[at : match.start()], spans)
        at = match.end()


def _template(row: dict[str, Any]) -> str:
    text, parts, at = str(row["text"]), [], 0
    for span in _spans(row):
        parts += [text[at : span["start"]], f"<{span['label']}>"]
        at = span["end"]
    return "".join([*parts, text[at:]])
