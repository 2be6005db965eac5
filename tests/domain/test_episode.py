"""An episode's rules, case by case: given these facts, this wish leads to those, or to a named refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.facts import Actor, Moment
from domain.programme import commands as c
from domain.programme import events as e
from domain.programme import refusals as r
from domain.programme.decide import LET_STAND_MAX, decide
from domain.programme.preparing import ITEMS_MAX
from domain.programme.state import CallStatus, Episode, EpisodeStatus, evolve
from domain.programme.structure import next_day, structure_of
from domain.refusals import EmptyText, NotACodeWord, Refusal
from domain.words import Role
from services.editions import shipped_rulebook

ZONE = ZoneInfo("Asia/Shanghai")
RULES = shipped_rulebook(ZONE)
REF = "xf-2023-09"
AIRED = date(2023, 9, 12)
PRODUCER = Actor("编导甲", Role.PRODUCER)
SUPERVISOR = Actor("督办乙", Role.SUPERVISOR)
LEADER = Actor("局长丙", Role.UNIT_LEADER, "市水务局")
CLOCK = Actor("系统时钟", Role.CLOCK)
WATER = "市水务局"
CALL = UUID(int=42)
OTHER_CALL = UUID(int=43)
STATIONS = (e.Station("市广播电台", e.StationLevel.CITY), e.Station("青县电台", e.StationLevel.COUNTY))


def at(day: int, hour: int = 9, month: int = 9) -> Moment:
    return Moment(datetime(2023, month, day, hour, tzinfo=ZONE))


def after(*wishes: c.EpisodeWish) -> Episode:
    """The episode after these wishes, each decided by the rules; the so-manieth fact stands at that position."""
    state: Episode | None = None
    position = 0
    for wish in wishes:
        for fact in decide(state, wish, REF, RULES):
            position += 1
            state = evolve(state, fact, position)
    assert state is not None
    return state


def schedule(**said: object) -> c.Schedule:
    asked: dict[str, object] = {"airs_on": AIRED, "airs_at": "09:00", "minutes": 60, "stations": STATIONS}
    return c.Schedule(by=PRODUCER, at=at(4), **{**asked, **said})  # type: ignore[arg-type]


INVITE = c.Invite(by=PRODUCER, at=at(4), unit=WATER)
CONFIRM = c.Confirm(by=PRODUCER, at=at(5), unit=WATER, leader="祝清源", post="局长", head=True)
SEATED = (schedule(), INVITE, CONFIRM)
LINK = c.LinkCall(by=PRODUCER, at=at(12), complaint=CALL)
AIR = c.AirCall(by=PRODUCER, at=at(12), complaint=CALL)
PROMISE = c.MakeCommitment(by=PRODUCER, at=at(12), text="两周内换完老旧水表", unit=WATER, working_days=3)
KEPT = c.ReportOutcome(by=LEADER, at=at(14), commitment=1, outcome=e.Outcome.KEPT, proof="换表清单已送行风办")
UPHELD = c.CheckOutcome(by=SUPERVISOR, at=at(15), commitment=1, upheld=True)


def item(kind: e.ItemKind, minutes: int, place: int | None = None) -> c.AddItem:
    return c.AddItem(by=PRODUCER, at=at(5), kind=kind, title=kind.value, minutes=minutes, place=place)


RUN_DOWN = (item(e.ItemKind.OPENING, 5), item(e.ItemKind.CLOSING, 3), item(e.ItemKind.ECHO, 10, 2))


def taken_over(source: Episode, *wishes: c.EpisodeWish, **said: object) -> Episode:
    """The next episode after these wishes and the taking over of a run-down."""
    wish = c.TakeOver(by=PRODUCER, at=at(13), source=source, slots=structure_of(source), **said)  # type: ignore[arg-type]
    state: Episode | None = None
    for one in (*wishes, wish):
        for position, fact in enumerate(decide(state, one, "xf-2023-10", RULES), 1):
            state = evolve(state, fact, position)
    assert state is not None
    return state


def refused(rule: type[Refusal], *wishes: c.EpisodeWish) -> Refusal:
    with pytest.raises(rule) as told:
        after(*wishes)
    return told.value


def test_an_episode_is_on_several_stations_of_several_levels() -> None:
    state = after(schedule())
    assert [(one.name, one.level.value) for one in state.stations] == [("市广播电台", "city"), ("青县电台", "county")]


def test_the_same_schedule_again_is_no_new_fact_and_another_one_puts_it_right() -> None:
    assert after(schedule(), schedule()).version == 1
    assert after(schedule(), schedule(airs_at="10:30")).airs_at == "10:30"


@pytest.mark.parametrize("wrong", [{"airs_at": "9:00"}, {"airs_at": "24:00"}, {"minutes": 0}, {"minutes": 481}])
def test_an_hour_and_a_length_are_such(wrong: dict[str, object]) -> None:
    refused(r.BadAirTime, schedule(**wrong))


def test_nothing_is_asked_of_an_episode_that_nobody_scheduled() -> None:
    refused(r.NoSuchEpisode, INVITE)


def test_a_stand_in_is_never_the_head_and_names_whom_they_stand_in_for() -> None:
    stands_in = c.Substitute(by=PRODUCER, at=at(6), unit=WATER, leader="柳明", post="副局长", reason="防汛")
    (seat,) = after(*SEATED, stands_in).on_air
    assert (seat.leader, seat.head, seat.substitutes_for, seat.reason) == ("柳明", False, "局长 祝清源", "防汛")


def test_a_stand_in_for_a_stand_in_stands_in_for_the_first() -> None:
    first = c.Substitute(by=PRODUCER, at=at(6), unit=WATER, leader="柳明", post="副局长", reason="防汛")
    second = c.Substitute(by=PRODUCER, at=at(7), unit=WATER, leader="严安", post="总工", reason="病")
    assert after(*SEATED, first, second).on_air[0].substitutes_for == "局长 祝清源"


def test_only_who_was_asked_confirms_and_only_who_confirmed_is_stood_in_for() -> None:
    refused(r.UnitNotInvited, schedule(), CONFIRM)
    stands_in = c.Substitute(by=PRODUCER, at=at(6), unit=WATER, leader="柳明", post="副局长", reason="防汛")
    refused(r.UnitNotOnAir, schedule(), INVITE, stands_in)


def test_a_unit_that_withdrew_is_not_on_air_and_may_be_asked_again() -> None:
    gone = c.WithdrawUnit(by=PRODUCER, at=at(6), unit=WATER, reason="另有会议")
    assert after(*SEATED, gone).on_air == ()
    assert len(after(*SEATED, gone, INVITE, CONFIRM).on_air) == 1


def test_the_run_down_is_ordered_timed_and_moved() -> None:
    state = after(schedule(), *RUN_DOWN, c.MoveItem(by=PRODUCER, at=at(5), item=2, place=1))
    assert [one.kind.value for one in state.items] == ["closing", "opening", "echo"]
    assert (state.starts(), state.planned_minutes) == (("09:00", "09:03", "09:08"), 18)


def test_the_number_of_an_item_that_was_taken_out_never_comes_again() -> None:
    out = c.RemoveItem(by=PRODUCER, at=at(5), item=3)
    state = after(schedule(), *RUN_DOWN, out, item(e.ItemKind.CASE, 4))
    assert [one.number for one in state.items] == [1, 2, 4]


@pytest.mark.parametrize("place", [0, 4])
def test_a_place_that_the_run_down_does_not_have_is_refused(place: int) -> None:
    refused(r.NoSuchPlace, schedule(), *RUN_DOWN, c.MoveItem(by=PRODUCER, at=at(5), item=1, place=place))


def test_the_figures_of_a_broadcast_are_counted_from_the_queue() -> None:
    other = (replace_call(LINK), replace_call(AIR))
    closed = c.CloseCallLive(by=PRODUCER, at=at(12), complaint=CALL, closed=True)
    state = after(*SEATED, LINK, AIR, closed, *other, c.Hold(by=PRODUCER, at=at(12, 10)))
    assert state.broadcast is not None
    assert (state.broadcast.calls_aired, state.broadcast.closed_live) == (2, 1)
    assert (state.broadcast.station, state.status) == ("市广播电台、青县电台", EpisodeStatus.HELD)


def replace_call(wish: c.LinkCall | c.AirCall) -> c.EpisodeWish:
    return type(wish)(by=wish.by, at=wish.at, complaint=OTHER_CALL)


def test_figures_are_not_typed_beside_a_queue_and_not_left_out_without_one() -> None:
    typed = c.Hold(by=PRODUCER, at=at(12, 10), calls_aired=9, closed_live=0)
    refused(r.FiguresFollowCalls, *SEATED, LINK, AIR, typed)
    refused(r.FiguresMissing, *SEATED, c.Hold(by=PRODUCER, at=at(12, 10)))


def test_a_broadcast_told_again_the_same_is_no_new_fact() -> None:
    hold = c.Hold(by=PRODUCER, at=at(12, 10), calls_aired=3, closed_live=1)
    assert after(*SEATED, hold, hold).version == after(*SEATED, hold).version


def test_nothing_is_broadcast_before_its_day_nor_by_nobody() -> None:
    hold = c.Hold(by=PRODUCER, at=at(11), calls_aired=3, closed_live=1)
    refused(r.NotOnAirYet, *SEATED, hold)
    refused(r.NobodyOnAir, schedule(), c.Hold(by=PRODUCER, at=at(12), calls_aired=3, closed_live=1))


def test_what_was_prepared_stands_once_it_was_broadcast() -> None:
    hold = c.Hold(by=PRODUCER, at=at(12, 10), calls_aired=3, closed_live=1)
    for wish in (schedule(airs_at="10:00"), INVITE, RUN_DOWN[0], c.Cancel(by=PRODUCER, at=at(13), reason="停播")):
        refused(r.EpisodeAired, *SEATED, hold, wish)


def test_nothing_is_prepared_for_an_episode_that_was_called_off() -> None:
    off = c.Cancel(by=PRODUCER, at=at(6), reason="台风")
    wishes: tuple[c.EpisodeWish, ...] = (INVITE, RUN_DOWN[0], LINK, PROMISE)
    for wish in wishes:
        assert "台风" in refused(r.EpisodeCalledOff, *SEATED, off, wish).zh


def test_a_call_is_queued_aired_and_closed_only_where_its_case_is() -> None:
    assert after(*SEATED, LINK, AIR).calls[0].status is CallStatus.AIRED
    refused(r.CallStillOpen, *SEATED, LINK, c.CloseCallLive(by=PRODUCER, at=at(12), complaint=CALL, closed=False))
    refused(r.CallNotQueued, *SEATED, AIR)
    refused(r.CallLinkedAlready, *SEATED, LINK, LINK)


def test_a_promise_freezes_its_deadline_in_working_days() -> None:
    """Tuesday 12 September 2023 and three working days: Friday the 15th, to its end."""
    (promise,) = after(*SEATED, PROMISE).commitments
    assert promise.deadline.due == datetime(2023, 9, 15, 23, 59, 59, tzinfo=ZONE)
    assert (promise.deadline.clause, promise.leader) == ("on-air-commitment", "祝清源")


@pytest.mark.parametrize(
    "due", [{}, {"due": AIRED, "working_days": 3}, {"due": date(2023, 9, 11)}, {"working_days": 0}]
)
def test_a_promise_has_one_day_that_is_not_before_it(due: dict[str, object]) -> None:
    wish = c.MakeCommitment(by=PRODUCER, at=at(12), text="换表", unit=WATER, **due)  # type: ignore[arg-type]
    refused(r.NoDueDay, *SEATED, wish)


@pytest.mark.parametrize(
    ("text", "rule"), [(" ", EmptyText), ("字" * 301, r.TooLong), ("请打13800000000找我", r.TellsWho)]
)
def test_what_is_promised_may_be_read_out(text: str, rule: type[Refusal]) -> None:
    refused(rule, *SEATED, c.MakeCommitment(by=PRODUCER, at=at(12), text=text, unit=WATER, working_days=3))


def test_only_a_unit_in_the_studio_promises() -> None:
    wish = c.MakeCommitment(by=PRODUCER, at=at(12), text="换表", unit="市公安局", working_days=3)
    refused(r.UnitNotOnAir, *SEATED, wish)


def test_an_outcome_counts_once_another_person_outside_the_unit_has_checked_it() -> None:
    state = after(*SEATED, PROMISE, KEPT)
    assert state.commitments[0].settled is None
    by_unit = c.CheckOutcome(by=Actor("科长丁", Role.UNIT_CLERK, WATER), at=at(15), commitment=1, upheld=True)
    by_self = c.CheckOutcome(by=LEADER, at=at(15), commitment=1, upheld=True)
    refused(r.AnotherPersonChecks, *SEATED, PROMISE, KEPT, by_unit)
    refused(r.AnotherPersonChecks, *SEATED, PROMISE, KEPT, by_self)
    settled = after(*SEATED, PROMISE, KEPT, UPHELD).commitments[0].settled
    assert settled is not None
    assert settled.outcome is e.Outcome.KEPT


def test_a_report_that_does_not_hold_needs_its_reason_and_leaves_the_promise_open() -> None:
    refused(EmptyText, *SEATED, PROMISE, KEPT, c.CheckOutcome(by=SUPERVISOR, at=at(15), commitment=1, upheld=False))
    no = c.CheckOutcome(by=SUPERVISOR, at=at(15), commitment=1, upheld=False, reason="仍有三户未换")
    assert after(*SEATED, PROMISE, KEPT, no).commitments[0].settled is None


def test_a_promise_put_off_keeps_its_first_deadline_beside_the_new_one() -> None:
    put_off = c.ReportOutcome(
        by=LEADER, at=at(14), commitment=1, outcome=e.Outcome.POSTPONED, proof="缺货", due=date(2023, 9, 28)
    )
    (promise,) = after(*SEATED, PROMISE, put_off, UPHELD).commitments
    assert [one.deadline.due.day for one in promise.promises] == [15, 28]
    assert promise.settled is None


def test_a_promise_is_not_put_off_to_an_earlier_day() -> None:
    put_off = c.ReportOutcome(
        by=LEADER, at=at(14), commitment=1, outcome=e.Outcome.POSTPONED, proof="缺货", due=date(2023, 9, 15)
    )
    refused(r.NoDueDay, *SEATED, PROMISE, put_off)


CHECKS: tuple[Callable[[int], c.EpisodeWish], ...] = (lambda day: c.CheckCommitments(by=CLOCK, at=at(day)),)


@pytest.mark.parametrize(("day", "cards"), [(15, 0), (16, 1)])
def test_a_promise_is_missed_the_day_after_its_last(day: int, cards: int) -> None:
    assert len(after(*SEATED, PROMISE, CHECKS[0](day)).commitments[0].cards) == cards


def test_the_red_card_of_a_deadline_comes_once() -> None:
    assert len(after(*SEATED, PROMISE, CHECKS[0](16), CHECKS[0](17)).commitments[0].cards) == 1


def test_a_promise_that_was_kept_or_waits_for_its_check_raises_no_card() -> None:
    assert after(*SEATED, PROMISE, KEPT, CHECKS[0](16)).commitments[0].cards == ()
    assert after(*SEATED, PROMISE, KEPT, UPHELD, CHECKS[0](16)).commitments[0].cards == ()


def test_a_name_in_the_preparation_is_a_short_word() -> None:
    refused(NotACodeWord, schedule(theme="字" * 61))


@pytest.mark.parametrize("number", ["13912345678", "139 1234 5678", "139-1234-5678"])
def test_a_number_is_never_let_stand(number: str) -> None:
    refused(r.TellsWho, schedule(), c.LetStand(by=SUPERVISOR, at=at(5), said=number, reason="公开电话"))


def test_so_much_is_let_stand_and_no_more() -> None:
    many = [
        c.LetStand(by=SUPERVISOR, at=at(5), said=f"词{number}", reason="误报") for number in range(LET_STAND_MAX + 1)
    ]
    refused(r.LetStandOftenEnough, schedule(), *many)


def test_the_next_episode_is_scheduled_a_week_later_with_the_same_hour_stations_and_slots() -> None:
    made = taken_over(after(schedule(airs_at="10:30", minutes=45, theme="供水"), *RUN_DOWN))
    assert (made.airs_on, made.airs_at, made.minutes, made.stations) == (date(2023, 9, 19), "10:30", 45, STATIONS)
    assert [(one.number, one.kind.value, one.minutes) for one in made.items] == [
        (1, "opening", 5),
        (2, "echo", 10),
        (3, "closing", 3),
    ]
    assert made.theme is None


def test_what_is_said_goes_before_what_was() -> None:
    source = after(schedule(), *RUN_DOWN)
    made = taken_over(source, airs_on=date(2023, 9, 26), airs_at="08:00", theme="供暖")
    assert (made.airs_on, made.airs_at, made.minutes, made.theme) == (date(2023, 9, 26), "08:00", 60, "供暖")


def test_an_episode_that_is_scheduled_keeps_its_own_day_and_hour() -> None:
    made = taken_over(after(schedule(), *RUN_DOWN), schedule(airs_at="11:00", airs_on=date(2023, 10, 1), theme="供暖"))
    assert (made.airs_on, made.airs_at, made.theme, len(made.items)) == (date(2023, 10, 1), "11:00", "供暖", 3)


@pytest.mark.parametrize(
    ("title", "more", "kept"),
    [
        ("现场接听", {}, "现场接听"),
        ("张家巷停水三天", {"complaint": CALL}, "案例"),
        ("市水务局情况通报", {}, "案例"),
        ("祝清源谈供水", {}, "案例"),
        ("单位情况通报", {"unit": WATER}, "单位情况通报"),
        ("电力局来信", {"unit": "电力局"}, "案例"),
    ],
)
def test_a_slot_forgets_its_case_its_unit_and_who_sat_there(title: str, more: dict[str, object], kept: str) -> None:
    one = c.AddItem(by=PRODUCER, at=at(6), kind=e.ItemKind.CASE, title=title, minutes=4, **more)  # type: ignore[arg-type]
    (made,) = taken_over(after(*SEATED, one)).items
    assert (made.title, made.unit, made.complaint, made.minutes) == (kept, None, None, 4)


def test_a_run_down_is_not_filled_twice_unless_that_is_asked() -> None:
    source = after(schedule(), *RUN_DOWN)
    with pytest.raises(r.RunDownBegun):
        taken_over(source, schedule(), item(e.ItemKind.BRIEF, 6))
    made = taken_over(source, schedule(), item(e.ItemKind.BRIEF, 6), append=True)
    assert [one.kind.value for one in made.items] == ["brief", "opening", "echo", "closing"]


def test_what_is_too_much_or_nothing_is_not_taken_over() -> None:
    source = after(schedule(), *RUN_DOWN)
    many = [item(e.ItemKind.CASE, 1) for _ in range(ITEMS_MAX - 2)]
    with pytest.raises(r.RunDownFull):
        taken_over(source, schedule(), *many, append=True)
    with pytest.raises(r.NothingToTakeOver):
        taken_over(after(schedule()))
    with pytest.raises(r.EpisodeCalledOff):
        taken_over(source, schedule(), c.Cancel(by=PRODUCER, at=at(5), reason="防汛"))


@pytest.mark.parametrize(
    ("latest", "today", "expected"),
    [
        (date(2023, 9, 12), date(2023, 9, 13), date(2023, 9, 19)),  # Tuesday to Tuesday
        (date(2023, 9, 12), date(2023, 9, 19), date(2023, 9, 19)),
        (date(2023, 9, 12), date(2023, 9, 20), date(2023, 9, 26)),  # a week was missed
        (date(2023, 9, 26), date(2023, 9, 13), date(2023, 10, 3)),
    ],
)
def test_the_next_day_is_a_week_later_and_never_past(latest: date, today: date, expected: date) -> None:
    assert next_day(latest, today) == expected
