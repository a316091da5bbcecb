"""The network beside the Kazakh taggers: what it reads, how it learns, and how both are asked together."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from qupia_redaction.nlp.network import Network, packed, unpacked
from qupia_redaction.nlp.shares import Together
from qupia_redaction.nlp.tagger import Tagger, load_tagger
from training.corpus import Text
from training.learning import Learner, Plan, Run
from training.train import train, write_network

LABELS = ["B-PER", "I-PER", "O"]
RUNS: list[Run] = [
    (["Үлгі", "Сынақов", "келді", "."], ["B-PER", "I-PER", "O", "O"], False),
    (["Кеше", "Тестбай", "айтты"], ["O", "B-PER", "O"], False),
    (["КЕШЕ", "ЖАУДЫ"], ["O", "O"], True),
]
SMALL = Plan(rows=400, wide=8, inner=6, rounds=60, batch=2, pace=0.02, forget=0, forget_words=0)


def learnt(plan: Plan = SMALL) -> Learner:
    learner = Learner(LABELS, plan)
    assert list(learner.learn(RUNS))[-1] < 0.3
    return learner


def test_slopes_are_those_of_the_loss() -> None:
    learner = Learner(LABELS, SMALL)
    batch = learner.batch(RUNS)
    for name, weight in learner.weights.items():
        learner.weights[name] = weight.astype(np.float64)  # small steps need the places
    slopes = learner.slopes(batch)[1]
    for name in ("enter", "inner0", "inner1", "leave", "inner0_bias", "leave_bias", "vectors"):
        weight = learner.weights[name]
        at = np.unravel_index(int(np.abs(slopes[name]).argmax()), weight.shape)
        before = weight[at]
        weight[at] = before + 1e-3
        more = learner.slopes(batch)[0]
        weight[at] = before - 1e-3
        less = learner.slopes(batch)[0]
        weight[at] = before
        assert slopes[name][at] == pytest.approx((more - less) / 2e-3, rel=0.02), name


def test_it_learns_and_the_same_seed_gives_the_same_bytes() -> None:
    first, second = packed(learnt().parts()), packed(learnt().parts())
    assert first == second
    network = unpacked(first)
    for words, labels, capitals in RUNS:
        rows = network.probabilities([words], capitals, LABELS)[0]
        assert [LABELS[int(np.argmax(row))] for row in rows] == list(labels)


def test_runs_do_not_see_each_other() -> None:
    network = learnt().network()
    words = [run[0] for run in RUNS[:2]]
    together = network.probabilities(words, False, LABELS)
    for run, rows in zip(words, together, strict=True):
        assert np.allclose(network.probabilities([run], False, LABELS)[0], rows, atol=1e-6)


def test_a_label_it_does_not_know_is_never_so() -> None:
    rows = learnt().network().probabilities([["Үлгі"]], False, ["O", "B-ORG", "B-PER", "I-PER"])[0]
    assert rows[0][1] == 0
    assert sum(rows[0]) == pytest.approx(1)


def test_both_are_asked_and_the_mean_counts() -> None:
    field = [{"O": 0.9, "B-PER": 0.1, "I-PER": 0.0}, {"O": 0.4, "B-PER": 0.0, "I-PER": 0.6}]
    network = [[0.9, 0.0, 0.1], [0.2, 0.6, 0.2]]
    both = Together(LABELS, lambda label, at: field[at][label], network)
    assert both.labels == ["B-PER", "I-PER"]
    assert both.of("PER", 0) == pytest.approx(0.5)
    assert both.of("", 1) == pytest.approx(0.3)


def test_nothing_goes_on_that_has_not_begun() -> None:
    both = Together(LABELS, lambda label, at: {"O": 0.3, "B-PER": 0.2, "I-PER": 0.5}[label], [[0.2, 0.5, 0.3]] * 2)
    assert both.labels[0] != "I-PER"


def test_a_word_that_is_nothing_to_both_costs_one_question() -> None:
    asked: list[str] = []

    def marginal(label: str, at: int) -> float:
        asked.append(f"{label}{at}")
        return 1.0 if label == "O" else 0.0

    both = Together(LABELS, marginal, [[0.0, 0.0, 1.0]])
    assert (asked, both.labels, both.of("", 0), both.of("PER", 0)) == (["O0"], ["O"], 1.0, 0.0)


def test_the_kazakh_taggers_have_a_second_opinion_and_the_others_none() -> None:
    assert isinstance(load_tagger("kk", capitals=False).second, Network)
    assert isinstance(load_tagger("kk-capitals", capitals=True).second, Network)
    assert load_tagger("en", capitals=False).second is None


def test_a_name_the_field_does_not_know_is_found_by_the_network(tmp_path: Path) -> None:
    texts = [Text("Үлгі келді .", ((0, 4, "PER"),)), Text("Жауын жауды .", ())]
    train(texts, tmp_path / "kk.crf", capitals=False, copies=0)
    plan = dataclasses.replace(SMALL, rounds=40)
    write_network(texts, tmp_path / "kk.npz", plan)
    model, network = (tmp_path / "kk.crf").read_bytes(), unpacked((tmp_path / "kk.npz").read_bytes())
    scores = [
        next(iter(s.score for s in tagger.spans(texts[0].text, [(0, len(texts[0].text))])))
        for tagger in (Tagger(model, capitals=False), Tagger(model, capitals=False, second=network))
    ]
    assert scores[0] != scores[1]
