"""The clock (系统时钟): raises each card when it falls due, once, while the server serves.

Which cases have a deadline that comes near is asked of the views; whether a card is due and not yet raised is decided
on the case itself, so that a view that lags, a restart or a second process never raises one twice. A ledger's cases
raise no cards: what is late in them was late before we knew of it. Each look leaves a beat behind, so that whoever
serves can tell whether the clock runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from uuid import UUID

from domain.complaint import commands as c
from domain.complaint.state import Complaint
from domain.facts import Actor, Moment
from domain.refusals import Refusal
from domain.timekeeping.deadlines import Deadline
from domain.words import Role
from projections.port import Connection
from projections.programme import episodes_with_promises_due
from projections.spans import instant_text
from services.casework import Casework
from services.clock_heartbeat import Heartbeat
from services.instance import Instance
from services.log.views import ViewStore
from services.programme import Programme

CHECK_SECONDS = 30.0
HORIZON_DAYS = 60
"""How far ahead a deadline may lie whose warning can be due already: a warning comes at a share of its limit."""

CASES_PER_CHECK_MAX = 500
"""How many cases one check looks at, the most urgent first, so that it never holds up who takes calls."""

EPISODES_PER_CHECK_MAX = 100
"""The same for episodes with a promise that is past its deadline."""

CLOCK = Actor("系统时钟", Role.CLOCK)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Running:
    """A clock that runs, as the views have it: which case, and when it is due on the instance's clock."""

    complaint: UUID
    due: str


class DeadlineWatch:
    """Looks for cards that are due; ``check`` once, or ``start`` in a thread of its own."""

    def __init__(
        self,
        views: ViewStore,
        casework: Casework,
        instance: Instance,
        clock: Clock,
        *,
        check_seconds: float = CHECK_SECONDS,
        heartbeat: Heartbeat | None = None,
        programme: Programme | None = None,
    ) -> None:
        self._views = views
        self._casework = casework
        self._instance = instance
        self._clock = clock
        self._check_seconds = check_seconds
        self._heartbeat = heartbeat
        self._programme = programme
        # When each running clock has to be looked at again; ``None`` where it has nothing more to say.
        self._again: dict[_Running, datetime | None] = {}
        self._ended = Event()
        self._thread = Thread(target=self._run, name="deadline-watch", daemon=True)
        self.fault: Exception | None = None
        self.behind = False
        """Whether the last check left cases for the next, since there were more than one check looks at."""

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End after the case under way."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def check(self) -> int:
        """Raise the cards that are due now and return how many there were; the most urgent cases come first."""
        now = self._clock()
        with self._views.reading() as conn:
            running = _running(conn, instant_text(now + timedelta(days=HORIZON_DAYS), self._instance.zone))
        known = self._again
        self._again = {one: known[one] for one in running if one in known}
        waiting: dict[UUID, list[_Running]] = {}
        self.behind = False
        for one in running:
            again = known.get(one, now)
            if again is None or again > now:
                continue
            if len(waiting) >= CASES_PER_CHECK_MAX and one.complaint not in waiting:
                self.behind = True
                break
            waiting.setdefault(one.complaint, []).append(one)
        raised = 0
        for complaint, clocks in waiting.items():
            if self._ended.is_set():
                break
            raised += self._check_case(complaint, clocks, now)
        return raised + self._check_promises(now)

    def _check_promises(self, now: datetime) -> int:
        """Raise the red cards of promises made on air (承诺逾期); each is decided on its own episode, so once."""
        if self._programme is None:
            return 0
        with self._views.reading() as conn:
            due = episodes_with_promises_due(conn, instant_text(now, self._instance.zone), EPISODES_PER_CHECK_MAX)
        raised = 0
        for episode in due:
            if self._ended.is_set():
                break
            try:
                raised += self._programme.raise_cards(episode, now)
            except Refusal:
                # Others are changing the episode, or it starts later than this clock shows: the next check finds it.
                continue
        return raised

    def _check_case(self, complaint: UUID, clocks: Iterable[_Running], now: datetime) -> int:
        state = self._casework.load(complaint)
        raised = 0
        if state is not None and state.open and not state.imported:
            moment = Moment(now.astimezone(self._instance.zone))
            try:
                raised = len(self._casework.handle(complaint, c.CheckDeadlines(by=CLOCK, at=moment)))
            except Refusal:
                # Others are changing the case, or it starts later than this clock shows: the next check finds it.
                return 0
            state = self._casework.load(complaint)
        for one in clocks:
            self._again[one] = self._next(state, one, now)
        return raised

    def _next(self, state: Complaint | None, running: _Running, now: datetime) -> datetime | None:
        """Return when a running clock has its next card."""
        if state is None or not state.open or state.imported:
            return None
        disputed = state.disputed.dispute_deadline if state.disputed is not None else None
        promises = (state.citizen_deadline, disputed, *(leg.deadline for leg in state.legs if leg.open))
        upcoming = [at for promise in promises if promise is not None for at in self._cards(promise, running, now)]
        return min(upcoming, default=None)

    def _cards(self, deadline: Deadline, running: _Running, now: datetime) -> list[datetime]:
        if instant_text(deadline.due, self._instance.zone) != running.due:
            return []
        cards = (self._instance.rules.warning_at(deadline), deadline.due + timedelta(seconds=1))
        return [at for at in cards if at > now]

    def look(self) -> int:
        """Check once, leave a beat, and return how many cards were raised.

        What goes wrong is noted in the beat and raised.
        """
        try:
            raised = self.check()
        except Exception as error:
            self.fault = error
            self._beat(0, error)
            raise
        self.fault = None
        self._beat(raised)
        return raised

    def _beat(self, raised: int, fault: Exception | None = None) -> None:
        if self._heartbeat is not None:
            self._heartbeat.beat(self._clock(), raised, fault)

    def _run(self) -> None:
        while True:
            # The watch must outlive a busy store and a full disk: the beat shows the fault, or that there is none.
            try:
                self.look()
            except Exception as error:  # noqa: BLE001
                self.fault = error
            if self._ended.wait(self._check_seconds):
                return


def _running(conn: Connection, until: str) -> list[_Running]:
    """Return the clocks that run and are due by a time on the instance's clock, the most urgent first."""
    sql = (
        "SELECT complaint, due_at FROM cases WHERE to_position IS NULL AND is_open = 1 AND due_at <= ? UNION "
        "SELECT complaint, dispute_due_at FROM cases WHERE to_position IS NULL AND dispute_due_at <= ? UNION "
        "SELECT complaint, due_at FROM legs WHERE to_position IS NULL AND is_open = 1 AND due_at <= ? ORDER BY due_at"
    )
    return [_Running(UUID(complaint), due) for complaint, due in conn.execute(sql, (until, until, until))]
