"""What an edition works out, it works out once a section: work that grew with the square of the cases would show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.facts import Moment
from services.publication import ground
from tests.services.publication.book import AFTER_Q1, PRODUCER, Q1, on

if TYPE_CHECKING:
    from services.publication.publication import Publication
    from tests.services.publication.book import Book


def walks(pub: Publication, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often a freeze tabulates and counts over all cases."""
    asked = dict.fromkeys(("tabulate", "tally"), 0)

    def counted(name: str) -> Any:  # noqa: ANN401 - stands in for either
        own = getattr(ground, name)

        def called(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - hands through
            asked[name] += 1
            return own(*given, **named)

        return called

    with monkeypatch.context() as patch:
        for name in asked:
            patch.setattr(ground, name, counted(name))
        pub.freeze(Q1, PRODUCER, Moment(AFTER_Q1))
    return asked


def test_more_cases_are_walked_through_no_more_often(
    book: Book, pub: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = walks(pub, monkeypatch)
    assert before["tabulate"] > 0
    for _ in range(5):
        book.matter(on(2, 16))
    assert walks(pub, monkeypatch) == before
