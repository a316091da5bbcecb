"""The pictures of the documentation are there, ten of them, and each is spoken of."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).resolve().parents[2] / "redaction" / "pictures"


def test_ten_documents_are_shown_before_and_after() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[(d-\d{4})\]\((d-\d{4}\.jpg)\)", text)

    assert len(shown) == 10
    assert {name for _, name in shown} == {path.name for path in FOLDER.glob("*.jpg")}
    for document, name in shown:
        assert f"| [{document}]({name})" in text
        with Image.open(FOLDER / name) as picture:
            assert picture.width > 1.1 * picture.height or picture.width > 1200
