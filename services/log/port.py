"""The log as the rest of the house sees it: append, read, head. Nothing above knows which store holds it.

A store behind this port keeps four promises, which the contract suite in the tests asks of each adapter:

* positions count from 1 without gaps, in the order in which transactions commit, so that a follower misses nothing;
* ``recorded_at`` never decreases along positions;
* what ``append`` acknowledged is on disk;
* a request that conflicts hurts no other request of its group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.facts import Fact, Recorded
from services.log.tree import Frontier

FACTS_PER_REQUEST_MAX = 1_000
"""How many facts one request may append; more belongs in several requests."""

READ_EVENTS_MAX = 10_000
"""How many events one call of ``read`` or ``read_raw`` returns at the most."""


class LogBusy(Exception):
    """So many requests wait for the log that this one was not taken in; nothing of it is stored."""


class LogClosed(Exception):
    """The log or its writer was closed; nothing of the request is stored."""


class LogFailed(Exception):
    """The store could not do what was asked, such as write to a full disk; nothing of the request is acknowledged."""


class LogDamaged(Exception):
    """What is stored cannot be what was appended.

    ``position`` is the first position found wrong, ``why`` says how.
    """

    def __init__(self, position: int, why: str) -> None:
        super().__init__(f"日志第 {position} 条损坏：{why} / the log is damaged at position {position}: {why}")
        self.position = position
        self.why = why


class Unstorable(ValueError):
    """A fact cannot be stored as it is: a text that is not Unicode, a number beyond 64 bits, or too many bytes."""


@dataclass(frozen=True, slots=True)
class Append:
    """Facts to append to one stream, which must stand at ``expected_version`` (0: the stream is new).

    ``cause`` is the id of what led to them, kept with each.
    """

    stream: UUID
    expected_version: int
    facts: tuple[Fact, ...]
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class AppendTogether:
    """Appends to several streams that stand or fall together, such as the two sides of a merge."""

    parts: tuple[Append, ...]


Request = Append | AppendTogether


@dataclass(frozen=True, slots=True)
class Appended:
    """All facts of a request are durable; ``recorded`` are they, in the order of positions."""

    recorded: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing of a request was stored: a stream stood at another version than expected."""

    stream: UUID
    expected_version: int
    actual_version: int


Outcome = Appended | Conflict | Unstorable
"""What became of one request; ``Unstorable`` stands in the place of an outcome and is not raised by ``append``."""


@dataclass(frozen=True, slots=True)
class LogHead:
    """The end of the log: the last position (0: empty), the root over all leaves, and when the last was recorded."""

    position: int
    root: bytes
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class RawEvent:
    """An event as its bytes stand in the store, and the leaf that stands beside it.

    ``originator_id`` is the stream's 32 hexadecimal digits. Text that is not UTF-8 is carried with surrogate escapes.
    ``leaf`` is ``None`` where none stands; ``fault`` says what is wrong where a column is not of its kind.
    """

    position: int
    originator_id: str
    originator_version: int
    topic: str
    state: bytes
    leaf: bytes | None
    fault: str | None = None


class Log(Protocol):
    """An append-only log of facts."""

    def append(self, requests: Sequence[Request], /) -> list[Outcome]:
        """Append all requests in one durable transaction; outcomes stand in the order of the requests.

        Raises ``LogDamaged`` where the log's own tables contradict each other, ``LogBusy`` where other processes held
        the store for too long, and ``LogFailed`` where it could not be written.
        """

    def read_stream(self, stream: UUID, /, *, after_version: int = 0) -> tuple[Recorded, ...]:
        """Return the facts of one stream in order, empty where there is none. Raises ``LogDamaged``."""

    def read_streams(
        self, streams: Iterable[UUID], /, *, after: int = 0, to: int | None = None
    ) -> Iterator[tuple[Recorded, ...]]:
        """Give the facts of each of these streams with ``after < position <= to``, personal texts still sealed.

        Streams come in their order, each once and all of its facts together; one with no such fact is left out. They
        are read some hundreds at a time. Raises ``LogDamaged``.
        """

    def versions(self, streams: Iterable[UUID], /) -> dict[UUID, int]:
        """Return the version of each of the streams that has one."""

    def read(self, after: int, limit: int, to: int | None = None, *, opened: bool = True) -> list[Recorded]:
        """Return facts with ``after < position <= to``, at most ``limit``. Raises ``LogDamaged``.

        With ``opened`` false nothing sealed is opened, which is faster and safer: personal texts read ``〔未启封〕``.
        """

    def read_raw(self, after: int, limit: int, to: int | None = None) -> list[RawEvent]:
        """Return stored bytes and leaves with ``after < position <= to``; a position that is missing is left out."""

    def leaves(self, after: int, limit: int) -> list[bytes]:
        """Return stored leaves with ``position > after``, at most ``limit``. Raises ``LogDamaged`` at a gap."""

    def frontier(self) -> Frontier:
        """Return the frontier of the tree as it is stored. Raises ``LogDamaged``."""

    def head(self) -> LogHead:
        """Return where the log ends."""

    def position_at(self, instant: datetime, /) -> int:
        """Return the last position that was recorded at or before an instant (0: none)."""

    def on_append(self, listener: Callable[[int], None], /) -> Callable[[], None]:
        """Call ``listener`` with the new last position after each commit of this process; return what ends that.

        The listener runs in the appending thread and must only wake somebody up.
        """

    def close(self) -> None:
        """Give up connections; later calls raise ``LogClosed``."""
