"""Names and versions of everything that shapes a rendition: part of the report and of cache keys."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib.metadata import version

from qupia_redaction.ports import DetailFinder, Ocr

PIPELINE_VERSION = "13"
"""Raise when the bytes of renditions change for the same input and order."""

_PACKAGES = ("pymupdf", "pikepdf", "pypdfium2", "pillow", "zxing-cpp", "fonttools")


def engine_versions(finder: DetailFinder, ocr: Ocr) -> Mapping[str, str]:
    """Return versions by name."""
    return {"qupia-redaction": PIPELINE_VERSION, **_installed(), **ocr.versions(), **finder.versions()}


@functools.cache
def _installed() -> Mapping[str, str]:
    return {name: version(name) for name in _PACKAGES}
