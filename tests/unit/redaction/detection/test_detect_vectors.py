"""Words of the vectors as sorted bytes: the numbers are those of the packages' own lists."""

from __future__ import annotations

from gzip import decompress

import pytest
from slovnet.const import WORD
from slovnet.exec.pack import Pack, vocab_name

from qupia_redaction.nlp.russian import _NER
from qupia_redaction.nlp.vectors import SortedWords, embedding, natasha_home


def test_numbers_are_those_of_the_taggers_own_list() -> None:
    with Pack(str(natasha_home() / _NER)) as pack:
        listed = decompress(pack.read(vocab_name(WORD))).decode().split("\n")
    words = embedding().vocab
    assert len(words) == len(listed)
    assert listed[:-2] == sorted(listed[:-2])
    for number in {*range(0, len(listed), 501), len(listed) - 3, len(listed) - 2, len(listed) - 1}:
        assert words.encode(listed[number]) == words[listed[number]] == number


def test_a_word_that_is_not_listed_is_unknown() -> None:
    words = SortedWords("а\nба\nв\n<unk>\n<pad>".encode())
    assert [words.encode(w) for w in ("а", "ба", "в", "<unk>", "<pad>")] == [0, 1, 2, 3, 4]
    assert [words.encode(w) for w in ("", "б", "я", "\ud800", "а\nба")] == [3] * 5
    assert "ба" in words
    assert "б" not in words
    with pytest.raises(KeyError):
        words["б"]


def test_a_list_that_ends_otherwise_is_refused() -> None:
    with pytest.raises(ValueError, match="does not end"):
        SortedWords("а\nб\nв".encode())
