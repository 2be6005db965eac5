"""What the relay sends next: the log's facts, each turned into its message or passed over.

The log is read with everything sealed left sealed. Before a fact is told, the whole log is looked through for what ends
its matter's publicity, so that a relay that begins late never tells of a matter that is withheld by now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast, get_args

from domain.bulletin.events import BulletinCorrected, BulletinFact, BulletinPublished, Scope
from domain.bulletin.state import fold
from domain.complaint.events import ComplaintFact
from domain.editions import InstanceOpened
from domain.facts import Recorded
from domain.identity import INSTANCE_STREAM, UNITS_STREAM
from domain.public_facts import NameUnit, Withheld, ends_publicity, public_of, registered_name
from domain.units import UnitFact, registry
from services.log.port import Log
from services.relay.cloud_events import Message, edition_message, fact_message, source_of
from services.relay.store import Reached, RelayStore

SCOUT_EVENTS_MAX = 5_000
"""How many events are looked through for withheld matters in one transaction."""

_COMPLAINT_FACTS: tuple[type, ...] = get_args(ComplaintFact)


class RelayAhead(Exception):
    """The relay has come further than the log, or another event stands where it stopped: this is another log."""

    def __init__(self, position: int, head: int) -> None:
        super().__init__(
            f"转发位置 {position} 与日志（末位 {head}）不符，日志似已恢复或更换；请用 --from 指定位置 / "
            f"the relay stands at position {position}, which this log (its end: {head}) does not bear out; "
            f"it was restored or replaced: name a position with --from",
        )


class PositionBeyond(Exception):
    """A position was named that the log has not reached."""

    def __init__(self, first: int, head: int) -> None:
        super().__init__(
            f"日志只到第 {head} 条，没有第 {first} 条 / the log ends at {head}: there is no position {first}"
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """The next facts: their messages in order, the last position looked at, and the leaf that stands there."""

    messages: tuple[Message, ...]
    position: int
    leaf: bytes | None


@dataclass(slots=True)
class _Units:
    version: int = -1
    name: NameUnit = field(default=lambda _spelling: None)


def _nothing(_recorded: Recorded, _source: str) -> Message | None:
    return None


class PublicFeed:
    """Reads the log for the relay; everything that it may tell is decided in ``domain.public_facts``."""

    def __init__(self, log: Log, store: RelayStore, more: Callable[[Recorded, str], Message | None] = _nothing) -> None:
        """``more`` is asked about facts that are neither a matter's nor a bulletin's, with the events' source."""
        opened = cast("InstanceOpened", log.read_stream(INSTANCE_STREAM)[0].fact)
        self._log = log
        self._store = store
        self._source = source_of(opened.public_key)
        self._units = _Units()
        self._more = more

    def head(self) -> int:
        """Return the log's last position."""
        return self._log.head().position

    def check(self) -> Reached:
        """Return how far the relay has come. Raises ``RelayAhead`` where this log is not the one it followed."""
        reached, head = self._store.reached(), self.head()
        if reached.position > head or reached.leaf != self.leaf(reached.position):
            raise RelayAhead(reached.position, head)
        return reached

    def begin_at(self, first: int) -> None:
        """Let the relay begin at a position, wherever it stood. Raises ``PositionBeyond``."""
        head = self.head()
        if first > head + 1:
            raise PositionBeyond(first, head)
        self._store.begin_after(first - 1, self.leaf(first - 1))

    def leaf(self, position: int) -> bytes | None:
        """Return the leaf at a position, ``None`` for position 0."""
        leaves = self._log.leaves(position - 1, 1) if position else []
        return leaves[0] if leaves else None

    def next(self, after: int, limit: int, to: int | None = None) -> Batch:
        """Return what follows a position, at most ``limit`` facts. Raises ``LogDamaged``."""
        self._scout()
        self._refresh_units()
        # No further than was scouted: what is appended meanwhile may end the publicity of what stands before it.
        end = self._store.reached().scouted
        facts = self._log.read(after, limit, end if to is None else min(to, end), opened=False)
        if not facts:
            return Batch((), after, None)
        withheld = self._store.withheld(one.stream.hex for one in facts)
        messages = (self._message(one, withheld.get(one.stream.hex)) for one in facts)
        last = facts[-1].position
        return Batch(tuple(one for one in messages if one is not None), last, self.leaf(last))

    def _scout(self) -> None:
        """Look through what is new in the log for matters that are told about no more."""
        scouted = self._store.reached().scouted
        while facts := self._log.read(scouted, SCOUT_EVENTS_MAX, opened=False):
            scouted = facts[-1].position
            ended = ((one.stream.hex, one.position) for one in facts if _ends(one))
            self._store.withhold(ended, scouted)
            if len(facts) < SCOUT_EVENTS_MAX:
                break

    def _message(self, recorded: Recorded, withheld_from: int | None) -> Message | None:
        fact = recorded.fact
        if isinstance(fact, BulletinPublished | BulletinCorrected):
            return self._edition(recorded)
        if not isinstance(fact, _COMPLAINT_FACTS):
            return self._more(recorded, self._source)
        if withheld_from is not None:
            # Whoever was told of the matter before learns that it is withheld, and nothing else ever again.
            first = recorded.position == withheld_from and recorded.version > 1
            return fact_message(recorded, Withheld(), self._source) if first else None
        told = public_of(cast("ComplaintFact", fact), self._units.name)
        return None if told is None else fact_message(recorded, told, self._source)

    def _edition(self, recorded: Recorded) -> Message | None:
        """Return the message of an edition, ``None`` where it was approved for less than the public."""
        course = self._log.read_stream(recorded.stream)[: recorded.version]
        state = fold(cast("BulletinFact", one.fact) for one in course)
        assert state is not None, "an edition has a bulletin"
        edition = state.editions[-1]
        if edition.approval.scope is not Scope.PUBLIC:
            return None
        return edition_message(
            recorded, state.quarter, edition.number, edition.issue, self._source, edition.approval.document_no
        )

    def _refresh_units(self) -> None:
        """Read the registry of units anew where it has changed."""
        version = self._log.versions([UNITS_STREAM]).get(UNITS_STREAM, 0)
        if version != self._units.version:
            standing = self._log.read_stream(UNITS_STREAM)
            units = registry(cast("UnitFact", one.fact) for one in standing)
            self._units = _Units(version, registered_name(units))


def _ends(recorded: Recorded) -> bool:
    return isinstance(recorded.fact, _COMPLAINT_FACTS) and ends_publicity(cast("ComplaintFact", recorded.fact))
