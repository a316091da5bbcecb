"""What the redaction benchmarks share: sample documents, orders for them, the real worker pool."""

from __future__ import annotations

from qupia_redaction.model import Category, KnownPerson, Limits, PrivateText, RedactionOrder, Report
from qupia_redaction.workers import WorkerPool
from qupia_server.samples.build import render
from qupia_server.samples.catalogue import catalogue_rows
from qupia_server.samples.paper import Paper
from qupia_server.samples.papers import PAPERS

R3 = frozenset(Category) - {Category.PASSAGE}


def paper(document_id: str) -> Paper:
    """Return a paper of the sample archive."""
    return next(paper for paper in (make() for make in PAPERS) if paper.document_id == document_id)


def order(document_id: str) -> RedactionOrder:
    """Return the order to hide everything, with the persons whom the catalogue names."""
    rows = list(catalogue_rows())
    concerned = next(row["persons"] for row in rows if row["type"] == "document" and row["id"] == document_id)
    assert isinstance(concerned, list)
    persons = (row for row in rows if row["type"] == "person" and row["id"] in concerned)
    return RedactionOrder(hide=R3, persons=tuple(map(_known, persons)), cipher="bench")


def _known(row: dict[str, object]) -> KnownPerson:
    names = row["names"]
    assert isinstance(names, list)
    iin = PrivateText(row["iin"]) if row["iin"] else None
    return KnownPerson(str(row["id"]), tuple(map(PrivateText, names)), iin)


async def reports(document_id: str, rounds: int, warm_up: str) -> list[Report]:
    """Redact a document so many times in one worker of the real pool; return the reports.

    Args:
        document_id: what is measured.
        rounds: how often.
        warm_up: redacted first, so that models are loaded when the measuring begins.
    """
    pool = WorkerPool(size=1, limits=Limits())
    await pool.start()
    try:
        await pool.redact(render(paper(warm_up)), order(warm_up))
        master = render(paper(document_id))
        return [(await pool.redact(master, order(document_id))).report for _ in range(rounds)]
    finally:
        await pool.close()
