"""Words are made when they are asked for, and are the same each time and from either end."""

from __future__ import annotations

from array import array

from qupia_redaction.nlp.words import Word, split_lines, split_words

TEXT = "Акт осмотра № 17\n\nсоставлен комиссией,\nподписан А.Б. Үлгілі"


def test_words_are_those_of_the_lines_by_number_by_part_and_one_by_one() -> None:
    words = split_words(TEXT, split_lines(TEXT))
    assert [word.text for word in words] == "Акт осмотра 17 составлен комиссией подписан А Б Үлгілі".split()
    assert [words[at] for at in range(len(words))] == list(words)
    assert words[-1] == Word(len(TEXT) - 6, len(TEXT), "Үлгілі", 2)
    assert words[1:5:2] == [words[1], words[3]]
    assert words.starts == array("I", [word.start for word in words])
    assert all(TEXT[word.start : word.end] == word.text for word in words)
