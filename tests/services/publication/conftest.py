import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.facts import Moment
from gateways.app import Hangfeng, compose
from services.publication.publication import Publication, Shown
from services.settings import Settings
from tests.composed import APPROVER, StandingClock, a_house
from tests.services.publication.book import AFTER_Q1, AFTER_Q4, PRODUCER, Q1, WITHOUT, Book, publication, told


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Book]:
    """The book as it was written, once: its data directory, to be copied, and what its cases are called."""
    data = tmp_path_factory.mktemp("written") / "data"
    clock = StandingClock(AFTER_Q4)
    with a_house(data, clock) as house:
        return data, told(house, clock)


@contextmanager
def copied(written: tuple[Path, Book], to: Path) -> Iterator[Book]:
    data, book = written
    shutil.copytree(data, to)
    clock = StandingClock(AFTER_Q1)
    with compose(Settings(data=to), clock) as house:
        yield Book(house, clock, book.calls, book.cases)


@pytest.fixture
def book(written: tuple[Path, Book], tmp_path: Path) -> Iterator[Book]:
    with copied(written, tmp_path / "data") as book:
        yield book


@pytest.fixture
def house(book: Book) -> Hangfeng:
    return book.house


@pytest.fixture
def pub(house: Hangfeng) -> Publication:
    return publication(house)


@pytest.fixture
def published(pub: Publication) -> Shown:
    """The first quarter of 2026, published to the public."""
    at = Moment(AFTER_Q1)
    pub.freeze(Q1, PRODUCER, at)
    pub.approve(Q1, APPROVER, at, without_proof=WITHOUT)
    pub.publish(Q1, APPROVER, at)
    return pub.show(Q1)


@pytest.fixture(scope="module")
def frozen(written: tuple[Path, Book], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publication]:
    """The same book with its figures frozen and nothing more; tests only look at it."""
    with copied(written, tmp_path_factory.mktemp("frozen") / "data") as book:
        pub = publication(book.house)
        pub.freeze(Q1, PRODUCER, Moment(AFTER_Q1))
        yield pub
