"""Page tokens hold for one query and one caller, unchanged."""

from __future__ import annotations

from base64 import urlsafe_b64decode

import pytest

from qupia_server.errors import InvalidRequest
from qupia_server.rpc.paging import Pager, page_size

PAGER = Pager(b"k" * 32)
QUERY = {"list": "documents", "archive": "central", "for": "person:one"}


@pytest.mark.parametrize("position", ["doc-1", "17", "құжат", "x" * 100])
def test_a_token_gives_its_position_back(position: str) -> None:
    token = PAGER.token(position, QUERY)
    assert PAGER.position(token, QUERY) == position
    assert PAGER.position(token, dict(reversed(QUERY.items()))) == position


def test_no_token_for_no_position() -> None:
    assert PAGER.token("", QUERY) == ""
    assert PAGER.position("", QUERY) == ""


@pytest.mark.parametrize("change", [{"archive": ""}, {"for": "person:two"}, {"list": "audit"}, {"more": "x"}])
def test_a_token_does_not_hold_for_another_query(change: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        PAGER.position(PAGER.token("doc-1", QUERY), QUERY | change)
    assert list(caught.value.facts) == ["page_token"]


def test_every_changed_character_breaks_a_token() -> None:
    token = PAGER.token("doc-1234", QUERY)
    for index, letter in enumerate(token[:-1]):
        changed = token[:index] + ("A" if letter != "A" else "B") + token[index + 1 :]
        with pytest.raises(InvalidRequest):
            PAGER.position(changed, QUERY)


@pytest.mark.parametrize("token", ["x", "é", "=" * 9, "A" * 43, "A" * 600, "%00"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidRequest):
        PAGER.position(token, QUERY)


@pytest.mark.parametrize("position", ["doc-hidden-adoption", "д-1"])
def test_a_token_does_not_tell_its_position(position: str) -> None:
    token = PAGER.token(position, QUERY)
    assert position.encode() not in urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert PAGER.token(position, QUERY) != token


def test_another_key_makes_other_tokens() -> None:
    with pytest.raises(InvalidRequest):
        PAGER.position(Pager(b"o" * 32).token("doc-1", QUERY), QUERY)
    with pytest.raises(ValueError, match="32 bytes"):
        Pager(b"short")


@pytest.mark.parametrize(("asked", "size"), [(0, 50), (1, 1), (1000, 1000), (1001, 1000), (2**31 - 1, 1000)])
def test_sizes_are_coerced(asked: int, size: int) -> None:
    assert page_size(asked) == size


def test_a_negative_size_is_an_error() -> None:
    with pytest.raises(InvalidRequest) as caught:
        page_size(-1)
    assert list(caught.value.facts) == ["page_size"]
