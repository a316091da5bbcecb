"""What the redaction benchmarks share: sample documents, orders for them, the real worker pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qupia_redaction.model import Category, KnownPerson, Limits, PrivateText, RedactionOrder, Report, WordList
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


async def reports(document_ids: Sequence[str], warm_up: str, lists: tuple[WordList, ...] = ()) -> list[Report]:
    """Redact documents in one worker of the real pool; return their reports.

    Args:
        document_ids: what is measured, in order; may repeat.
        warm_up: redacted first, so that models and lists are loaded when the measuring begins.
        lists: word lists of all orders.
    """
    pool = WorkerPool(size=1, limits=Limits())
    await pool.start()
    try:
        rendered = {one: render(paper(one)) for one in {warm_up, *document_ids}}
        orders = {one: replace(order(one), lists=lists) for one in rendered}
        await pool.redact(rendered[warm_up], orders[warm_up])
        return [(await pool.redact(rendered[one], orders[one])).report for one in document_ids]
    finally:
        await pool.close()
