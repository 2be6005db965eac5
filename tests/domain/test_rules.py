from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.conduct_codes import ConductCode, ConductCodeEdition, ConductCodeFault
from domain.facts import Moment
from domain.timekeeping.deadlines import Deadline, Limit, LimitUnit
from domain.timekeeping.office_hours import OfficeHours, Session
from domain.timekeeping.rules import (
    CHOICES_REMEMBERED_MAX,
    Conditions,
    LimitRule,
    Purpose,
    Rulebook,
    RuleEdition,
    RuleFault,
    Traits,
    UnknownLimitClass,
)
from domain.timekeeping.working_calendar import WorkingCalendar
from domain.words import Channel, ComplaintKind, Complexity, Precision, Urgency
from services.editions import shipped_rulebook, shipped_rules

SHANGHAI = ZoneInfo("Asia/Shanghai")
BOOK = shipped_rulebook(SHANGHAI)
CALL = Traits(Channel.HOTLINE, ComplaintKind.HELP)
LETTER = Traits(Channel.LETTER, ComplaintKind.COMPLAINT)
STARTED = Moment(datetime(2023, 7, 5, 10, 0, tzinfo=SHANGHAI))
WORKING, CALENDAR = LimitUnit.WORKING_DAYS, LimitUnit.CALENDAR_DAYS


def due(purpose: Purpose, traits: Traits, started: Moment = STARTED) -> Deadline:
    deadline = BOOK.deadline(purpose, started, traits)
    assert deadline is not None
    return deadline


@pytest.mark.parametrize(
    ("purpose", "traits", "clause", "limit"),
    [
        (Purpose.CITIZEN, CALL, "ordinary", Limit(5, WORKING)),
        (Purpose.CITIZEN, replace(CALL, complexity=Complexity.SIMPLE), "ordinary", Limit(5, WORKING)),
        (Purpose.CITIZEN, replace(CALL, kind=ComplaintKind.ENQUIRY), "enquiry", Limit(3, WORKING)),
        (Purpose.CITIZEN, replace(CALL, complexity=Complexity.COMPLEX), "complex", Limit(15, WORKING)),
        (Purpose.CITIZEN, replace(CALL, programme=True), "programme", Limit(5, WORKING)),
        (
            Purpose.CITIZEN,
            replace(CALL, programme=True, complexity=Complexity.SIMPLE),
            "programme-simple",
            Limit(2, WORKING),
        ),
        (
            Purpose.CITIZEN,
            replace(CALL, programme=True, complexity=Complexity.COMPLEX),
            "programme-complex",
            Limit(10, WORKING),
        ),
        (Purpose.CITIZEN, LETTER, "petition", Limit(60, CALENDAR)),
        (Purpose.CITIZEN, replace(LETTER, kind=ComplaintKind.OTHER), "petition", Limit(60, CALENDAR)),
        (Purpose.CITIZEN, replace(LETTER, kind=ComplaintKind.ENQUIRY), "enquiry", Limit(3, WORKING)),
        (Purpose.CITIZEN, replace(LETTER, limit_class="ordinary"), "ordinary", Limit(5, WORKING)),
        (Purpose.CITIZEN, replace(CALL, limit_class="petition"), "petition", Limit(60, CALENDAR)),
        (Purpose.CITIZEN, replace(CALL, limit_class="programme"), "programme", Limit(5, WORKING)),
        (
            Purpose.UNIT,
            replace(CALL, limit_class="programme", complexity=Complexity.COMPLEX),
            "programme-complex",
            Limit(10, WORKING),
        ),
        (Purpose.CITIZEN, replace(CALL, urgency=Urgency.SAME_DAY), "same-day", Limit(0, CALENDAR)),
        (Purpose.CITIZEN, replace(LETTER, urgency=Urgency.THREE_DAYS), "three-days", Limit(3, CALENDAR)),
        (Purpose.CITIZEN, replace(CALL, supervised=True, rework=True), "ordinary", Limit(5, WORKING)),
        (Purpose.UNIT, replace(LETTER, supervised=True), "supervised", Limit(3, WORKING)),
        (Purpose.UNIT, replace(CALL, rework=True), "rework", Limit(3, WORKING)),
        (Purpose.ACCEPTANCE, LETTER, "petition-acceptance", Limit(15, CALENDAR)),
        (Purpose.EXTENSION, LETTER, "petition", Limit(30, CALENDAR)),
        (Purpose.EXTENSION, CALL, "ordinary", Limit(5, WORKING)),
        (Purpose.REVIEW, LETTER, "petition-review", Limit(30, CALENDAR)),
        (Purpose.RECHECK, LETTER, "petition-recheck", Limit(30, CALENDAR)),
        (Purpose.SIGN, CALL, "sign", Limit(1, WORKING)),
        (Purpose.FIRST_CONTACT, LETTER, "first-contact", Limit(1, WORKING)),
        (Purpose.RETURN, CALL, "return", Limit(24, LimitUnit.ELAPSED_HOURS)),
        (Purpose.DISPATCH, CALL, "dispatch", Limit(4, LimitUnit.WORKING_HOURS)),
        (Purpose.DISPATCH, replace(CALL, limit_class="petition"), "dispatch", Limit(4, LimitUnit.WORKING_HOURS)),
        (Purpose.QUARTERLY_RETURN, CALL, "quarterly-return", Limit(5, WORKING)),
        (Purpose.OBJECTION, CALL, "objection", Limit(3, WORKING)),
    ],
)
def test_the_shipped_rules_give_each_matter_its_limit(
    purpose: Purpose, traits: Traits, clause: str, limit: Limit
) -> None:
    deadline = due(purpose, traits)
    assert (deadline.clause, deadline.limit, deadline.rule_edition) == (clause, limit, "2026-2")


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("purpose", [Purpose.CITIZEN, Purpose.UNIT, Purpose.ACCEPTANCE])
def test_an_accusation_has_no_limit_of_ours(channel: Channel, purpose: Purpose) -> None:
    urgent = Traits(channel, ComplaintKind.ACCUSATION, urgency=Urgency.SAME_DAY, programme=True)
    assert BOOK.deadline(purpose, STARTED, urgent) is None


