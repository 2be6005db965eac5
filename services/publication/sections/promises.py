"""What the programme adds to sections 2 and 9: heads on air in person, and promises kept and broken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from domain.figures.figure import Figure
from domain.programme.commitments import STANDING_CHINESE, STILL_OPEN, Standing, deadline_in_force, settlement, standing
from domain.programme.events import OnAirUnit
from domain.programme.figures import (
    COMMITMENTS_KEPT,
    COMMITMENTS_KEPT_ORIGINAL,
    DEFINITIONS,
    LEADER_ATTENDANCE,
    ProgrammeDefinition,
    asked_by,
    attendance,
    due,
    promises_rate,
)
from domain.programme.state import Commitment, EpisodeStatus
from projections.programme import programme_at
from services.publication.document import (
    Cell,
    Column,
    Line,
    Table,
    Words,
    cause_words,
    key_of,
    text_cell,
)
from services.publication.ground import Ground

SEATS: Final = "席次"
_COUNT = Words("项数", "Promises")


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise with the episode that it was made on."""

    episode: str
    promise: Commitment


def attendance_table(ground: Ground) -> Table:
    """Return who of the heads came in person: each unit's seats in the period's broadcasts, and the rate."""
    seats: dict[str, list[tuple[OnAirUnit, int]]] = {}
    for episode in ground.episodes:
        for unit, seat in zip(ground.units_of(episode), episode.units, strict=True):
            seats.setdefault(unit, []).append((seat, episode.position))
    every = [one for held in seats.values() for one in held]
    return Table(
        "attendance",
        Words("一把手上线情况", "Heads on air in person"),
        (
            Column("seats", Words("上线", "Seats"), SEATS),
            Column("head", Words("一把手上线", "The head in person"), SEATS),
            Column("substituted", Words("替代上线", "Stood in for"), SEATS),
            Column("unknown", Words("未注明", "Not said"), SEATS),
            Column("rate", Words(LEADER_ATTENDANCE.name_zh, LEADER_ATTENDANCE.name_en)),
        ),
        tuple(_seats_line(ground, unit, f"attendance.{key_of(unit)}", held) for unit, held in seats.items()),
        _seats_line(ground, "合计", "attendance.total", every),
    )


def _seats_line(ground: Ground, head: str, prefix: str, seats: Sequence[tuple[OnAirUnit, int]]) -> Line:
    figure = attendance((seat for seat, _ in seats), ground.window.settings.rounding)

    def cell(key: str, chosen: Iterable[tuple[OnAirUnit, int]]) -> Cell:
        held = tuple(chosen)
        return Cell(f"{prefix}.{key}", len(held), str(len(held)), positions=_positions(at for _, at in held))

    return Line(
        head,
        (
            cell("seats", seats),
            cell("head", (one for one in seats if one[0].head)),
            cell("substituted", (one for one in seats if one[0].substitutes_for)),
            cell("unknown", (one for one in seats if one[0].head is None)),
            _rate_cell(f"{prefix}.rate", figure, _positions(at for _, at in seats)),
        ),
    )


def _rate_cell(cell_id: str, figure: Figure, positions: tuple[int, ...]) -> Cell:
    return Cell(
        cell_id,
        figure.rate.removesuffix("%") if figure.denominator else None,
        figure.rate,
        numerator=int(figure.numerator),
        denominator=figure.denominator,
        cause=cause_words(figure.cause),
        positions=positions,
    )


def _positions(found: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(found)))


def promised(ground: Ground) -> tuple[Promised, ...]:
    """Return every promise made by the cut-off, by the day of its episode."""
    return tuple(
        Promised(episode.episode, promise)
        for episode in programme_at(ground.views, ground.position)
        if episode.status is not EpisodeStatus.CANCELLED
        for promise in episode.commitments
        if ground.window.happened(promise.made)
    )


def promise_tables(ground: Ground) -> tuple[Table, ...]:
    """Return how promises made on air stand: counted, and each that was due, made or settled in the period."""
    every = promised(ground)
    told = tuple(one for one in every if _of_period(ground, one.promise))
    if not told:
        return ()
    return (_counts(ground, told), _rates(ground, [one.promise for one in every]), _list(ground, told))


def _of_period(ground: Ground, promise: Commitment) -> bool:
    """Say whether a promise belongs in the edition: made, due or settled in the period, or open at its end."""
    window = ground.window
    settled = settlement(promise, asked_by(window))
    if settled is None:
        return True
    return window.within(promise.made) or due(promise, window) or window.within(settled.checked)


