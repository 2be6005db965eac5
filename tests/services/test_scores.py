"""The score ledger: what the log gives ground for, what a person enters, what a unit may say against it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from uuid import UUID

import pytest

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint.events import Measure
from domain.editions import EditionKind
from domain.facts import Actor, Moment
from domain.identity import episode_stream
from domain.periods import Quarter
from domain.programme.events import EpisodeHeld, OnAirUnit
from domain.scores import refusals as s
from domain.scores.ledger import CauseName, EntryState, ScoreEntry
from domain.scores.rules import ScoreEdition, ScoreRuleFault
from domain.words import ComplaintKind, Finding, Role
from gateways.app import Hangfeng
from projections.scores import entries_at, entries_under
from services.editions.score_files import load_score_rules, shipped_score_rules
from services.log.port import Append
from services.score_sheet import ranked
from services.scores import Done, Proposals, QuarterScores
from services.statistics import Statistics
from tests.composed import APPROVER, DISPATCHER, StandingClock, call, clerk

Q1, Q2 = Quarter(2026, 1), Quarter(2026, 2)
UNIT, OTHER = "市水务局", "市路灯管理所"
SUPERVISOR = Actor("督办甲", Role.SUPERVISOR)
LEADER = Actor("局长", Role.UNIT_LEADER, UNIT)
RULES = shipped_score_rules()


@contextmanager
def statistics(house: Hangfeng) -> Iterator[Statistics]:
    house.catch_up()
    with house.views.reading() as views:
        yield Statistics(views, house.log, house.instance.zone)


def at(house: Hangfeng) -> Moment:
    return Moment(house.clock().astimezone(house.instance.zone))


def adopted(house: Hangfeng, edition: ScoreEdition = RULES) -> None:
    house.adoption.adopt_score_rules(edition, Actor("管理员", Role.ADMIN), at(house))


def dispatched(house: Hangfeng, call_id: str = "call-1", kind: ComplaintKind = ComplaintKind.ENQUIRY) -> UUID:
    case = house.casework.register(call(house, call_id, kind=kind)).id
    house.casework.handle(case, c.Dispatch(by=DISPATCHER, at=at(house), unit=UNIT))
    return case


def answered(house: Hangfeng, case: UUID) -> None:
    house.casework.handle(case, c.SubmitReply(by=clerk(UNIT), at=at(house), reply="已修复。"))
    house.casework.handle(case, c.ApproveReply(by=APPROVER, at=at(house)))


def proposals(house: Hangfeng, quarter: Quarter = Q1, unit: str | None = None) -> Proposals:
    with statistics(house) as found:
        return house.scores.propose(found, quarter, unit)


def proposed(house: Hangfeng, quarter: Quarter = Q1) -> list[tuple[str, int, int, int]]:
    items = proposals(house, quarter).items
    return [(one.cause.item.code, one.cause.first_step, one.cause.last_step, one.cause.points_tenths) for one in items]


def enter(house: Hangfeng, item: str, by: Actor = SUPERVISOR, quarter: Quarter = Q1) -> Done:
    key = next(one.cause.key for one in proposals(house, quarter).items if one.cause.item.code == item)
    with statistics(house) as found:
        return house.scores.enter(found, quarter, CauseName(key.item, key.position, key.leg), by, at(house))


def scores(house: Hangfeng, quarter: Quarter = Q1) -> QuarterScores:
    with statistics(house) as found:
        return house.scores.table(found, quarter)


def number(house: Hangfeng, done: Done) -> str:
    return done.entry.number(house.instance.zone)


def late(house: Hangfeng, clock: StandingClock) -> UUID:
    """An enquiry of Monday 2 March, due on Thursday 5 March, signed for two days late and answered on 24 March."""
    case = dispatched(house)
    clock.pass_(days=3)
    house.casework.handle(case, c.Sign(by=clerk(UNIT), at=at(house)))
    clock.pass_(days=19)
    answered(house, case)
    return case


# --- proposals --------------------------------------------------------------------------------------------------


def test_nothing_is_scored_before_somebody_adopted_the_rules(composed: Hangfeng, clock: StandingClock) -> None:
    late(composed, clock)
    with pytest.raises(s.NoScoreRules):
        proposals(composed)
    (one,) = scores(composed).units
    assert (one.text, one.cause and one.cause.code) == ("—", "no_score_rules")


def test_lateness_costs_once_for_each_begun_five_working_days(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    late(composed, clock)
    # 6 to 24 March: 13 working days late, so the steps of 6, 13 and 20 March.
    assert proposed(composed) == [("overdue_reply", 1, 3, -30), ("late_signature", 1, 1, -5)]


def test_each_step_belongs_to_the_quarter_in_which_it_begins(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    clock.pass_(days=22)
    case = dispatched(composed)
    composed.casework.handle(case, c.Sign(by=clerk(UNIT), at=at(composed)))
    clock.pass_(days=20)
    answered(composed, case)
    # Dispatched on 24 March, due on 27 March, answered on 13 April; the Festival of 4 to 6 April is no working day.
    assert proposed(composed, Q1) == [("overdue_reply", 1, 1, -10)]
    assert proposed(composed, Q2) == [("overdue_reply", 2, 2, -10)]


def test_an_answer_in_time_costs_nothing(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    case = dispatched(composed)
    composed.casework.handle(case, c.Sign(by=clerk(UNIT), at=at(composed)))
    answered(composed, case)
    clock.pass_(days=20)
    composed.watch.check()
    assert proposed(composed) == []
    assert scores(composed).unit(UNIT).text == "100"


def test_a_reply_sent_back_and_a_refused_return_name_their_events(composed: Hangfeng) -> None:
    adopted(composed)
    case = dispatched(composed)
    composed.casework.handle(case, c.Sign(by=clerk(UNIT), at=at(composed)))
    composed.casework.handle(case, c.RequestReturn(by=clerk(UNIT), at=at(composed), reason="非本单位职责"))
    (refused,) = composed.casework.handle(case, c.RefuseReturn(by=DISPATCHER, at=at(composed), reason="属你单位"))
    composed.casework.handle(case, c.SubmitReply(by=clerk(UNIT), at=at(composed), reply="已阅。"))
    (back,) = composed.casework.handle(case, c.SendBack(by=APPROVER, at=at(composed), reason="答非所问"))
    found = {one.cause.item.code: one.cause.evidence[-1] for one in proposals(composed).items}
    assert found == {"perfunctory_reply": back.position, "buck_passing": refused.position}


def test_a_return_that_was_right_takes_its_causes_along(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    case = dispatched(composed)
    composed.casework.handle(case, c.RequestReturn(by=clerk(UNIT), at=at(composed), reason="非本单位职责"))
    clock.pass_(days=10)
    assert [one[0] for one in proposed(composed)] == []
    dispatched(composed, "call-2")
    assert "late_signature" in [one[0] for one in proposed(composed)]
    composed.casework.handle(case, c.ApproveReturn(by=DISPATCHER, at=at(composed)))
    assert case not in {one.cause.key.complaint for one in proposals(composed).items}


def test_a_measure_past_its_day_costs_in_the_quarter_of_that_day(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    case = dispatched(composed, kind=ComplaintKind.COMPLAINT)
    composed.casework.handle(case, c.Sign(by=clerk(UNIT), at=at(composed)))
    measures = (Measure("约谈", date(2026, 3, 9)), Measure("退费", date(2026, 3, 10)))
    (found,) = composed.casework.handle(
        case,
        c.RecordFinding(
            by=clerk(UNIT), at=at(composed), result=Finding.SUBSTANTIATED, measures=measures, evidence="现场查看"
        ),
    )
    answered(composed, case)
    clock.pass_(days=20)
    dispatched(composed, "call-2")
    (one,) = [one for one in proposals(composed).items if one.cause.item.code == "uncorrected"]
    assert one.cause.key.position == found.position
    assert one.cause.at.day == date(2026, 3, 10)


def test_a_red_card_of_the_unit_costs_and_one_of_the_hotline_does_not(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    case = dispatched(composed)
    clock.pass_(days=10)
    composed.catch_up()
    composed.watch.check()
    cards = [one for one in proposals(composed).items if one.cause.item.code == "red_card"]
    raised = [one for one in composed.casework.history(case) if type(one.fact).__name__ == "DeadlineMissed"]
    assert len(raised) == 2
    assert len(cards) == 1


def test_an_accusation_is_never_scored(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    case = late(composed, clock)
    gone = composed.casework.handle(case, _reclassified(composed))[0]
    assert proposed(composed) == []
    with statistics(composed) as found, pytest.raises(s.AccusationNotScored):
        composed.scores.enter_by_hand(
            found,
            Q1,
            "unkept_promise",
            case,
            SUPERVISOR,
            at(composed),
            cause="未兑现",
            position=gone.position,
        )


def _reclassified(house: Hangfeng) -> c.Reclassify:
    return c.Reclassify(by=DISPATCHER, at=at(house), kind=ComplaintKind.ACCUSATION, cause="实为检举")


# --- entries ----------------------------------------------------------------------------------------------------


def test_an_entry_freezes_points_edition_events_and_the_end_of_the_appeal(
    composed: Hangfeng, clock: StandingClock
) -> None:
    adopted(composed)
    late(composed, clock)
    made = enter(composed, "overdue_reply").entry
    assert (made.points_tenths, made.edition, made.unit, made.quarter) == (-30, "2026-1", UNIT, "2026Q1")
    # Entered on Tuesday 24 March: five working days end on Tuesday 31 March.
    assert made.appeal_deadline.due.date() == date(2026, 3, 31)
    facts = [composed.log.read(one - 1, 1, one)[0].fact for one in made.evidence]
    assert [type(fact).__name__ for fact in facts] == ["Dispatched", "ReplySubmitted"]


def test_the_same_cause_is_entered_once(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    late(composed, clock)
    key = next(one.cause.key for one in proposals(composed).items)
    name = CauseName(key.item, key.position, key.leg)
    with statistics(composed) as found:
        first = composed.scores.enter(found, Q1, name, SUPERVISOR, at(composed))
        again = composed.scores.enter(found, Q1, name, SUPERVISOR, at(composed))
        assert (first.fresh, again.fresh, again.entry.position) == (True, False, first.entry.position)
        with pytest.raises(s.AlreadyScored):
            composed.scores.enter(found, Q1, name, Actor("督办乙", Role.SUPERVISOR), at(composed))
    assert len(scores(composed).unit(UNIT).entries) == 1


def test_a_voided_cause_is_not_proposed_or_entered_again(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    late(composed, clock)
    made = enter(composed, "late_signature")
    composed.scores.void(number(composed, made), SUPERVISOR, at(composed), "系统故障，已核实")
    assert "late_signature" not in [one[0] for one in proposed(composed)]
    name = CauseName(made.entry.item, made.entry.cause_position, made.entry.leg)
    with statistics(composed) as found, pytest.raises(s.AlreadyScored):
        composed.scores.enter(found, Q1, name, Actor("督办乙", Role.SUPERVISOR), at(composed))
    with pytest.raises(s.ScoreVoidedAlready):
        composed.scores.void(number(composed, made), SUPERVISOR, at(composed), "再撤")


def test_steps_that_begin_later_are_entered_beside_the_first(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    case = dispatched(composed)
    composed.casework.handle(case, c.Sign(by=clerk(UNIT), at=at(composed)))
    clock.pass_(days=5)
    dispatched(composed, "call-2")
    first = enter(composed, "overdue_reply").entry
    clock.pass_(days=10)
    answered(composed, case)
    second = next(one.cause for one in proposals(composed).items if one.cause.key.complaint == case)
    assert (first.first_step, first.last_step) == (1, 1)
    assert (second.first_step, second.last_step) == (2, 2)
    assert second.key.stream == first.stream


def test_what_the_log_tells_is_not_written_by_hand(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    case = late(composed, clock)
    position = composed.casework.history(case)[-1].position
    with statistics(composed) as found:
        by_hand = _by_hand(composed, found, case, position)
        with pytest.raises(s.ManualItemsOnly):
            by_hand("overdue_reply")
        with pytest.raises(s.NoSuchScoreItem):
            by_hand("nothing")
        made = by_hand("unkept_promise").entry
    assert (made.by_hand, made.points_tenths, made.cause_position) == (True, -30, position)


def _by_hand(house: Hangfeng, found: Statistics, case: UUID, position: int) -> Callable[[str], Done]:
    def entered(item: str) -> Done:
        return house.scores.enter_by_hand(
            found, Q1, item, case, SUPERVISOR, at(house), cause="现场承诺未兑现", position=position
        )

    return entered


def test_an_event_of_another_case_or_quarter_is_no_ground(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    case = late(composed, clock)
    other = dispatched(composed, "call-2")
    elsewhere = composed.casework.history(other)[0].position
    with statistics(composed) as found, pytest.raises(s.NothingToScore):
        _by_hand(composed, found, case, elsewhere)("unkept_promise")


def test_an_event_of_the_programme_is_ground_beside_those_of_the_case(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    case, aired, station = late(composed, clock), date(2026, 3, 19), "新闻广播"
    held = EpisodeHeld(
        by=SUPERVISOR,
        occurred=at(composed),
        episode="2026-03-19",
        aired_on=aired,
        station=station,
        units=(OnAirUnit(OTHER),),
        calls_aired=1,
        closed_live=0,
    )
    composed.log.append([Append(episode_stream(held.episode), 0, (held,))])
    position = composed.log.head().position
    with statistics(composed) as found:
        made = _by_hand(composed, found, case, position)("absent_on_air").entry
    assert (made.complaint, made.cause_position, made.unit, made.points_tenths) == (case, position, UNIT, -50)


# --- appeals ----------------------------------------------------------------------------------------------------


@pytest.fixture
def entry(composed: Hangfeng, clock: StandingClock) -> str:
    adopted(composed)
    late(composed, clock)
    return number(composed, enter(composed, "overdue_reply"))


def standing(house: Hangfeng, entry: str) -> ScoreEntry:
    return house.scores.find(entry, SUPERVISOR)


def test_an_upheld_appeal_voids_or_reduces_and_a_rejected_one_does_not(composed: Hangfeng, entry: str) -> None:
    composed.scores.appeal(entry, LEADER, at(composed), "停电三日")
    assert standing(composed, entry).state is EntryState.APPEALED
    assert scores(composed).unit(UNIT).text == "97"
    assert scores(composed).unit(UNIT).pending == 1
    composed.scores.decide(entry, APPROVER, at(composed), "部分属实", -10)
    assert standing(composed, entry).state is EntryState.REDUCED
    assert scores(composed).unit(UNIT).text == "99"


def test_a_rejected_appeal_leaves_the_points(composed: Hangfeng, entry: str) -> None:
    composed.scores.appeal(entry, LEADER, at(composed), "停电三日")
    done = composed.scores.decide(entry, APPROVER, at(composed), "查无停电", None)
    assert (done.entry.state, done.entry.counting_tenths) == (EntryState.REJECTED, -30)
    with pytest.raises(s.ScoreAppealedAlready):
        composed.scores.appeal(entry, LEADER, at(composed), "再申诉")


def test_an_appeal_upheld_to_nothing_voids_the_entry(composed: Hangfeng, entry: str) -> None:
    composed.scores.appeal(entry, LEADER, at(composed), "停电三日")
    assert composed.scores.decide(entry, APPROVER, at(composed), "属实", 0).entry.state is EntryState.VOIDED
    assert scores(composed).unit(UNIT).text == "100"


@pytest.mark.parametrize("left", [-30, -31, 5])
def test_an_upheld_appeal_leaves_less(composed: Hangfeng, entry: str, left: int) -> None:
    composed.scores.appeal(entry, LEADER, at(composed), "停电三日")
    with pytest.raises(s.ReducedToMore):
        composed.scores.decide(entry, APPROVER, at(composed), "减分", left)


def test_whoever_entered_does_not_decide(composed: Hangfeng, entry: str) -> None:
    with pytest.raises(s.NoScoreAppeal):
        composed.scores.decide(entry, APPROVER, at(composed), "无申诉", None)
    composed.scores.appeal(entry, LEADER, at(composed), "停电三日")
    with pytest.raises(s.ScoreSecondPerson):
        composed.scores.decide(entry, replace(SUPERVISOR, role=Role.APPROVER), at(composed), "自己决定", None)


def test_an_appeal_on_the_last_day_is_in_time_and_the_day_after_names_the_rule(
    composed: Hangfeng, clock: StandingClock, entry: str
) -> None:
    clock.now = clock.now.replace(month=4, day=1, hour=0, minute=0)
    with pytest.raises(s.ScoreAppealTooLate, match="5 个工作日"):
        composed.scores.appeal(entry, LEADER, at(composed), "停电三日")
    clock.now -= timedelta(minutes=1)
    # The writer's clock stands at the last minute of 31 March again: what is judged is when the appeal was made.
    assert composed.scores.appeal(entry, LEADER, at(composed), "停电三日").fresh


def test_a_unit_appeals_for_itself_alone(composed: Hangfeng, entry: str) -> None:
    stranger = Actor("所长", Role.UNIT_LEADER, OTHER)
    with pytest.raises(s.NoSuchScoreEntry):
        composed.scores.appeal(entry, stranger, at(composed), "代为申诉")
    with pytest.raises(s.NotYourScoreEntry):
        composed.scores.appeal(entry, Actor("管理员", Role.ADMIN), at(composed), "书面申诉", OTHER)


def test_a_reason_is_a_short_word_without_numbers_of_people(composed: Hangfeng, entry: str) -> None:
    with pytest.raises(r.NotACodeWord):
        composed.scores.appeal(entry, LEADER, at(composed), "请致电 13800000000")


# --- figures ----------------------------------------------------------------------------------------------------


def test_a_cap_cuts_what_goes_beyond_it_and_says_so(composed: Hangfeng, clock: StandingClock) -> None:
    capped = replace(
        RULES,
        edition="2026-capped",
        items=tuple(replace(item, cap_tenths=30) if item.code == "overdue_reply" else item for item in RULES.items),
    )
    adopted(composed, capped)
    for call_id in ("call-1", "call-2"):
        composed.casework.handle(dispatched(composed, call_id), c.Sign(by=clerk(UNIT), at=at(composed)))
    clock.pass_(days=15)
    dispatched(composed, "call-3")
    enter(composed, "overdue_reply")
    enter(composed, "overdue_reply")
    one = scores(composed).unit(UNIT)
    assert one.deductions_tenths == -30
    assert [(held.counted_tenths, held.cut_tenths, held.cut_by) for held in one.entries] == [
        (-20, 0, None),
        (-10, 10, "item"),
    ]


def test_what_was_known_and_what_had_happened_are_asked_apart(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    late(composed, clock)
    made = enter(composed, "overdue_reply")
    clock.pass_(days=1)
    composed.scores.void(number(composed, made), SUPERVISOR, at(composed), "登记有误")
    before = clock.now - timedelta(hours=1)
    with statistics(composed) as found:
        tables = [
            composed.scores.table(found, Q1),
            composed.scores.table(found, Q1, known_at=before),
            composed.scores.table(found, Q1, as_of=before),
        ]
    assert [one.unit(UNIT).text for one in tables] == ["100", "97", "97"]


def test_a_unit_with_nothing_to_be_assessed_on_has_no_score(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    one = scores(composed).unit(UNIT)
    assert (one.text, one.cause and one.cause.code) == ("—", "nothing_to_assess")


def test_too_few_legs_give_no_place(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    late(composed, clock)
    (group,) = ranked(scores(composed), 2)
    assert [(line.score.unit, line.place, line.cause and line.cause.code) for line in group.lines] == [
        (UNIT, None, "below_minimum")
    ]
    assert [line.place for line in ranked(scores(composed), 1)[0].lines] == [1]


# --- rules ------------------------------------------------------------------------------------------------------


def test_an_id_stands_for_one_edition(composed: Hangfeng) -> None:
    adopted(composed)
    with pytest.raises(ScoreRuleFault):
        adopted(composed, replace(RULES, title="另一版"))


def test_a_withdrawn_edition_takes_its_entries_along_and_frees_their_causes(
    composed: Hangfeng, clock: StandingClock
) -> None:
    adopted(composed)
    late(composed, clock)
    enter(composed, "overdue_reply")
    first, second = Actor("甲", Role.ADMIN), Actor("乙", Role.ADMIN)
    kind = EditionKind.SCORE_RULES
    composed.adoption.request_withdrawal(kind, RULES.edition, "误录", first, at(composed))
    with pytest.raises(r.SecondPersonNeeded):
        composed.adoption.confirm_withdrawal(kind, RULES.edition, (), first, at(composed))
    composed.adoption.confirm_withdrawal(kind, RULES.edition, (), second, at(composed))
    assert scores(composed).unit(UNIT).entries[0].counted_tenths == 0
    with composed.views.reading() as views:
        under = entries_under(views, RULES.edition, composed.log.head().position)
    assert len(composed.scores.void_withdrawn(RULES.edition, under, second, at(composed))) == 1
    assert composed.scores.void_withdrawn(RULES.edition, under, second, at(composed)) == ()
    adopted(composed, replace(RULES, edition="2026-2"))
    again = enter(composed, "overdue_reply").entry
    assert (again.entry, again.edition) == (2, "2026-2")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("points = -0.5", "points = -0.55"),
        ("points = -0.5", "points = 0"),
        ("cap = 20", "cap = 0.5"),
        ('first_quarter = "2004Q1"', 'first_quarter = "2004"'),
        ("per_working_days = 5 ", "per_days = 5 "),
        ('code = "red_card"', 'code = "overdue_reply"'),
        ('trigger = "praised"', 'trigger = "liked"'),
        ("deductions_max = 60 ", "deductions_max = 101 "),
        ("appeal_working_days = 5 ", "appeal_working_days = -1 "),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(old: str, new: str) -> None:
    text = files("services.editions").joinpath("score-rules-2026-1.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(ValueError, match="/"):
        load_score_rules(text.replace(old, new, 1).encode())


# --- the view ---------------------------------------------------------------------------------------------------


def test_the_live_view_equals_one_that_is_built_anew(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    late(composed, clock)
    made = enter(composed, "overdue_reply")
    enter(composed, "late_signature")
    composed.scores.appeal(number(composed, made), LEADER, at(composed), "停电三日")
    composed.scores.decide(number(composed, made), APPROVER, at(composed), "部分属实", -10)
    composed.catch_up()
    end = composed.log.head().position
    with composed.views.reading() as views:
        live = {known: entries_at(views, known) for known in range(1, end + 1)}
        stored = [tuple(row) for row in views.execute("SELECT * FROM scores ORDER BY position, from_position")]
    composed.runner.rebuild({"scores"})
    with composed.views.reading() as views:
        assert {known: entries_at(views, known) for known in range(1, end + 1)} == live
        assert [tuple(row) for row in views.execute("SELECT * FROM scores ORDER BY position, from_position")] == stored
    assert [len(live[known]) for known in (end - 4, end - 3, end - 2)] == [0, 1, 2]


# --- times ------------------------------------------------------------------------------------------------------


def test_an_entry_lies_neither_in_the_future_nor_before_its_cause(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    late(composed, clock)
    key = next(one.cause.key for one in proposals(composed).items if one.cause.item.code == "overdue_reply")
    name = CauseName(key.item, key.position, key.leg)
    with statistics(composed) as found:
        for days, refusal in ((1, r.HappenedLater), (-60, r.OutOfOrder)):
            when = Moment(at(composed).at + timedelta(days=days))
            with pytest.raises(refusal):
                composed.scores.enter(found, Q1, name, SUPERVISOR, when)


def test_no_step_of_an_appeal_is_dated_before_what_it_answers_to(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    late(composed, clock)
    entry = number(composed, enter(composed, "overdue_reply"))
    early = Moment(at(composed).at - timedelta(minutes=1))
    with pytest.raises(r.OutOfOrder):
        composed.scores.appeal(entry, LEADER, early, "停电三日")
    composed.scores.appeal(entry, LEADER, at(composed), "停电三日")
    with pytest.raises(r.OutOfOrder):
        composed.scores.decide(entry, APPROVER, early, "不成立", None)


def test_who_enters_a_voided_cause_again_is_told_so(composed: Hangfeng, clock: StandingClock) -> None:
    adopted(composed)
    late(composed, clock)
    done = enter(composed, "overdue_reply")
    composed.scores.void(number(composed, done), SUPERVISOR, at(composed), "登记有误")
    name = CauseName(done.entry.item, done.entry.cause_position, done.entry.leg)
    with statistics(composed) as found, pytest.raises(s.AlreadyScored):
        composed.scores.enter(found, Q1, name, SUPERVISOR, at(composed))