def test_a_call_is_not_decided_on_acceptance_within_a_limit() -> None:
    assert BOOK.deadline(Purpose.ACCEPTANCE, STARTED, CALL) is None


def test_a_letter_counts_from_registration_until_its_acceptance_is_recorded() -> None:
    before = due(Purpose.CITIZEN, LETTER)
    accepted = Moment(datetime(2023, 7, 12, 16, 0, tzinfo=SHANGHAI))
    after = BOOK.deadline(Purpose.CITIZEN, STARTED, LETTER, accepted=accepted)
    assert after is not None
    assert (before.from_registration, f"{before.due:%a %F}") == (True, "Sun 2023-09-03")
    assert (after.from_registration, f"{after.due:%a %F}", after.started_at) == (False, "Sun 2023-09-10", accepted.at)


def test_acceptance_moves_no_limit_that_counts_from_registration() -> None:
    accepted = Moment(STARTED.at + timedelta(days=3))
    assert BOOK.deadline(Purpose.CITIZEN, STARTED, CALL, accepted=accepted) == due(Purpose.CITIZEN, CALL)


def test_a_letter_may_be_given_thirty_days_more_counted_from_its_due_date() -> None:
    first = due(Purpose.CITIZEN, LETTER)
    extended = BOOK.extend(first, Limit(30, CALENDAR))
    assert f"{extended.due:%a %F %T}" == "Tue 2023-10-03 23:59:59"
    assert (extended.started_at, extended.clause) == (first.due, "petition/extension")
    assert sum(line.counted for line in BOOK.explain(extended)) == 30
    assert BOOK.extend(extended, Limit(1, CALENDAR)).clause == "petition/extension"


def test_an_extension_of_a_provisional_deadline_is_provisional_and_names_both_calendars() -> None:
    late = Moment(datetime(2026, 12, 28, 9, 0, tzinfo=SHANGHAI))
    extended = BOOK.extend(due(Purpose.CITIZEN, CALL, late), Limit(2, CALENDAR))
    assert (extended.provisional, extended.calendar_edition) == (True, "2026-1+2027?")


