"""A disclosure is saved whole and checked, or nothing is left and an error says why."""

from __future__ import annotations

import hashlib
from pathlib import Path

import grpc
import pytest

from qupia.v1 import disclosure_pb2
from qupia_client import errors
from qupia_client.disclosure import Disclosure
from qupia_client.enums import DetailCategory
from tests.support.client_fakes import (
    CONTENT,
    ENTRY,
    FailedCall,
    Response,
    Stream,
    chunk,
    chunks,
    header,
    trailer,
)

LOST = FailedCall(grpc.StatusCode.UNAVAILABLE, "connection lost")
DATA_LOSS = FailedCall(grpc.StatusCode.DATA_LOSS, "gone")


def flipped(content: bytes) -> bytes:
    return content[:5000] + bytes([content[5000] ^ 1]) + content[5001:]


def wrong_crc() -> list[Response]:
    pieces = chunks()
    pieces[1].chunk.crc32c ^= 1
    return pieces


def wrong_offsets() -> list[Response]:
    pieces = chunks()
    pieces[1].chunk.offset += 1
    return pieces


TORN: dict[str, tuple[list[Response | Exception], type[Exception]]] = {
    "no trailer": ([*chunks()], errors.IntegrityFault),
    "short": ([*chunks()[:-1], trailer()], errors.IntegrityFault),
    "short and torn": ([*chunks()[:-1]], errors.IntegrityFault),
    "nothing after the header": ([], errors.IntegrityFault),
    "connection lost": ([*chunks()[:1], LOST], errors.Unavailable),
    "failed after the trailer": ([*chunks(), trailer(), DATA_LOSS], errors.DataLoss),
    "a bit changed, checksum kept": ([*wrong_crc(), trailer()], errors.IntegrityFault),
    "a bit changed, checksum made anew": ([*chunks(flipped(CONTENT)), trailer()], errors.IntegrityFault),
    "digest of another file in the trailer": ([*chunks(), trailer(b"x" * len(CONTENT))], errors.IntegrityFault),
    "out of order": ([*reversed(chunks()), trailer()], errors.IntegrityFault),
    "a piece twice": ([chunks()[0], *chunks(), trailer()], errors.IntegrityFault),
    "too much": ([*chunks(), chunk(b"more", len(CONTENT)), trailer()], errors.IntegrityFault),
    "an empty piece": ([chunk(b"", 0), *chunks(), trailer()], errors.IntegrityFault),
    "a piece after the trailer": ([*chunks(), trailer(), chunk(b"x", len(CONTENT))], errors.IntegrityFault),
    "another file than announced, in itself sound": (
        [*chunks(flipped(CONTENT)), trailer(flipped(CONTENT))],
        errors.IntegrityFault,
    ),
    "wrong offsets, bytes in order": ([*wrong_offsets(), trailer()], errors.IntegrityFault),
    "too much, told at once": ([*chunks(), chunk(b"more", len(CONTENT)), LOST], errors.IntegrityFault),
    "two trailers": ([*chunks(), trailer(), trailer()], errors.IntegrityFault),
    "a second header": ([*chunks(), header(), trailer()], errors.UnexpectedAnswer),
    "an empty message": ([*chunks(), Response(), trailer()], errors.UnexpectedAnswer),
}


def opened(*messages: Response | Exception) -> tuple[Disclosure, Stream]:
    stream = Stream(header(), *messages)
    return Disclosure(stream, "r-1"), stream


def test_decision_receipt_and_size_are_there_before_the_bytes() -> None:
    answer, _ = opened()
    assert answer.decision.allowed
    assert answer.decision.rules[0].title == "Свои данные"
    assert answer.decision.hidden_counts == {DetailCategory.PERSON: 3}
    assert answer.receipt.audit_entry == ENTRY
    assert (answer.size, answer.request_id) == (len(CONTENT), "r-1")


def test_a_whole_file_is_saved_for_its_owner_only(tmp_path: Path) -> None:
    answer, _ = opened(*chunks(), trailer())
    seen: list[tuple[int, int]] = []
    path = answer.save(tmp_path / "out.pdf", lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert len(seen) == len(chunks())


@pytest.mark.parametrize("name", TORN)
def test_a_torn_stream_leaves_nothing_and_is_broken_off(name: str, tmp_path: Path) -> None:
    messages, kind = TORN[name]
    answer, stream = opened(*messages)
    with pytest.raises(errors.QupiaClientError) as caught:
        answer.save(tmp_path / "out.pdf")
    assert type(caught.value) is kind
    assert list(tmp_path.iterdir()) == []
    assert stream.cancelled


def test_a_torn_stream_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    target.write_bytes(b"before")
    answer, _ = opened(*chunks()[:2])
    with pytest.raises(errors.IntegrityFault):
        answer.save(target)
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    answer, stream = opened(*chunks(), trailer())
    with pytest.raises(KeyboardInterrupt):
        answer.save(tmp_path / "out.pdf", interrupt)
    assert list(tmp_path.iterdir()) == []
    assert stream.cancelled


def test_a_folder_is_no_target_and_breaks_off_the_call(tmp_path: Path) -> None:
    answer, stream = opened(*chunks(), trailer())
    with pytest.raises(IsADirectoryError):
        answer.save(tmp_path)
    assert stream.cancelled


@pytest.mark.parametrize(
    "first",
    [
        [],
        chunks()[:1],
        [trailer()],
        [header(outcome=disclosure_pb2.DECISION_OUTCOME_REFUSED)],
        [header(outcome=disclosure_pb2.DECISION_OUTCOME_UNSPECIFIED)],
        [header(entry=False)],
    ],
)
def test_bytes_without_a_stated_allow_and_a_receipt_are_not_taken(first: list[Response]) -> None:
    stream = Stream(*first, *chunks(), trailer()) if first else Stream()
    with pytest.raises(errors.UnexpectedAnswer):
        Disclosure(stream, "")
    assert stream.cancelled


def test_a_file_without_size_or_digest_is_not_taken() -> None:
    broken = header()
    broken.header.rendition.sha256 = b""
    for first in (broken, header(size=0)):
        with pytest.raises(errors.IntegrityFault):
            Disclosure(Stream(first), "")


def test_a_refused_call_raises_before_there_is_a_disclosure() -> None:
    with pytest.raises(errors.Refused):
        Disclosure(Stream(FailedCall(grpc.StatusCode.FAILED_PRECONDITION, "encrypted")), "")


def test_the_bytes_come_once() -> None:
    answer, _ = opened(*chunks(), trailer())
    assert hashlib.sha256(answer.read()).digest() == answer.rendition.sha256
    with pytest.raises(RuntimeError):
        answer.read()


def test_a_file_over_the_limit_is_not_read_into_memory() -> None:
    answer, _ = opened(*chunks(), trailer())
    with pytest.raises(ValueError, match="max_bytes"):
        answer.read(max_bytes=10)


def test_a_piece_over_1_mib_is_not_taken() -> None:
    large = bytes(1024 * 1024 + 1)
    answer = Disclosure(Stream(header(large), chunk(large, 0), trailer(large)), "")
    with pytest.raises(errors.IntegrityFault, match="1 MiB"):
        answer.read()


def test_leaving_early_breaks_off_the_call() -> None:
    answer, stream = opened(*chunks(), trailer())
    with answer:
        next(iter(answer))
    assert stream.cancelled


def test_repr_tells_nothing_of_the_document() -> None:
    answer, _ = opened()
    assert repr(answer) == f"Disclosure({ENTRY}, {len(CONTENT)} bytes)"
