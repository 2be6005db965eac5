"""What a projection is and what it is given: a fold over recorded facts, and its SQL on a connection passed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from domain.facts import Recorded


class Rows(Protocol):
    """The answer to a statement; each row is a tuple in the order of the columns asked for."""

    def fetchone(self) -> Any:  # noqa: ANN401  a row's columns are the projection's to know
        """Return the next row, or ``None`` when there is none."""

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection to the store of views, inside a transaction that the runner opens and commits.

    Placeholders are ``?`` in order or ``:name`` by name, one style in a statement. A projection never commits.
    """

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ..., /) -> Rows:
        """Run one statement."""

    def executemany(self, sql: str, parameters: Sequence[Sequence[Any] | Mapping[str, Any]], /) -> Rows:
        """Run one statement once for each row of parameters."""


@runtime_checkable
class Projection(Protocol):
    """One read model: a fold over facts in the order of their positions.

    ``name`` is the name by which ``rebuild`` calls it and under which its position is kept; ``version`` is raised when
    its tables or its fold change, and the runner then drops and rebuilds it; ``tables`` are the tables it owns, so
    that two copies of a view can be compared; ``reads_personal`` says whether the fold needs personal texts: where it
    is false they are not opened and read ``〔未启封〕``, so that no view holds what it has no use for. ``apply`` is
    given every fact, those it does not care for included, and never the same fact twice: rows and position are
    committed together.
    """

    @property
    def name(self) -> str:
        """The name, such as ``cases``."""

    @property
    def version(self) -> int:
        """The version of tables and fold, from 1."""

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that this projection owns, in no order."""

    @property
    def reads_personal(self) -> bool:
        """Whether personal texts are opened for this projection."""

    def create(self, conn: Connection, /) -> None:
        """Make the tables and indexes where they do not stand yet."""

    def drop(self, conn: Connection, /) -> None:
        """Remove the tables where they stand."""

    def apply(self, conn: Connection, batch: Sequence[Recorded], /) -> None:
        """Write what these facts change; ``batch`` is in the order of positions and never empty."""
