"""What an edition looks up, it looks up once a section: work that grew with the square of the cases would show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from domain.facts import Moment
from domain.measures import CaseMeasure
from services.publication.ground import Ground
from tests.services.publication.book import AFTER_Q1, PRODUCER, Q1, on

if TYPE_CHECKING:
    from services.publication.publication import Publication
    from tests.services.publication.book import Book


def looked_up(pub: Publication, monkeypatch: pytest.MonkeyPatch) -> int:
    asked: list[int] = []
    own = Ground.cases

    def counted(ground: Ground) -> Mapping[UUID, CaseMeasure]:
        asked.append(1)
        return own(ground)

    with monkeypatch.context() as patch:
        patch.setattr(Ground, "cases", counted)
        pub.freeze(Q1, PRODUCER, Moment(AFTER_Q1))
    return len(asked)


def test_more_cases_ask_for_no_more_tables_of_cases(
    book: Book, pub: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = looked_up(pub, monkeypatch)
    for _ in range(5):
        book.matter(on(2, 16))
    assert looked_up(pub, monkeypatch) == before
