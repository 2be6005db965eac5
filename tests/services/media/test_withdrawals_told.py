"""Exposures that are taken back: whoever was offered or sent them hears of it once, whatever took them back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.complaint import events as e
from domain.partners import exposures as x
from domain.partners import outlets as p
from domain.partners.refusals import ExposureTellsWho
from domain.words import ComplaintKind
from services.media.courier import EXPOSURE_WITHDRAWN, Answer
from services.media.exposures import MATTER_TAKEN_BACK
from services.media.withdrawals import Telling, told_of_withdrawals, withdrawals_of
from tests.kafka import matters as m
from tests.services.media.courier_desk import APPROVER, PRODUCER, SUPERVISOR, Desk, a_courier_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A radio that was sent a public batch about a matter, and a paper that wants nothing and was offered it."""
    with a_courier_desk(tmp_path / "data") as made:
        m.append(made.house.log, 0, [[m.registered(ComplaintKind.HELP)]])
        made.exposed(complaint=m.stream(0))
        made.outlet_of("paper")
        made.house.partners.offer("paper", "exposure:b1", PRODUCER, made.now)
        made.clock.pass_(minutes=31)
        made.courier.round()
        made.outlet.asked.clear()
        yield made


def told(desk: Desk) -> list[tuple[str, object]]:
    """Who was told of which item that it is taken back."""
    found = zip(desk.outlet.asked, desk.bodies(), strict=True)
    return sorted(
        (url.split("/")[2].removesuffix(".example"), body["data"]["item"])
        for (url, _, _), body in found
        if body["type"] == EXPOSURE_WITHDRAWN
    )


def states(desk: Desk) -> dict[str, Telling]:
    (found,) = told_of_withdrawals(desk.house.log, desk.house.deliveries)
    return {one.partner: one.state for one in found.outlets}


def take_back(desk: Desk) -> None:
    m.append_to(desk.house.log, 0, [m.filled(e.PublicationWithdrawn)])


@pytest.mark.parametrize("item", [1, None])
def test_who_was_offered_it_hears_of_its_withdrawal_as_who_was_sent_it_does(desk: Desk, item: int | None) -> None:
    desk.house.exposures.withdraw("b1", item, "事实有误", SUPERVISOR, desk.now)
    desk.courier.round()
    desk.courier.round()
    assert told(desk) == [("paper", item), ("radio", item)]


def test_both_hear_of_it_when_the_matter_itself_leaves_publication(desk: Desk) -> None:
    take_back(desk)
    desk.courier.round()
    assert told(desk) == [("paper", 1), ("radio", 1)]
    (body,) = [one for one in desk.bodies() if one["type"] == EXPOSURE_WITHDRAWN][:1]
    assert (body["subject"], body["data"]["cause"]) == ("b1", MATTER_TAKEN_BACK)
    assert str(m.stream(0)) not in str(body)


def test_an_outlet_is_told_once_though_the_item_is_withdrawn_after_its_matter(desk: Desk) -> None:
    take_back(desk)
    desk.house.exposures.withdraw("b1", 1, "事实有误", SUPERVISOR, desk.now)
    desk.courier.round()
    assert told(desk) == [("paper", 1), ("radio", 1)]


def test_a_matter_that_leaves_publication_after_its_item_was_withdrawn_is_not_told_again(desk: Desk) -> None:
    desk.house.exposures.withdraw("b1", 1, "事实有误", SUPERVISOR, desk.now)
    desk.courier.round()
    take_back(desk)
    desk.courier.round()
    assert told(desk) == [("paper", 1), ("radio", 1)]


def test_each_item_of_each_batch_about_one_matter_is_taken_back_under_an_id_of_its_own(desk: Desk) -> None:
    desk.exposed("b2", complaint=m.stream(0))
    take_back(desk)
    assert [(one.batch, one.item) for one in withdrawals_of(desk.house.log)] == [("b1", 1), ("b2", 1)]
    assert len({one.event for one in withdrawals_of(desk.house.log)}) == 2
    desk.clock.pass_(minutes=31)
    desk.courier.round()
    ids = [headers["webhook-id"] for url, headers, _ in desk.outlet.asked if "radio" in url]
    assert len(ids) == len(set(ids))
    assert told(desk).count(("radio", 1)) == 2


