"""How the learned reader learns: from the passages developed on, each also told again with other names in it.

Whoever finds what the anonymiser missed adds a passage in its shape to ``passages/developed_on.txt`` and learns anew
(``make learn``). The passages held out are never learned from. Beside the weights a note says what they were
learned from; where passages, features or settings have changed since, a test fails.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import pycrfsuite

from services.redaction.features import features
from services.redaction.learned import LEARNED_KINDS, OUTSIDE, WEIGHTS, learned_kind
from services.redaction.lexicon import surnames
from services.redaction.masking import written
from services.redaction.measuring import Passage, Split, passages
from services.redaction.spans import Kind, Span
from services.redaction.tagged import stretches

SETTINGS: dict[str, float | int | bool] = {
    "c1": 0.2,
    "c2": 0.05,
    "max_iterations": 120,
    "feature.possible_transitions": True,
}
"""Of CRFsuite: L1 and L2 regularisation, and how many times L-BFGS steps at the most."""
TOLD_AGAIN = 1
"""So many times a passage is told again with other names."""
MASKED_SHARES = (0.5, 1.0)
"""And again with such a share of its names masked already: behind a mask nothing is to be found."""
_SWAPPED_SHARE = 0.7
_SEED = 20_260_101
_NOTE = WEIGHTS.with_suffix(".json")
_NAME_LENGTHS = (2, 3)
LOOKED_AT_EVERY = 20
"""The note holds how every so many passages look to the reader: all of them would take half a minute."""


def learn() -> dict[str, Any]:
    """Learn from the passages developed on, write the weights and the note beside them, and return the note."""
    told = list(passages(Split.DEVELOPED_ON))
    chance = random.Random(_SEED)  # noqa: S311 - the same passages are told again the same way
    pool = _pool(told)
    marked = [passage for passage in told if passage.marked]
    again = [_with_other_names(passage, pool, chance) for _ in range(TOLD_AGAIN) for passage in marked]
    again += [_masked_in_part(passage, share, chance) for share in MASKED_SHARES for passage in marked]
    trainer = pycrfsuite.Trainer(verbose=False)
    for passage in (*told, *again):
        for asked, labels in _examples(passage):
            trainer.append(asked, labels)
    trainer.set_params(SETTINGS)
    WEIGHTS.parent.mkdir(exist_ok=True)
    trainer.train(str(WEIGHTS))
    note = {**what_it_learns_from(), "weights_sha256": hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()}
    _NOTE.write_text(json.dumps(note, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return note


def what_it_learns_from() -> dict[str, Any]:
    """Return what the weights follow from: passages, settings, and by digest how some of them look to the reader.

    Every list, tagger and feature shows in the looks; that they are the stored ones is what a test holds.
    """
    told = passages(Split.DEVELOPED_ON)
    texts, looks = hashlib.sha256(), hashlib.sha256()
    for number, passage in enumerate(told):
        texts.update(repr((passage.text, [(one.start, one.end, one.kind.value) for one in passage.marked])).encode())
        if number % LOOKED_AT_EVERY == 0:
            looks.update(repr(list(_examples(passage))).encode())
    return {
        "passages": len(told),
        "marked": sum(len(passage.marked) for passage in told),
        "passages_sha256": texts.hexdigest(),
        "looks_sha256": looks.hexdigest(),
        "settings": {**SETTINGS, "told_again": TOLD_AGAIN, "masked_shares": list(MASKED_SHARES), "seed": _SEED},
    }


def noted() -> dict[str, Any]:
    """Return the note beside the weights."""
    told: dict[str, Any] = json.loads(_NOTE.read_text(encoding="utf-8"))
    return told


def _examples(passage: Passage) -> Iterator[tuple[list[list[str]], list[str]]]:
    labels = [OUTSIDE] * len(passage.text)
    for span in passage.marked:
        kind = learned_kind(span.kind)
        labels[span.start : span.end] = [f"B-{kind}", *[f"I-{kind}"] * (span.end - span.start - 1)]
    for start, end in stretches(passage.text):
        yield features(passage.text[start:end]), labels[start:end]


def _with_other_names(passage: Passage, pool: dict[Kind, list[str]], chance: random.Random) -> Passage:
    """Return a passage with other names in the places of its own: what stands around a name is to be learned."""
    parts: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for span in passage.marked:
        said = passage.text[span.start : span.end]
        before = passage.text[at : span.start]
        if chance.random() < _SWAPPED_SHARE:
            said = _another(span.kind, said, pool, chance)
        parts += [before, said]
        length += len(before)
        spans.append(Span(length, length + len(said), span.kind, span.rule))
        length += len(said)
        at = span.end
    return Passage(passage.line, "".join((*parts, passage.text[at:])), tuple(spans))


def _masked_in_part(passage: Passage, share: float, chance: random.Random) -> Passage:
    """Return a passage as it stands when some of its names are masked, what is masked being marked no more."""
    taken = tuple(span for span in passage.marked if chance.random() < share)
    text, origins = written(passage.text, taken)
    where = {origin: at for at, origin in enumerate(origins) if origin is not None}
    left = [span for span in passage.marked if span not in taken]
    spans = tuple(Span(where[span.start], where[span.end - 1] + 1, span.kind, span.rule) for span in left)
    return Passage(passage.line, text, spans)


def _another(kind: Kind, said: str, pool: dict[Kind, list[str]], chance: random.Random) -> str:
    if kind is Kind.PERSON:
        if said[0] in surnames() and len(said) in _NAME_LENGTHS:
            givens = "".join(name[1:] for name in pool[kind])
            return chance.choice(sorted(surnames())) + "".join(chance.choice(givens) for _ in said[1:])
        return said
    return chance.choice(pool[kind]) if kind in LEARNED_KINDS and kind is not Kind.NUMBER else said


def _pool(told: Iterable[Passage]) -> dict[Kind, list[str]]:
    """Return what is marked, by kind; of persons the names of two and three characters alone."""
    pool: dict[Kind, list[str]] = {kind: [] for kind in Kind}
    for passage in told:
        for span in passage.marked:
            said = passage.text[span.start : span.end]
            if span.kind is not Kind.PERSON or (len(said) in _NAME_LENGTHS and said[0] in surnames()):
                pool[span.kind].append(said)
    return pool


if __name__ == "__main__":
    sys.stdout.write(f"{json.dumps(learn(), ensure_ascii=False, indent=1)}\n")
