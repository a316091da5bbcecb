"""Train the taggers of names on annotated texts, measure them on texts they have not seen, write models and figures.

Run in the folder `redaction`: `python -m training.train DATA [--language kk|en] [--hold-out]`. DATA is a folder with
the development sets (see `corpus.py`). `--hold-out` trains without the part that is measured and prints figures;
without it the models that are shipped are written, trained on everything. Seeds are fixed: the same data gives the
same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pycrfsuite

from qupia_redaction.nlp import features as known
from qupia_redaction.nlp.keys import key
from qupia_redaction.nlp.network import packed
from training.augment import renamed
from training.corpus import Text, english, kazakh, labelled
from training.learning import Learner, Plan
from training.measure import measure

MODELS = Path(known.__file__).parent / "models"
SOURCES = {"kk": kazakh, "en": english}
SETTINGS = {"c1": 0.05, "c2": 0.01, "max_iterations": 120, "feature.possible_transitions": True}
COPIES = {"kk": 2, "en": 3}
"""How often a text with persons is repeated with other names."""

NETWORKS = frozenset({"kk"})
"""Languages with a second opinion."""

NETWORK_COPIES = 1
PLAN = Plan()


def main() -> None:
    """Train what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--language", choices=sorted(SOURCES), default="kk")
    parser.add_argument("--hold-out", action="store_true", help="train without the measured part, into a side folder")
    parser.add_argument("--part", choices=("fields", "network"), help="train only these; both without it")
    parser.add_argument("--folder", type=Path, default=MODELS, help="where the models go")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    halves = {language: read(options.data) for language, read in SOURCES.items()}
    usable = {language: seen if options.hold_out else [*seen, *unseen] for language, (seen, unseen) in halves.items()}
    write_words([text for texts in usable.values() for text in texts], MODELS / "words.txt")
    texts, unseen = usable[options.language], halves[options.language][1]
    if options.part != "fields" and options.language in NETWORKS:
        write_network(texts, options.folder / f"{options.language}.npz")
    for capitals in (False, True):
        model = options.folder / f"{options.language}{'-capitals' * capitals}.crf"
        if options.part != "network":
            train(texts, model, capitals, COPIES[options.language])
        if options.hold_out:
            figures = {"capitals": capitals, **measure(model, unseen, capitals)}
            sys.stdout.write(json.dumps(figures, indent=1) + "\n")


def write_words(texts: Sequence[Text], path: Path) -> None:
    """Write the stems that stand in small letters twice or more."""
    counts = Counter(
        known.stem_of(key(word))
        for text in texts
        for word in known.TOKEN.findall(text.text)
        if word[0].isalpha() and word.islower()
    )
    path.write_text("\n".join(sorted(s for s, n in counts.items() if n > 1 and len(s) > 1)) + "\n", "utf-8")


def train(texts: Sequence[Text], model: Path, capitals: bool, copies: int) -> None:
    """Train one tagger and write its model."""
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params(SETTINGS)
    for tokens, labels in _sequences(texts, copies):
        trainer.append(known.features([t.upper() for t in tokens] if capitals else tokens, capitals), labels)
    trainer.train(str(model))


def write_network(texts: Sequence[Text], path: Path, plan: Plan = PLAN) -> None:
    """Train the second opinion on texts as they are and typed in CAPITALS, and write it."""
    sequences = list(_sequences(texts, NETWORK_COPIES))
    runs = [(words, labels, False) for words, labels in sequences]
    runs += [([word.upper() for word in words], labels, True) for words, labels in sequences]
    learner = Learner(sorted({label for _, labels, _ in runs for label in labels}), plan)
    for number, loss in enumerate(learner.learn(runs)):
        sys.stdout.write(f"network, round {number}: loss {loss:.4f}\n")
    path.write_bytes(packed(learner.parts()))


def _sequences(texts: Sequence[Text], copies: int) -> Iterator[tuple[list[str], list[str]]]:
    for text in texts:
        tokens, labels = labelled(text)
        if tokens:
            yield tokens, labels
    yield from renamed([labelled(t) for t in texts], copies)


if __name__ == "__main__":
    main()