def test_a_day_without_time_of_day_is_taken_as_its_date_whatever_its_offset() -> None:
    utc_midnight = Moment(datetime(2023, 7, 5, tzinfo=UTC), Precision.DAY)
    assert BOOK.local_day(utc_midnight) == date(2023, 7, 5)
    assert f"{due(Purpose.CITIZEN, CALL, utc_midnight).due:%F}" == "2023-07-12"


def test_an_instant_is_taken_on_the_clock_of_the_instance() -> None:
    late_evening = Moment(datetime(2023, 7, 4, 17, 0, tzinfo=UTC))
    assert BOOK.local_day(late_evening) == date(2023, 7, 5)
    assert due(Purpose.CITIZEN, CALL, late_evening).due == due(Purpose.CITIZEN, CALL).due


NINE_TO_FIVE = OfficeHours((Session(540, 1020),))


def edition(name: str, effective_from: date, *limits: LimitRule) -> RuleEdition:
    return RuleEdition(name, name, effective_from, NINE_TO_FIVE, 80, 1, limits)


def citizen(clause: str, days: int, when: Conditions | None = None, rank: int = 0) -> LimitRule:
    return LimitRule(clause, Purpose.CITIZEN, Limit(days, WORKING), "例", clause, when or Conditions(), rank)


def book(*editions: RuleEdition) -> Rulebook:
    return Rulebook(BOOK.calendar, editions, SHANGHAI)


@pytest.mark.parametrize(
    ("day", "governs"),
    [("1999-01-01", "a"), ("2020-01-01", "a"), ("2021-12-31", "a"), ("2022-01-01", "c"), ("2030-01-01", "c")],
)
def test_the_edition_in_effect_on_the_day_governs_and_of_equals_the_one_adopted_last(day: str, governs: str) -> None:
    held = book(edition("b", date(2022, 1, 1)), edition("a", date(2020, 1, 1)), edition("c", date(2022, 1, 1)))
    assert held.edition_on(date.fromisoformat(day)).edition == governs


def test_rank_goes_before_conditions_and_conditions_before_order() -> None:
    calls = Conditions(channels=(Channel.HOTLINE,))
    named = Conditions(channels=(Channel.HOTLINE,), units=("市教育局",), categories=("收费",), supervised=False)
    rules = edition("a", date(2020, 1, 1), citizen("first", 1), citizen("call", 2, calls), citizen("unit", 3, named))
    assert [rule.clause for rule in (rules.rule_for(Purpose.CITIZEN, CALL),) if rule] == ["call"]
    fees = replace(CALL, unit="市教育局", category="收费")
    assert [rule.clause for rule in (rules.rule_for(Purpose.CITIZEN, fees),) if rule] == ["unit"]
    ranked = replace(rules, limits=(*rules.limits, citizen("ranked", 4, rank=1), citizen("same rank", 5, rank=1)))
    assert [rule.clause for rule in (ranked.rule_for(Purpose.CITIZEN, fees),) if rule] == ["ranked"]


def test_an_edition_without_a_limit_for_a_purpose_gives_no_deadline() -> None:
    assert book(edition("a", date(2020, 1, 1), citizen("x", 1))).deadline(Purpose.UNIT, STARTED, CALL) is None


def test_a_limit_class_that_the_edition_lacks_is_named_with_those_it_has() -> None:
    with pytest.raises(UnknownLimitClass, match=r"没有时限类别“信访”.*petition"):
        BOOK.deadline(Purpose.CITIZEN, STARTED, replace(CALL, limit_class="信访"))


def test_a_limit_that_stands_twice_is_refused() -> None:
    with pytest.raises(RuleFault, match="stands twice"):
        edition("a", date(2020, 1, 1), citizen("x", 1), citizen("x", 2))


@pytest.mark.parametrize("share", [0, 101, -1])
def test_a_warning_share_is_a_percentage(share: int) -> None:
    with pytest.raises(RuleFault):
        replace(shipped_rules(), warning_share_percent=share)


