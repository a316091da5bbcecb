"""Read the same pixels once a document: a signature, a letterhead or a stamp stands on many pages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from PIL import Image

from qupia_redaction.ports import Ocr, OcrWord

_MOST_PIXELS = 2_000_000
_MOST = 64

Key = tuple[bytes, tuple[int, int], int, object]


class RememberingOcr:
    """An engine that remembers the small pictures of one document.

    Args:
        ocr: reads what was not seen before.
    """

    def __init__(self, ocr: Ocr) -> None:
        self._ocr = ocr
        self._known: dict[Key, tuple[OcrWord, ...]] = {}

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        """Return the words of a picture; see `ports.Ocr`."""
        key = _key(image, dpi, block)
        if key is None:
            return self._ocr.read(image, dpi, block)
        if key not in self._known:
            self._remember(key, self._ocr.read(image, dpi, block))
        return self._known[key]

    def glance(self, image: Image.Image, dpi: int, languages: Sequence[str]) -> tuple[OcrWord, ...]:
        """Return words in few languages; see `ports.Ocr`."""
        key = _key(image, dpi, tuple(languages))
        if key is None:
            return self._ocr.glance(image, dpi, languages)
        if key not in self._known:
            self._remember(key, self._ocr.glance(image, dpi, languages))
        return self._known[key]

    def versions(self) -> Mapping[str, str]:
        """Return the engine's versions."""
        return self._ocr.versions()

    def _remember(self, key: Key, words: tuple[OcrWord, ...]) -> None:
        if len(self._known) >= _MOST:
            self._known.pop(next(iter(self._known)))
        self._known[key] = words


def _key(image: Image.Image, dpi: int, how: object) -> Key | None:
    if image.width * image.height > _MOST_PIXELS:
        return None
    return hashlib.sha256(image.tobytes()).digest(), image.size, dpi, (image.mode, how)
