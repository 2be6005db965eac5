from threading import Event

from domain.facts import Actor, Moment
from domain.units import UnitAliased
from domain.words import Role
from gateways.app import Hangfeng, compose
from services.instance import Refresher
from services.unit_registry import record_units
from tests.composed import StandingClock, call

ADMIN = Actor("管理员", Role.ADMIN)


def test_what_another_process_recorded_is_in_force_after_a_refresh(composed: Hangfeng, clock: StandingClock) -> None:
    with compose(composed.settings, clock) as elsewhere:
        record_units(elsewhere.log, [UnitAliased(by=ADMIN, occurred=Moment(clock()), alias="甲", unit="乙")])
    assert composed.instance.units.resolve("甲") == "甲"
    composed.instance.refresh()
    assert composed.instance.units.resolve("甲") == "乙"


def test_a_refresh_without_news_keeps_the_same_rulebook(composed: Hangfeng) -> None:
    before = composed.instance.rules
    composed.instance.refresh()
    assert composed.instance.rules is before


def test_who_was_erased_elsewhere_is_unreadable_here_after_a_refresh(composed: Hangfeng, clock: StandingClock) -> None:
    complaint = composed.casework.register(call(composed, text="家住某处")).id
    subject = composed.casework.history(complaint)[0].fact.subject  # type: ignore[attr-defined]
    with compose(composed.settings, clock) as elsewhere:
        elsewhere.catch_up()
        told = {"reason": "本人申请", "authority": "主任", "by": ADMIN, "at": Moment(clock())}
        elsewhere.erasure.erase(subject, **told)  # type: ignore[arg-type]
    composed.vault.refresh()
    assert composed.casework.history(complaint)[0].fact.text == "〔已依法清除〕"  # type: ignore[attr-defined]


def test_a_refresher_goes_on_after_a_fault() -> None:
    calls, again = [], Event()

    def refresh() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("busy")
        again.set()

    refresher = Refresher(refresh, refresh_seconds=0.001)
    refresher.start()
    assert again.wait(60)
    refresher.stop()
    assert refresher.fault is None
