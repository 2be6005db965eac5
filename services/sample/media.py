"""The sample's media (示例媒体): two outlets, an edition offered, taken, aired, a response, batches of exposures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from domain.facts import Actor, Moment
from domain.partners import exposures as x
from domain.partners import outlets as p
from domain.words import Role
from services.media.exposures import ExposureBook
from services.media.partners import PartnerRegistry
from services.publication.publication import Publication
from services.sample.city import City, city
from services.sample.publishing import sample_bulletins
from services.sample.timetable import CHINA

RADIO: Final = "lanzhou-radio"
PAPER: Final = "lanzhou-evening"
PAPER_EMBARGO_MINUTES: Final = 720

WITHDRAWN, PUBLISHED, DRAFTED = "2026-1", "2026-2", "2026-3"
"""The sample's batches: one withdrawn since, one that stands, one that awaits approval."""

_BATCHES: Final = (
    (WITHDRAWN, "一月曝光", "2026-02-03", (("住建局", "物业维修资金申请逾期四十日未答复，三次催办未果。"),)),
    (
        PUBLISHED,
        "二月曝光",
        "2026-03-04",
        (
            ("住建局", "同一小区供暖问题两次以“正在协调”答复，未说明办结时间。"),
            ("城管局", "占道经营投诉办结后一周内复发，回访前未到现场核实。"),
        ),
    ),
    (DRAFTED, "三月曝光", "2026-04-02", (("市监局", "投诉人要求书面告知，仅以电话答复，未留记录。"),)),
)
_CAUSE: Final = "单位补报凭证，答复未逾期"
_COVERED: Final = ("民生版·热线追踪", "住建局", "医保局")
_COVERED_AT: Final = datetime(2026, 3, 20, 8, 10, tzinfo=CHINA)
_RESPONSE_DUE: Final = date(2026, 3, 27)
_RESPONDED_AT: Final = datetime(2026, 3, 24, 15, 30, tzinfo=CHINA)
_RESPONSE: Final = "异地就医备案已改为网上即办，窗口同步受理，三月二十三日起执行。"
_PROGRAMME: Final = "行风热线·季度通报解读"


def media_sample(
    partners: PartnerRegistry, exposures: ExposureBook, publication: Publication, clock: Callable[[], datetime]
) -> int:
    """Take every step that is still to be taken, and return how many that were; safe to repeat.

    The sample's last edition must be published. Raises what the registry and the book of exposures raise.
    """
    town = city()
    steps = [*_outlets(partners, town), *_covered(partners, town), *_edition(partners, publication, clock)]
    return sum(steps) + sum(_exposed(exposures, town, *one) for one in _BATCHES)


def _producer(town: City) -> Actor:
    return Actor(town.staff.producers[0], Role.PRODUCER)


def _outlets(partners: PartnerRegistry, town: City) -> list[bool]:
    by, at = _producer(town), Moment(datetime(2026, 1, 5, 10, tzinfo=CHINA))
    both = (p.Material.EDITIONS, p.Material.EXPOSURES)
    radio = p.Profile(town.radio, p.OutletLevel.CITY, (p.Format.RADIO, p.Format.SOCIAL), both)
    evening = p.Profile(
        "澜州晚报", p.OutletLevel.CITY, (p.Format.PRINT, p.Format.WEB), (p.Material.EDITIONS,), PAPER_EMBARGO_MINUTES
    )
    return [
        partners.record(lambda state: p.register(state, RADIO, radio, by, at)),
        partners.record(lambda state: p.register(state, PAPER, evening, by, at)),
    ]


def _covered(partners: PartnerRegistry, town: City) -> list[bool]:
    """What the paper printed by itself: one unit responded, the other has not."""
    by, at = _producer(town), Moment(_COVERED_AT)
    programme, silent, responds = _COVERED[0], *(town.units[key].name for key in _COVERED[1:])
    leader = Actor("新闻发言人", Role.UNIT_LEADER, responds)

    def printed(state: p.Partners) -> tuple[p.PartnerFact, ...]:
        units = (silent, responds)
        return p.air(state, PAPER, _COVERED_AT, programme, p.Format.PRINT, units, by, at, response_due=_RESPONSE_DUE)

    fresh = partners.record(printed)
    number = next(one.number for one in partners.standing().coverages.values() if one.programme == programme)
    said = partners.record(lambda state: p.answer(state, number, responds, _RESPONSE, leader, Moment(_RESPONDED_AT)))
    return [fresh, said]


def _edition(partners: PartnerRegistry, publication: Publication, clock: Callable[[], datetime]) -> list[bool]:
    """The last edition is offered to both; the radio takes it and reads it out, the paper is under its embargo."""
    town, quarter = city(), sample_bulletins()[-1].quarter
    by, material = _producer(town), f"bulletin:{quarter}/1"
    now = Moment(clock().astimezone(CHINA))
    bulletin = publication.bulletin(quarter)
    assert bulletin is not None, "the sample's bulletins are published"
    steps = [partners.offer(RADIO, material, by, now), partners.offer(PAPER, material, by, now)]
    offers = partners.standing().offers.values()
    made = next(one for one in offers if (one.partner, one.material) == (RADIO, material))
    steps.append(partners.record(lambda state: p.take(state, RADIO, made.number, p.Format.RADIO, by, now)))

    def read_out(state: p.Partners) -> tuple[p.PartnerFact, ...]:
        at = made.embargo_until
        return p.air(state, RADIO, at, _PROGRAMME, p.Format.RADIO, (), by, now, number=made.number)

    return [*steps, partners.record(read_out)]


def _exposed(
    book: ExposureBook, town: City, batch: str, title: str, day: str, items: tuple[tuple[str, str], ...]
) -> int:
    """Bring one batch from wherever it stands to where the sample has it."""
    supervisor = Actor(town.staff.supervisors[0], Role.SUPERVISOR)
    approver = Actor(town.staff.approvers[0], Role.APPROVER)
    steps = 0

    def at(hour: int) -> Moment:
        return Moment(datetime.combine(date.fromisoformat(day), datetime.min.time().replace(hour=hour), tzinfo=CHINA))

    def stands() -> x.ExposureStatus | None:
        held = book.standing().get(batch)
        return None if held is None else held.status

    if stands() in {None, x.ExposureStatus.DRAFTED}:
        steps += book.record(lambda state: x.draft(state, batch, x.ExposureScope.PUBLIC, title, supervisor, at(9)))
        steps += sum(book.add(batch, town.units[unit].name, words, supervisor, at(10)) for unit, words in items)
    if batch == DRAFTED:
        return steps
    if stands() is x.ExposureStatus.DRAFTED:
        steps += book.approve(batch, approver, at(15))
    if stands() is x.ExposureStatus.APPROVED:
        steps += book.publish(batch, approver, at(16))
    if batch == WITHDRAWN and stands() is x.ExposureStatus.PUBLISHED:
        steps += book.withdraw(batch, None, _CAUSE, supervisor, at(18))
    return steps
