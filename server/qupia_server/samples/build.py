"""Write the sample archive into a folder; the same versions of the libraries give the same bytes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path

from qupia_server.samples.catalogue import catalogue_rows
from qupia_server.samples.paper import Paper
from qupia_server.samples.papers import PAPERS
from qupia_server.samples.scan import scan_pdf
from qupia_server.samples.textpdf import text_pdf

SEED = 19_091_959


def build_archive(folder: Path) -> None:
    """Write PDFs, `catalogue.jsonl`, `gold.jsonl` and `requests.yaml` into `folder`, made when missing.

    Takes about ten seconds on one core. Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    papers = [make() for make in PAPERS]
    for paper in papers:
        (folder / f"{paper.document_id}.pdf").write_bytes(render(paper))
    _write_lines(folder / "catalogue.jsonl", catalogue_rows())
    _write_lines(folder / "gold.jsonl", (paper.gold.row(paper.document_id) for paper in papers))
    shutil.copyfile(requests_file(), folder / "requests.yaml")


def requests_file() -> Path:
    """Return the demo's requests, a YAML file that travels inside the package."""
    return Path(str(resources.files("qupia_server.samples") / "requests.yaml"))


def render(paper: Paper) -> bytes:
    """Return one paper as a PDF: typeset, or as the scan that its look describes."""
    if paper.look is None:
        return text_pdf(paper.sheets)
    return scan_pdf(paper.sheets, paper.look, SEED + int(paper.document_id.removeprefix("d-")))


def _write_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8", newline="\n")
