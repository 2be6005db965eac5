"""What each evaluator prints is stored, since an edition of it must rebuild byte for byte for ever.

Where this fails, either the change was not meant, or ``EVALUATOR`` is to be raised and a new sample stored beside the
old ones: ``python -m tests.services.publication.test_samples``, with the tree's root on the path.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.facts import Moment
from gateways.pages.bulletin_page import read_edition
from services.publication.canonical import canonical
from services.publication.internal_edition import EVALUATOR, REBUILT, EditionSettings
from services.publication.publication import Publication
from services.publication.rebuilding import rebuild
from tests.composed import APPROVER, StandingClock, a_house
from tests.services.publication.book import AFTER_Q1, AFTER_Q4, PRODUCER, Q1, WITHOUT, Book, publication, told

SAMPLES = Path(__file__).parent / "samples"

_RECEIPT = re.compile(r"(?<=\d{8}-)\d{7}-[\dX]")
_HEXADECIMAL = re.compile(r"\b[0-9a-f]{64}\b")


def without_chance(document: dict[str, Any]) -> bytes:
    """An edition without what differs from one instance to another: roots, and how many events it opened with."""
    text = canonical({**document, "position": 0}).decode()
    said = text.replace(f"第 {document['position']} 条", "第 0 条").replace(
        f"position {document['position']}", "position 0"
    )
    return _RECEIPT.sub("0000000-0", _HEXADECIMAL.sub("0" * 64, said)).encode()


def sample_of(evaluator: str) -> Path:
    return SAMPLES / f"evaluator-{evaluator}.json"


@pytest.mark.parametrize("evaluator", sorted(REBUILT))
def test_an_evaluator_prints_what_it_always_printed(book: Book, evaluator: str) -> None:
    pub = publication(book.house, editions=EditionSettings(evaluator=evaluator))
    pub.freeze(Q1, PRODUCER, Moment(AFTER_Q1))
    assert orjson.loads(without_chance(pub.show(Q1).document)) == orjson.loads(sample_of(evaluator).read_bytes())


def test_an_edition_of_the_evaluator_before_is_rebuilt_from_the_log(book: Book, pub: Publication) -> None:
    before = publication(book.house, editions=EditionSettings(evaluator="6"))
    before.freeze(Q1, PRODUCER, Moment(AFTER_Q1))
    before.approve(Q1, APPROVER, Moment(AFTER_Q1), without_proof=WITHOUT)
    before.publish(Q1, APPROVER, Moment(AFTER_Q1))
    shown = pub.show(Q1)
    for path in (book.house.settings.data / "editions").iterdir():
        path.unlink()
    assert pub.show(Q1).content == shown.content
    assert rebuild(book.house.log, book.house.settings.data, Q1).equal


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_stored_sample_is_still_read_by_the_page(sample: Path) -> None:
    view = read_edition(orjson.loads(sample.read_bytes()))
    assert len(view.sections) == 10


def _store() -> None:
    folder = Path(tempfile.mkdtemp())
    clock = StandingClock(AFTER_Q4)
    with a_house(folder / "data", clock) as house:
        told(house, clock)
        pub = publication(house)
        pub.freeze(Q1, PRODUCER, Moment(AFTER_Q1))
        document = orjson.loads(without_chance(pub.show(Q1).document))
    sample_of(EVALUATOR).write_bytes(orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n")
    shutil.rmtree(folder)


if __name__ == "__main__":
    _store()
