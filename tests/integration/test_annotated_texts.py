"""Texts that other people wrote and annotated, typeset to PDF, go the whole way: created, uploaded, disclosed, checked.

How much is found is measured by the benchmark of the detectors; here every text must end as a rendition whose kept
words are readable and from which what was hidden is gone, in all three languages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.live import Live, live, prepare, settings_of
from tests.support.typeset import text_of, typeset, upload

DATA = Path(__file__).parents[2].parent / "shared" / "eval" / "data"
SETS = {"kazakh": ("kaznerd", 40, 3), "russian": ("factrueval", 1, 4), "english": ("tab", 1, 2)}
"""By language: the set, texts that go into one document, and documents."""
KEPT_SHARE = 0.95
"""Least share of the words outside the annotated entities that stay readable; names inside sentences move lines."""

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="the annotated texts are not part of the project"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    settings = settings_of(tmp_path_factory.mktemp("annotated") / "home")
    prepare(settings)
    with live(settings) as running:
        yield running


def texts_of(language: str) -> list[tuple[str, list[str]]]:
    """Return documents: their text and the persons annotated in it."""
    name, together, count = SETS[language]
    lines = (DATA / name / "dev.jsonl").read_text(encoding="utf-8").splitlines()[: together * count]
    rows = [json.loads(line) for line in lines]
    found = []
    for first in range(0, len(rows), together):
        part = rows[first : first + together]
        people = [row["text"][s["start"] : s["end"]] for row in part for s in row["spans"] if s["label"] == "PERSON"]
        found.append(("\n".join(row["text"] for row in part), people))
    return found


def words(text: str) -> list[str]:
    return re.findall(r"\w{4,}", text.lower())


@pytest.mark.parametrize("language", SETS)
def test_annotated_texts_pass_through_the_gate(server: Live, language: str, tmp_path: Path) -> None:
    kept = lost = hidden = 0
    for number, (text, people) in enumerate(texts_of(language)):
        master, target = tmp_path / f"{number}.pdf", tmp_path / f"{number}-out.pdf"
        typeset(text, master)
        with server.client("person:keeper", "archivist", archive="test-archive") as archivist:
            name = upload(archivist, master)
        with (
            server.client("person:scholar", "researcher") as scholar,
            scholar.disclose(name, purpose="research", ground="research") as answer,
        ):
            answer.save(target)
        hidden += sum(answer.decision.hidden_counts.values())
        private = {word for person in people for word in words(person)}
        left = set(words(text_of(target).replace("- ", "").replace("￾", "")))
        for word in set(words(text)) - private:
            kept += word in left
            lost += word not in left
    assert hidden > 0
    assert kept / (kept + lost) >= KEPT_SHARE, f"{lost} of {kept + lost} words lost"
