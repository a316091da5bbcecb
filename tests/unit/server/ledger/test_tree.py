"""The Merkle tree against RFC 9162: known roots, and a second, recursive reading of the definition."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from qupia_server.ledger.tree import EMPTY_ROOT, Edge

# The leaves of the well-known Certificate Transparency test tree, and its roots by size.
LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
}


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.1, read literally."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + root_by_definition(leaves[:split]) + root_by_definition(leaves[split:])).digest()


def test_roots_of_the_known_tree() -> None:
    edge = Edge()
    assert edge.root() == EMPTY_ROOT
    for size, data in enumerate(LEAVES, start=1):
        edge = edge.append(leaf_hash(data))
        assert edge.root().hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_edge_agrees_with_the_definition(data: list[bytes]) -> None:
    leaves = [leaf_hash(item) for item in data]
    edge = Edge()
    for leaf in leaves:
        edge = edge.append(leaf)
    assert edge.size == len(leaves)
    assert edge.root() == root_by_definition(leaves)
    assert len(edge.hashes) == len(leaves).bit_count()


def test_an_edge_is_a_value() -> None:
    before = Edge().append(leaf_hash(b"a"))
    root = before.root()
    before.append(leaf_hash(b"b"))
    assert before.root() == root
