"""Facts of several cases as a log would hold them, and views of them in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from itertools import count, pairwise, zip_longest
from random import Random
from uuid import UUID

from domain.complaint.events import ComplaintFact
from domain.facts import Fact, Recorded
from projections.port import Connection, Projection
from tests.random_walk import Walk
from tests.scenario import MONDAY

STEPS_A_CASE = 25


def stream(number: int) -> UUID:
    return UUID(int=number + 1)


def as_logged(*cases: Sequence[Fact]) -> list[Recorded]:
    """The facts of each case in its own stream, one of each case in turn."""
    positions = count(1)
    logged = []
    for version, facts in enumerate(zip_longest(*cases), start=1):
        for number, fact in enumerate(facts):
            if fact is not None:
                position = next(positions)
                at = MONDAY + timedelta(minutes=position)
                logged.append(Recorded(position, stream(number), version, at, fact))
    return logged


def random_case(rng: Random) -> list[ComplaintFact]:
    """Whatever comes of some random wishes about one case."""
    walk = Walk(rng)
    walk.begin()
    for _ in range(STEPS_A_CASE):
        walk.step()
    return walk.facts


@contextmanager
def views(*projections: Projection) -> Iterator[sqlite3.Connection]:
    """Empty tables of some projections, in memory."""
    with closing(sqlite3.connect(":memory:")) as conn:
        for projection in projections:
            projection.create(conn)
        yield conn


def feed(conn: Connection, projections: Sequence[Projection], logged: Sequence[Recorded], cuts: Sequence[int]) -> None:
    """Apply facts in batches that end at these cuts."""
    edges = [0, *sorted(cuts), len(logged)]
    for start, end in pairwise(edges):
        for projection in projections:
            if start < end:
                projection.apply(conn, logged[start:end])


def rows(conn: Connection, projection: Projection) -> set[tuple[object, ...]]:
    """Everything that a projection's tables hold."""
    return {
        (table, *row)
        for table in projection.tables
        for row in conn.execute(f"SELECT * FROM {table}")  # our own names
    }
