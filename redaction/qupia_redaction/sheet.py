"""The sheet that stands in for a document of which only the archive cipher may be told (profile R5)."""

from __future__ import annotations

from qupia_redaction.labels import metadata_only, stamp
from qupia_redaction.model import Language
from qupia_redaction.pdf.compose import text_sheet


def metadata_sheet(cipher: str, language: Language) -> tuple[bytes, str]:
    """Return a one-page document and its text."""
    lines = [line for line in (cipher, metadata_only(language)) if line]
    return text_sheet(lines, stamp(cipher, language)), "\n".join([*lines, stamp(cipher, language)])
