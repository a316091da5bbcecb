"""Russian named entities: natasha's slovnet model, with our own words instead of its slow tokenizer.

No spaCy model, nothing downloaded: the model and its embeddings are inside the natasha package. natasha's own
`MorphVocab` needs pkg_resources and is not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
from slovnet.const import SHAPE, TAG
from slovnet.exec.encoders import TagEncoder
from slovnet.exec.infer import NERInfer, TagDecoder
from slovnet.exec.model import NER
from slovnet.exec.pack import Pack
from slovnet.shape import word_shape
from slovnet.vocab import Vocab

from qupia_redaction.nlp.case import restore_case
from qupia_redaction.nlp.features import TOKEN
from qupia_redaction.nlp.layers import Layers
from qupia_redaction.nlp.tagger import Span
from qupia_redaction.nlp.vectors import SortedWords, embedding, natasha_home

_NER = "data/model/slovnet_ner_news_v1.tar"
_BATCH = 8
_REMEMBERED = 8192
_Token = tuple[int, int]


class _Encoder(TagEncoder):  # type: ignore[misc]  # slovnet is not typed
    """Numbers of words and of their shapes, remembered: words come again."""

    def __init__(self, words: SortedWords, shapes: Vocab) -> None:
        super().__init__(words, shapes, _BATCH)
        self._numbers = lru_cache(maxsize=_REMEMBERED)(self._looked_up)

    def item(self, words: Sequence[str]) -> tuple[list[int], list[int]]:
        """Return the numbers of words, and of their shapes."""
        pairs = [self._numbers(word) for word in words]
        return [word for word, _ in pairs], [shape for _, shape in pairs]

    def _looked_up(self, word: str) -> tuple[int, int]:
        return self.words_vocab.encode(word.lower()), self.shapes_vocab.encode(word_shape(word))


class _Infer(NERInfer):  # type: ignore[misc]
    """The model with quicker layers, and a quicker search for the most likely tags."""

    def __init__(self, model: Any, encoder: _Encoder, decoder: TagDecoder) -> None:
        super().__init__(model, encoder, decoder)
        self._layers = Layers(model)

    def process(self, inputs: Iterable[Any]) -> Iterator[list[int]]:
        """Yield the tags of each run of tokens."""
        for one in inputs:
            yield from likely_tags(self._layers.scores(one), ~one.pad_mask, self.model.head.crf.transitions.array)


def likely_tags(
    scores: npt.NDArray[np.float32], mask: npt.NDArray[np.bool_], transitions: npt.NDArray[np.float32]
) -> Iterator[list[int]]:
    """Yield the most likely tags of runs of tokens, as slovnet's `CRF.decode` finds them.

    Args:
        scores: runs x tokens x tags.
        mask: runs x tokens: what is no padding.
        transitions: tags x tags: scores of one behind the other.
    """
    best = scores[:, 0]
    came = []
    whole = np.logical_and.reduce(mask, axis=0).tolist()
    for at in range(1, scores.shape[1]):
        pairs = best[:, :, None] + transitions + scores[:, at, None, :]
        came.append(pairs.argmax(axis=1).tolist())
        now = pairs.max(axis=1)
        best = now if whole[at] else np.where(mask[:, at, None], now, best)
    for run, size in enumerate((mask.sum(axis=1) - 1).tolist()):
        tag = int(best[run].argmax())
        tags = [tag]
        for step in reversed(came[:size]):
            tag = step[run][tag]
            tags.append(tag)
        yield tags[::-1]


class RussianNames:
    """The loaded model (35 MB, the vectors of words with it). Not thread-safe."""

    def __init__(self) -> None:
        vectors = embedding()
        with Pack(str(natasha_home() / _NER)) as pack:  # as slovnet does, but with the words that the vectors have
            model = pack.load_model(NER)
            arrays = dict(pack.load_arrays(model.weights))
            encoder = _Encoder(vectors.vocab, pack.load_vocab(SHAPE))
            decoder = TagDecoder(pack.load_vocab(TAG))
        self._infer: Any = _Infer(model.inject_arrays(arrays).inject_navec(vectors), encoder, decoder)

    def spans(self, text: str, ranges: Sequence[tuple[int, int]]) -> Iterator[Span]:
        """Yield persons, places and organisations in ranges of a text."""
        counted = ((len(_run(text, start, end)[0]), start, end) for start, end in ranges)
        runs = sorted((run for run in counted if run[0]), key=lambda run: run[0])  # of like length: little padding
        for at in range(0, len(runs), _BATCH):
            batch = [_run(text, start, end) for _, start, end in runs[at : at + _BATCH]]
            found = self._infer.decoder(self._infer.process(self._infer.encoder([words for _, words in batch])))
            for (tokens, _), tags in zip(batch, found, strict=True):
                yield from _entities(tokens, tags)


def _run(text: str, start: int, end: int) -> tuple[list[_Token], list[str]]:
    """Return where the tokens of a range stand, and the tokens: not kept, of a whole document they take much room."""
    shown = restore_case(text[start:end])
    tokens = [match.span() for match in TOKEN.finditer(shown)]
    return [(start + a, start + b) for a, b in tokens], [shown[a:b] for a, b in tokens]


def _entities(tokens: Sequence[_Token], tags: Sequence[str]) -> Iterator[Span]:
    """Join words tagged B-, I- of one kind."""
    number = 0
    numbered = []
    for tag in tags:
        number += not tag.startswith("I-")
        numbered.append((number, tag[2:]))
    pairs = zip(tokens, numbered, strict=True)
    for (_, kind), group in groupby(pairs, key=lambda pair: pair[1]):
        inside = [token for token, _ in group]
        if kind:
            yield Span(inside[0][0], inside[-1][1], kind)
