"""Find given terms in the text of a whole document, in any form, and say which characters hold them.

Works on skeletons (`fold`) in several reading orders (`order`), looks for the forms of each term
(`forms`), and keeps to word boundaries: a short term never eats a part of another word. Pure; linear in the
length of the document for a given list of terms.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Category, Detail, PageText, PrivateText, TextSource
from qupia_redaction.terms.fold import ADJACENT, APART, BLANK, SOFT, WALL, Piece, Skeleton, is_unseen, skeleton
from qupia_redaction.terms.forms import LONGEST_ENDING, Needle, Stem, is_ending, needles
from qupia_redaction.terms.misread import Taken, misread
from qupia_redaction.terms.order import Cut, as_drawn, threads
from qupia_redaction.terms.typed import respelled

FOUND_BY = "term"
_SPLIT_FROM = 5
_FREE_DIGITS = 8
_FREE_LETTERS = 8
_GLUED_LETTERS = 7
_SHORT = 3
_ROOM = 2
"""Characters of context for each letter of a term: as many again may be separators."""

Place = tuple[int, int, int]
"""Index of a page, start and end in its text."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a reader knows of each page beside its text.

    Attributes:
        cuts: the cells and columns' lines, as stretches of the text.
        ocr_from: the offset from which the text was read by OCR.
        drawn: offsets in drawing order; empty for pages that are drawn as they read.
    """

    cuts: Sequence[Sequence[Cut]]
    ocr_from: Sequence[int]
    drawn: Sequence[Sequence[int]] = ()


def find_terms(
    pages: Sequence[PageText], terms: Iterable[PrivateText], layout: Layout | None = None
) -> tuple[Detail, ...]:
    """Return every place of every term, sorted, without overlaps on a page.

    Args:
        pages: texts of all pages, in order.
        terms: what to look for.
        layout: what the reader knows of the pages; without it cells are told apart by gaps.

    Raises:
        RedactionRefused: OBLIGATION_UNFULFILLABLE when a term holds no letter or digit.
    """
    wanted = [needle for term in terms for needle in _needles(term)]
    if not wanted or not pages:
        return ()
    layout = layout or Layout(
        [()] * len(pages), [0 if page.source is TextSource.OCR else len(page.text) for page in pages]
    )
    places = set(_in_orders(pages, wanted, layout))
    places.update(_respelled(pages, wanted, layout))
    seen = [Piece(index, start, len(pages[index].text)) for index, start in enumerate(layout.ocr_from)]
    read = skeleton(pages, seen)
    taken = Taken(matches(read, wanted))
    for needle in wanted if read.text else ():
        for start, end in misread(read, needle, _boundary, taken):
            places.update(_places(pages, read, start, end))
    return tuple(_details(pages, places))


def folded_texts(pages: Sequence[PageText], layout: Layout, letters: int) -> Iterator[str]:
    """Yield every text in which terms of at most so many letters are looked for, folded: all orders and spellings."""
    yield from (folded.text for folded in _orders(pages, layout, letters))
    for _, texts, other in _spellings(pages, layout):
        yield from (folded.text for folded in _orders(texts, other, letters))


def _in_orders(pages: Sequence[PageText], wanted: Sequence[Needle], layout: Layout) -> Iterator[Place]:
    """Yield places of needles in all orders."""
    for folded in _orders(pages, layout, max(needle.letters for needle in wanted)):
        for start, end in matches(folded, wanted):
            yield from _places(pages, folded, start, end)


def _orders(pages: Sequence[PageText], layout: Layout, letters: int) -> Iterator[Skeleton]:
    """Yield pages folded in their own order, in other orders of reading, and in the order of drawing."""
    yield _natural(pages)
    yield _threaded(pages, layout.cuts, letters)
    yield _as_drawn(pages, layout.drawn)


def _respelled(pages: Sequence[PageText], wanted: Sequence[Needle], layout: Layout) -> Iterator[Place]:
    """Yield places of longer needles on pages whose words can be meant otherwise than they are spelled."""
    long = [needle for needle in wanted if needle.letters > _SHORT]
    for at, texts, other in _spellings(pages, layout) if long else ():
        for index, start, end in _in_orders(texts, long, other):
            yield at[index], start, end


def _spellings(pages: Sequence[PageText], layout: Layout) -> Iterator[tuple[list[int], list[PageText], Layout]]:
    """Yield the pages that can be spelled otherwise: which they are, their other texts, and their layout."""
    for texts in zip_longest(*map(respelled, pages)):
        at = [index for index, text in enumerate(texts) if text is not None]
        other = Layout([layout.cuts[i] for i in at], (), [layout.drawn[i] for i in at] if layout.drawn else ())
        yield at, [text for text in texts if text is not None], other


def whole_places(pages: Sequence[PageText], terms: Iterable[PrivateText]) -> Iterator[Place]:
    """Yield where terms stand whole, in their own order and without any ending; case and separators do not matter.

    Unlike `find_terms` it takes no look-alikes and no forms: what is found here is shown, so that doubt is not enough.
    """
    folded = _natural(pages)
    for term in terms:
        spelled = _spelled(term.reveal())
        for start, end in set(matches(folded, _needles(term))):
            if _spelled(folded.raw[start:end]) == spelled:
                yield from _places(pages, folded, start, end)


def _spelled(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFC", text).casefold() if char.isalnum())


def _as_drawn(pages: Sequence[PageText], drawn: Sequence[Sequence[int]]) -> Skeleton:
    orders = ((index, order) for index, order in enumerate(drawn) if order)
    return skeleton(pages, (piece for at, order in orders for piece in (*as_drawn(at, pages[at], order), WALL)))


def _natural(pages: Sequence[PageText]) -> Skeleton:
    return skeleton(pages, (Piece(index, 0, len(page.text)) for index, page in enumerate(pages)))


def _threaded(pages: Sequence[PageText], cuts: Sequence[Sequence[Cut]], letters: int) -> Skeleton:
    """Fold what can be read in other orders."""
    room = _ROOM * letters + LONGEST_ENDING
    return skeleton(pages, (piece for thread in threads(pages, cuts, room) for piece in (*thread, WALL)))


def mentions(text: str, terms: Iterable[PrivateText]) -> bool:
    """Tell whether a text that stands on no page (the content of a code) holds one of the terms."""
    alone = PageText(1, PrivateText(text), (None,) * len(text), TextSource.GLYPHS, 0.0, 0.0)
    return bool(find_terms([alone], terms))


def can_be_found(term: PrivateText) -> bool:
    """Tell whether there is anything in a term to look for: a letter or a digit."""
    return bool(needles(term.reveal()))


def _needles(term: PrivateText) -> tuple[Needle, ...]:
    found = needles(term.reveal())
    if not found:
        raise RedactionRefused(RefusalCode.OBLIGATION_UNFULFILLABLE)
    return found


def matches(folded: Skeleton, wanted: Sequence[Needle]) -> Iterator[tuple[int, int]]:
    """Yield ranges of a skeleton that hold one of the needles."""
    text = folded.text
    for needle in wanted:
        for stem in needle.words[0]:
            at = text.find(stem.text)
            while at >= 0:
                end = _match(folded, needle, at, stem)
                if end is not None:
                    yield at, end
                at = text.find(stem.text, at + 1)


def _match(folded: Skeleton, needle: Needle, at: int, first: Stem) -> int | None:
    """Return the end of the longest form of a needle that begins here with this stem, or None."""
    if not _begins(folded, needle, at):
        return None
    ends = [end for end in _ends(folded, needle, 0, at, first) if _allowed(folded, needle, at, end)]
    return max(ends, default=None)


def _ends(folded: Skeleton, needle: Needle, number: int, at: int, stem: Stem) -> Iterator[int]:
    """Yield where the words of a needle from `number` on can end, when that word begins here with this stem."""
    last = number == len(needle.words) - 1
    for end in _word_ends(folded, at + len(stem.text), stem):
        if last:
            if _ends_well(folded, needle, end):
                yield end
            continue
        for following in needle.words[number + 1]:
            if folded.text.startswith(following.text, end):
                yield from _ends(folded, needle, number + 1, end, following)


def _word_ends(folded: Skeleton, at: int, stem: Stem) -> Iterator[int]:
    """Yield where a word whose stem ends here can end: behind the stem, or behind an ending up to a boundary."""
    if stem.bare:
        yield at
    for end in range(at + 1, min(at + LONGEST_ENDING, len(folded.text)) + 1):
        if folded.gaps[end - 1] > SOFT:
            return
        letters = not folded.raw[at:end].isdigit()  # the number of a note
        if letters and _boundary(folded, end) and is_ending(folded.text[at:end], stem.endings):
            yield end


def _begins(folded: Skeleton, needle: Needle, at: int) -> bool:
    if needle.letters <= _SHORT and at and folded.gaps[at] == SOFT:
        return False  # the second half of a word that a hyphen broke
    return _boundary(folded, at) or _free(needle) or (not needle.digits and needle.letters >= _GLUED_LETTERS)


def _ends_well(folded: Skeleton, needle: Needle, end: int) -> bool:
    if needle.letters <= _SHORT and end < len(folded.text) and folded.gaps[end] == SOFT:
        return False
    return _boundary(folded, end) or _free(needle)


def _free(needle: Needle) -> bool:
    """Tell whether a needle is too long to stand inside a word by accident."""
    if needle.digits:
        return needle.letters >= _FREE_DIGITS
    return len(needle.words) > 1 and needle.letters >= _FREE_LETTERS


def _boundary(folded: Skeleton, at: int) -> bool:
    """Tell whether a word can begin or end before the character at `at`."""
    if at in {0, len(folded.text)} or folded.gaps[at] != ADJACENT:
        return True
    before, after = folded.raw[at - 1], folded.raw[at]
    return before.isdigit() != after.isdigit() or (before.islower() and after.isupper())


def _allowed(folded: Skeleton, needle: Needle, start: int, end: int) -> bool:
    """Tell whether the parts of a short term may stand apart as they do."""
    if needle.letters >= _SPLIT_FROM:
        return True
    seams = _seams(needle)
    gaps = [folded.gaps[at] for at in range(start + 1, end) if at - start not in seams]
    if all(gap <= SOFT for gap in gaps):
        return True
    if needle.digits:
        return False
    same = all(
        folded.raw[start + at].isupper() == capital for at, capital in enumerate(needle.capitals) if start + at < end
    )
    spaced = all(gap == BLANK for gap in gaps)
    broken = needle.letters > 2 and sum(gap > SOFT for gap in gaps) == 1 and APART in gaps
    if spaced and not same and all(char.isupper() for char in folded.raw[start:end]):
        return _alone(folded, start, end, beside=needle.letters >= _SHORT)  # letters in cells of a form
    return same and (spaced or broken)


def _alone(folded: Skeleton, start: int, end: int, beside: bool) -> bool:
    """Tell whether single letters stand on a line of their own, or beside words but no other single letters."""
    last = len(folded.text)
    begins, ends = start == 0 or folded.gaps[start] > BLANK, end == last or folded.gaps[end] > BLANK
    if beside:
        begins = begins or (start > 1 and folded.gaps[start - 1] == ADJACENT)
        ends = ends or (end + 1 < last and folded.gaps[end + 1] == ADJACENT)
    return begins and ends


def _seams(needle: Needle) -> set[int]:
    """Return where words meet, counted from the start of the needle."""
    seams, at = set(), 0
    for word in needle.words[:-1]:
        at += len(word[0].text)
        seams.add(at)
    return seams


def _places(pages: Sequence[PageText], folded: Skeleton, start: int, end: int) -> Iterator[Place]:
    """Yield the stretches of page texts that a range of a skeleton stands for."""
    first = start
    for at in range(start + 1, end + 1):
        if at < end and folded.pages[at] == folded.pages[first]:
            between = (folded.offsets[at - 1], folded.offsets[at])
            if between[0] <= between[1] and not _holds_text(pages[folded.pages[at]], between[0] + 1, between[1]):
                continue
        page = folded.pages[first]
        yield page, folded.offsets[first], _with_marks(pages[page], folded.offsets[at - 1] + 1)
        first = at


def _holds_text(page: PageText, start: int, end: int) -> bool:
    return any(char.isalnum() for char in page.text.reveal()[start:end])


def _with_marks(page: PageText, end: int) -> int:
    """Take accents and joiners behind the last letter along."""
    text = page.text.reveal()
    while end < len(text) and is_unseen(text[end]):
        end += 1
    return end


def _details(pages: Sequence[PageText], places: Iterable[Place]) -> Iterator[Detail]:
    """Join places that overlap."""
    joined: list[Place] = []
    for page, start, end in sorted(places):
        if joined and joined[-1][0] == page and start < joined[-1][2]:
            joined[-1] = (page, joined[-1][1], max(end, joined[-1][2]))
        else:
            joined.append((page, start, end))
    for page, start, end in joined:
        yield Detail(pages[page].number, start, end, Category.TERM, 1.0, FOUND_BY)
