"""Texts as documents of an archive: typeset to PDF, described, and uploaded to a server."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

import pypdfium2
from fpdf import FPDF

from qupia_client import Client
from qupia_client.enums import DocumentForm, DocumentKind, Ownership, PrivateLife, Secrecy
from qupia_client.values import ArchiveCipher, DateRange, Document
from qupia_server.samples import build

_FONT = Path(build.__file__).parent / "fonts" / "DejaVuSerif.ttf"


def typeset(text: str, target: Path) -> None:
    """Write a text to a PDF, as many pages of A4 as it needs."""
    pdf = FPDF(format="A4")
    pdf.add_font("serif", fname=_FONT)
    pdf.set_font("serif", size=11)
    pdf.add_page()
    pdf.multi_cell(0, 6, text)
    pdf.output(str(target))


def upload(archivist: Client, file: Path) -> str:
    """Enter a document of `archives/test-archive` about private life, upload its master, and return its name."""
    description = Document(
        archive="archives/test-archive",
        cipher=ArchiveCipher("1", "1", "1", "7"),
        kind=DocumentKind.OTHER,
        form=DocumentForm.ELECTRONIC_ARCHIVAL_DOCUMENT,
        created=DateRange.exact(dt.date(1995, 5, 5)),
        secrecy=Secrecy.NONE,
        private_life=PrivateLife.YES,
        ownership=Ownership.STATE,
        title="T",
    )
    made = archivist.create_document(description, document_id=f"text-{uuid.uuid4().hex[:12]}")
    stored = archivist.upload_master(made.name, file)
    assert stored.master_size_bytes == file.stat().st_size
    return made.name


def text_of(file: Path) -> str:
    """Return the words of a PDF as PDFium reads them."""
    with pypdfium2.PdfDocument(file) as document:
        return " ".join(str(page.get_textpage().get_text_range()) for page in document).replace("\r\n", " ")
