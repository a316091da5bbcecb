"""A worker that a document took over can send any bytes: only our own values come out of them."""

from __future__ import annotations

import os
import pickle

import pytest

from qupia_redaction import rendition
from qupia_redaction.errors import RefusalCode
from qupia_redaction.model import (
    Category,
    Detail,
    KnownPerson,
    Language,
    Limits,
    MarkRecord,
    Method,
    PrivateText,
    ReasonCode,
    RedactionOrder,
    RenditionKind,
    Report,
)
from qupia_redaction.workers.frames import (
    HEADER,
    MAX_BODY,
    Done,
    Job,
    JobKind,
    Ready,
    Refused,
    Step,
    body_size,
    packed,
    unpacked,
)

PERSON = KnownPerson("p-1", (PrivateText("Үлгіев Сынақ"),), PrivateText("991231500006"))
ORDER = RedactionOrder(
    frozenset(Category),
    (PERSON,),
    frozenset({"p-1"}),
    language=Language.KK,
    password=PrivateText("x"),
    terms=(PrivateText("Үлгіев"),),
    rendition=RenditionKind.TEXT,
    methods=((Category.PERSON, Method.PSEUDONYMISE),),
)
RECORD = MarkRecord(1, Category.TERM, Method.MASK, ReasonCode.OWN_TERM, "term", 1.0)
MESSAGES = [
    Job(JobKind.REDACT, b"%PDF", ORDER, Limits()),
    Ready({"mupdf": "1"}),
    Done((Detail(1, 0, 2, Category.IIN, 0.5, "iin", "p-1"),)),
    Refused(RefusalCode.DAMAGED, 3),
    Refused(RefusalCode.LEAK_FOUND, 3, "text"),
    Step("read"),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_our_messages_come_through(message: object) -> None:
    assert unpacked(packed(message)[HEADER.size :]) == message


def test_a_rendition_comes_through_with_its_report() -> None:
    made = rendition.issue(b"%PDF", Report(pages=1, marks={Category.PERSON: 2}, records=(RECORD,)))
    arrived = unpacked(packed(Done(made))[HEADER.size :])
    assert isinstance(arrived, Done)
    assert isinstance(arrived.result, rendition.CheckedRendition)
    assert (arrived.result.data, arrived.result.report) == (made.data, made.report)


class Hostile:
    def __init__(self, call: object, *arguments: object) -> None:
        self._reduced = (call, arguments)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self._reduced


@pytest.mark.parametrize(
    "body",
    [
        pickle.dumps(Hostile(os.system, "true")),
        pickle.dumps(Hostile(eval, "1")),
        pickle.dumps(Hostile(getattr, "", "join")),
        pickle.dumps(os.system),
        b"nonsense",
        b"",
    ],
)
def test_anything_else_is_no_message(body: bytes) -> None:
    with pytest.raises(ValueError, match="not a frame"):
        unpacked(body)


def test_a_frame_has_a_limit() -> None:
    assert body_size(HEADER.pack(MAX_BODY)) == MAX_BODY
    with pytest.raises(ValueError, match="too large"):
        body_size(HEADER.pack(MAX_BODY + 1))