def test_a_rulebook_needs_an_edition_and_one_id_never_stands_for_two() -> None:
    with pytest.raises(RuleFault, match="没有任何规则版本"):
        book()
    with pytest.raises(RuleFault, match="already exists"):
        book(edition("a", date(2020, 1, 1)), edition("a", date(2021, 1, 1)))


def test_adopting_the_same_editions_again_is_idle() -> None:
    year = BOOK.calendar.year(2026)
    assert year is not None
    assert BOOK.with_edition(shipped_rules()) is BOOK
    assert BOOK.with_conduct_codes(BOOK.conduct[0]) is BOOK
    assert BOOK.with_year(year) == BOOK
    assert BOOK.with_edition(edition("b", date(2024, 1, 1))).edition("b") is not None


def test_a_rulebook_forgets_choices_rather_than_growing_without_end() -> None:
    held = book(shipped_rules())
    for number in range(CHOICES_REMEMBERED_MAX + 10):
        held.rule_for(Purpose.CITIZEN, STARTED, replace(CALL, unit=str(number)))
    assert len(held._chosen) == 10


@pytest.mark.parametrize(
    ("purpose", "traits", "warned"),
    [
        (Purpose.CITIZEN, CALL, "Tue 2023-07-11 23:59"),
        (Purpose.SIGN, CALL, "Wed 2023-07-05 23:59"),
        (Purpose.CITIZEN, LETTER, "Tue 2023-08-22 23:59"),
        (Purpose.DISPATCH, CALL, "Wed 2023-07-05 14:42"),
        (Purpose.RETURN, CALL, "Thu 2023-07-06 05:12"),
        (Purpose.CITIZEN, replace(CALL, urgency=Urgency.SAME_DAY), "Wed 2023-07-05 21:11"),
    ],
)
def test_a_warning_comes_when_four_fifths_of_the_limit_are_used(purpose: Purpose, traits: Traits, warned: str) -> None:
    assert f"{BOOK.warning_at(due(purpose, traits)):%a %F %H:%M}" == warned


def test_a_deadline_of_rules_no_longer_held_is_warned_of_by_those_of_its_day() -> None:
    foreign = replace(due(Purpose.CITIZEN, CALL), rule_edition="1999-1")
    assert BOOK.warning_at(foreign) == BOOK.warning_at(due(Purpose.CITIZEN, CALL))


def test_working_time_across_a_change_of_office_hours_adds_up() -> None:
    held = BOOK.with_edition(edition("later", date(2023, 7, 6)))
    start, end = STARTED.at, datetime(2023, 7, 7, 17, 0, tzinfo=SHANGHAI)
    assert held.working_minutes(start, end) == 2 * 60 + 4 * 60 + 8 * 60 + 8 * 60
    assert held.working_minutes(end, start) == -22 * 60
    assert held.working_minutes(start, datetime(2027, 1, 4, tzinfo=SHANGHAI)) is None


def test_conduct_codes_are_those_in_effect_on_the_day() -> None:
    later = ConductCodeEdition("b", "新代码", date(2024, 1, 1), (ConductCode("inaction", "不作为", "not acting"),))
    held = BOOK.with_conduct_codes(later)
    for day, wanted in ((date(1999, 1, 1), "2026-1"), (date(2023, 1, 1), "2026-1"), (date(2024, 1, 1), "b")):
        codes = held.conduct_codes_on(day)
        assert codes is not None
        assert codes.edition == wanted
    assert Rulebook(WorkingCalendar(), (shipped_rules(),), SHANGHAI).conduct_codes_on(date(2024, 1, 1)) is None


def test_a_conduct_code_is_found_by_code_or_name_and_never_stands_twice() -> None:
    codes = BOOK.conduct[0]
    assert codes.find("吃拿卡要") == codes.find("extortion") is not None
    assert codes.find("无此问题") is None
    with pytest.raises(ConductCodeFault, match="stands twice"):
        replace(codes, codes=(*codes.codes, codes.codes[0]))