def _counts(ground: Ground, told: Sequence[Promised]) -> Table:
    asked = asked_by(ground.window)
    groups: dict[Standing, list[Promised]] = {one: [] for one in Standing}
    for one in told:
        groups[standing(one.promise, asked)].append(one)

    def line(head: str, key: str, held: Sequence[Promised]) -> Line:
        at = _positions(position for one in held for position in _events(ground, one.promise))
        return Line(head, (Cell(f"promises.{key}", len(held), str(len(held)), positions=at),))

    return Table(
        "promises_count",
        Words("现场承诺现状", "How promises made on air stand"),
        (Column("count", _COUNT, "项"),),
        tuple(line(STANDING_CHINESE[one], one.value, held) for one, held in groups.items() if held),
        line("合计", "total", told),
    )


def _rates(ground: Ground, promises: Sequence[Commitment]) -> Table:
    def line(definition: ProgrammeDefinition) -> Line:
        figure, above, below = promises_rate(definition, promises, ground.window)
        prefix = f"promises.{definition.key}"
        return Line(
            definition.name_zh,
            (
                _count_of(ground, f"{prefix}.due", below),
                _count_of(ground, f"{prefix}.kept", above),
                _rate_cell(f"{prefix}.rate", figure, _positions(at for one in below for at in _events(ground, one))),
            ),
        )

    return Table(
        "promises_rate",
        Words("承诺兑现率", "Promises kept"),
        (
            Column("due", Words("应兑现", "Due"), "项"),
            Column("kept", Words("按期兑现", "Kept in time"), "项"),
            Column("rate", Words("兑现率", "Rate")),
        ),
        (line(COMMITMENTS_KEPT), line(COMMITMENTS_KEPT_ORIGINAL)),
    )


def _count_of(ground: Ground, cell_id: str, held: Sequence[Commitment]) -> Cell:
    at = _positions(position for one in held for position in _events(ground, one))
    return Cell(cell_id, len(held), str(len(held)), positions=at)


def _events(ground: Ground, promise: Commitment) -> tuple[int, ...]:
    """Return where a promise was made, reported on and checked, as far as it had happened."""
    window = ground.window
    reports = [one for one in promise.reports if window.happened(one.at)]
    checks = [one.checked_position for one in reports if window.happened(one.checked)]
    found = (promise.position, *(one.position for one in reports), *checks)
    return tuple(one for one in found if one is not None)


def _list(ground: Ground, told: Sequence[Promised]) -> Table:
    return Table(
        "promises",
        Words("现场承诺清单", "Each promise"),
        (
            Column("unit", Words("承诺单位", "Unit")),
            Column("leader", Words("承诺人", "Who promised")),
            Column("text", Words("承诺内容", "Promise")),
            Column("due", Words("期限", "Due")),
            Column("first_due", Words("原期限", "First due")),
            Column("state", Words("现状", "Now")),
        ),
        tuple(_promise_line(ground, one) for one in sorted(told, key=lambda one: _order(ground, one))),
    )


def _order(ground: Ground, one: Promised) -> tuple[bool, str, str, int]:
    asked = asked_by(ground.window)
    done = standing(one.promise, asked) not in STILL_OPEN
    deadline = ground.window.due_day(deadline_in_force(one.promise, asked))
    return done, deadline.isoformat(), one.episode, one.promise.number


def _promise_line(ground: Ground, one: Promised) -> Line:
    window, promise = ground.window, one.promise
    asked = asked_by(window)
    prefix = f"promises.{key_of(one.episode)}.{promise.number}"
    deadline = deadline_in_force(promise, asked)
    day, first = window.due_day(deadline).isoformat(), window.due_day(promise.promises[0].deadline).isoformat()
    state = STANDING_CHINESE[standing(promise, asked)]
    events = _positions(_events(ground, promise))
    unit = window.registry.resolve(promise.unit.strip(), window.day(promise.made)) or promise.unit
    return Line(
        f"{one.episode} 第{promise.number}项",
        (
            text_cell(f"{prefix}.unit", unit),
            text_cell(f"{prefix}.leader", promise.leader),
            text_cell(f"{prefix}.text", promise.text),
            Cell(f"{prefix}.due", day, day, positions=events),
            Cell(f"{prefix}.first_due", first, first, positions=(promise.position,)),
            Cell(f"{prefix}.state", state, state, positions=events),
        ),
    )


def programme_definitions(rounding: dict[str, str]) -> list[dict[str, object]]:
    """Return the definitions of the programme's figures, as the annex prints them."""
    return [
        {
            "key": one.key,
            "name": Words(one.name_zh, one.name_en).plain(),
            "numerator": Words(one.numerator_zh, one.numerator_en).plain(),
            "denominator": Words(one.denominator_zh, one.denominator_en).plain(),
            "rounding": rounding,
        }
        for one in DEFINITIONS
    ]
