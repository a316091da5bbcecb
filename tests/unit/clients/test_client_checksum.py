"""The client's own CRC32C gives the published values, and the same ones as the fast library."""

from __future__ import annotations

import google_crc32c
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qupia_client.crc32c import crc32c, table_crc32c


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"", 0),
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),  # RFC 3720, appendix B.4
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
    ],
)
def test_published_values(data: bytes, value: int) -> None:
    assert table_crc32c(data) == value
    assert crc32c(data) == value


@given(st.binary(max_size=300))
def test_both_methods_agree(data: bytes) -> None:
    assert table_crc32c(data) == google_crc32c.value(data)