def test_looking_at_the_log_anew_owes_nothing_twice(desk: Desk) -> None:
    take_back(desk)
    desk.courier.round()
    before = list(desk.outlet.asked)
    desk.courier.begin_at(1)
    assert desk.courier.round().owed == 0
    assert desk.outlet.asked == before


def test_an_offer_that_was_made_after_the_withdrawal_is_told_nothing_of_it(desk: Desk) -> None:
    desk.house.exposures.withdraw("b1", 1, "事实有误", SUPERVISOR, desk.now)
    desk.outlet_of("late")
    desk.house.partners.offer("late", "exposure:b1", PRODUCER, desk.now)
    desk.courier.round()
    assert ("late", 1) not in told(desk)
    assert "late" not in states(desk)


def test_an_offer_of_what_is_withdrawn_meanwhile_never_leaves(desk: Desk) -> None:
    desk.outlet_of("web")
    until = desk.now.at.replace(hour=23)
    desk.house.partners.offer("web", "exposure:b1", PRODUCER, desk.now, embargo_until=until)
    desk.courier.round()
    desk.house.exposures.withdraw("b1", None, "事实有误", SUPERVISOR, desk.now)
    desk.clock.pass_(hours=20)
    desk.courier.round()
    sent = [body["type"] for (url, _, _), body in zip(desk.outlet.asked, desk.bodies(), strict=True) if "web" in url]
    assert sent == [EXPOSURE_WITHDRAWN]


def test_the_status_says_who_was_told_who_waits_and_who_must_be_told_by_hand(desk: Desk) -> None:
    desk.outlet_of("letter", webhook=False)
    desk.outlet_of("shy")
    for code in ("letter", "shy"):
        desk.house.partners.offer(code, "exposure:b1", PRODUCER, desk.now)
    desk.courier.round()
    desk.house.partners.record(lambda s: p.suspend(s, "shy", "违约", PRODUCER, desk.now))
    take_back(desk)
    assert states(desk) == {
        "letter": Telling.BY_HAND,
        "paper": Telling.UNSEEN,
        "shy": Telling.SUSPENDED,
    }
    desk.outlet.fails = "paper"
    desk.courier.round()
    assert states(desk) == {
        "letter": Telling.BY_HAND,
        "paper": Telling.WAITING,
        "radio": Telling.DELIVERED,
        "shy": Telling.SUSPENDED,
    }


def test_what_fails_becomes_a_dead_letter_that_is_sent_again(desk: Desk) -> None:
    take_back(desk)
    desk.outlet.fails = "paper"
    for _ in range(3):
        desk.courier.round()
        desk.clock.pass_(seconds=20)
    assert states(desk)["paper"] is Telling.DEAD
    desk.outlet.fails = "nobody"
    desk.house.deliveries.replay(desk.clock(), partner="paper")
    desk.courier.round()
    assert states(desk)["paper"] is Telling.DELIVERED


def test_what_is_internal_or_was_never_published_is_taken_back_from_nobody(desk: Desk) -> None:
    book = desk.house.exposures
    for batch, scope in (("inner", x.ExposureScope.INTERNAL), ("draft", x.ExposureScope.PUBLIC)):
        book.draft(batch, scope, "第二批", SUPERVISOR, desk.now)
        book.add(batch, "市城管局", "推诿三次。", SUPERVISOR, desk.now, complaint=m.stream(0))
    book.approve("inner", APPROVER, desk.now)
    book.publish("inner", APPROVER, desk.now)
    take_back(desk)
    assert [one.batch for one in withdrawals_of(desk.house.log)] == ["b1"]


def test_a_cause_names_nobody_since_outlets_are_told_it(desk: Desk) -> None:
    with pytest.raises(ExposureTellsWho):
        desk.house.exposures.withdraw("b1", 1, "联系人张三更正", SUPERVISOR, desk.now)


def test_an_outlet_that_answered_nothing_hears_of_it_too(desk: Desk) -> None:
    """What was posted may have arrived, though no answer came."""
    desk.outlet_of("mute", p.Material.EXPOSURES)
    desk.exposed("b3")
    desk.outlet.says = [Answer(None, "no answer")]
    desk.courier.round()
    desk.house.exposures.withdraw("b3", None, "事实有误", SUPERVISOR, desk.now)
    desk.clock.pass_(minutes=31)
    desk.courier.round()
    assert ("mute", None) in told(desk)
