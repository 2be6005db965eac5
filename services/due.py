"""What falls due by unit (到期清单), and the register of what is overdue (超期台账), as somebody may see them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.complaint.clocks import Holder, holder_of
from domain.identity import receipt_no
from domain.units import UnitRegistry
from projections.due import Days, DueCount, Running, due_between, due_counts, red_carded, this_week, warned_after
from projections.port import Connection
from services.casework import Casework
from services.instance import Instance


class Within(StrEnum):
    """How far ahead is asked: today, tomorrow, or from today to Sunday."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"

    def days(self, today: date) -> Days:
        """Return the days that are meant on a day."""
        if self is Within.WEEK:
            return this_week(today)
        day = today + timedelta(days=self is Within.TOMORROW)
        return Days(day, day)


@dataclass(frozen=True, slots=True)
class DueList:
    """The counts of each unit by its present name, the hotline's own clocks first, and the clocks asked for."""

    today: date
    days: Days
    units: tuple[DueCount, ...]
    items: tuple[Running, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """A line of the register: the clock, how late it is, and who holds the case now (``None``: it just ended).

    ``working_days`` is ``None`` where a year between has no published calendar.
    """

    running: Running
    days: int
    working_days: int | None
    holder: Holder | None


def due_list(
    conn: Connection,
    instance: Instance,
    now: datetime,
    within: Within,
    spellings: frozenset[str] | None,
    items_max: int,
    cursor: str | None = None,
) -> DueList:
    """Return a page of what falls due; ``spellings`` narrows to the legs of these units, without the citizens' clocks.

    Raises ``CursorFault``.
    """
    today = now.astimezone(instance.zone).date()
    days = within.days(today)
    items = due_between(conn, days, spellings, instance.zone, items_max + 1, cursor)
    counts = _by_present_name(due_counts(conn, today, spellings), instance.units, today)
    shown = tuple(replace(one, unit=_present(one.unit, instance.units, today)) for one in items[:items_max])
    return DueList(today, days, counts, shown, _next(items, items_max))


def overdue_register(
    conn: Connection,
    instance: Instance,
    casework: Casework,
    now: datetime,
    spellings: frozenset[str] | None,
    items_max: int,
    cursor: str | None = None,
) -> tuple[tuple[Overdue, ...], str | None]:
    """Return a page of the register, the longest overdue first, and the cursor of the next (``None``: the last page).

    Raises ``CursorFault``.
    """
    today = now.astimezone(instance.zone).date()
    items = red_carded(conn, spellings, instance.zone, items_max + 1, cursor)
    return tuple(_overdue(one, instance, casework, today) for one in items[:items_max]), _next(items, items_max)


def warned_list(
    conn: Connection,
    instance: Instance,
    casework: Casework,
    now: datetime,
    spellings: frozenset[str] | None,
    items_max: int,
    cursor: str | None = None,
) -> tuple[tuple[Running, ...], str | None]:
    """Return a page of the clocks that stand warned (黄牌), the first to end first, and the cursor of the next.

    A clock stands warned while it runs towards the very deadline that its yellow card names. Raises ``CursorFault``.
    """
    today = now.astimezone(instance.zone).date()
    found: list[Running] = []
    asked = items_max + 1
    while len(found) <= items_max:
        some = warned_after(conn, now, spellings, instance.zone, asked, cursor)
        found += [one for one in some if _is_warned(one, casework)]
        if len(some) < asked:
            break
        cursor = some[-1].cursor
    shown = tuple(replace(one, unit=_present(one.unit, instance.units, today)) for one in found[:items_max])
    return shown, _next(found, items_max)


def _is_warned(running: Running, casework: Casework) -> bool:
    state = casework.load(running.complaint)
    if state is None:
        return False
    # The list knows a deadline to the second, the card by its text, which keeps its own offset.
    named = (card.split("|", 2) for card in state.cards)
    return any(
        (colour, clock) == ("yellow", running.clock)
        and datetime.fromisoformat(due).replace(microsecond=0) == running.due.replace(microsecond=0)
        for colour, clock, due in named
    )


def _next(items: list[Running], items_max: int) -> str | None:
    return items[items_max - 1].cursor if len(items) > items_max else None


def receipt_of(running: Running, instance: Instance) -> str:
    """Return the receipt number of the complaint of a clock."""
    return receipt_no(running.recorded.astimezone(instance.zone).date(), running.registered_position)


def _overdue(running: Running, instance: Instance, casework: Casework, today: date) -> Overdue:
    state = casework.load(running.complaint)
    due = running.due.date()
    working, unknown = instance.rules.calendar.tally(due, max(today, due))
    return Overdue(
        running=replace(running, unit=_present(running.unit, instance.units, today)),
        days=max((today - due).days, 0),
        working_days=None if unknown else working,
        holder=holder_of(state) if state is not None else None,
    )


def _present(unit: str | None, units: UnitRegistry, today: date) -> str | None:
    return None if unit is None else units.resolve(unit, today) or unit


def _by_present_name(counts: list[DueCount], units: UnitRegistry, today: date) -> tuple[DueCount, ...]:
    found: dict[str | None, DueCount] = {}
    for one in counts:
        name = _present(one.unit, units, today)
        before = found.get(name, DueCount(name, 0, 0, 0, 0))
        found[name] = DueCount(
            name,
            before.today + one.today,
            before.tomorrow + one.tomorrow,
            before.week + one.week,
            before.provisional + one.provisional,
        )
    return tuple(found[name] for name in sorted(found, key=lambda name: name or ""))
