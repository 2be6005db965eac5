"""Media partners (合作媒体): who they are, what they were offered, took and aired, and what units said to it.

All outlets share one stream: they are few, and a report asks about all of them. An outlet's contact is sealed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import NAMESPACE_URL, uuid5

from domain.facts import Actor, Fact, Moment, PersonalFact, personal, personal_or_none, topic
from domain.partners import refusals as r
from domain.wording import hold_to_code, hold_to_text

PARTNERS_STREAM = uuid5(NAMESPACE_URL, "hangfeng:partners")
EMBARGO_MINUTES_MAX = 60 * 24 * 366


class Format(StrEnum):
    """In which form an outlet brings what it is given (形式)."""

    RADIO = "radio"
    TELEVISION = "television"
    PRINT = "print"
    WEB = "web"
    SOCIAL = "social"


class OutletLevel(StrEnum):
    """How far an outlet reaches (层级)."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    CITY = "city"
    COUNTY = "county"


class Material(StrEnum):
    """What an outlet is sent by itself: public facts, published editions, published exposures (内容)."""

    FACTS = "facts"
    EDITIONS = "editions"
    EXPOSURES = "exposures"


FORMAT_CHINESE = {
    Format.RADIO: "广播",
    Format.TELEVISION: "电视",
    Format.PRINT: "报刊",
    Format.WEB: "网站",
    Format.SOCIAL: "新媒体",
}
LEVEL_CHINESE = {
    OutletLevel.NATIONAL: "国家级",
    OutletLevel.PROVINCIAL: "省级",
    OutletLevel.CITY: "市级",
    OutletLevel.COUNTY: "县级",
}
MATERIAL_CHINESE = {Material.FACTS: "公开事实", Material.EDITIONS: "通报", Material.EXPOSURES: "曝光"}


def partner_subject(partner: str) -> str:
    """Return the subject under which what is personal of an outlet is sealed."""
    return f"partner:{partner}"


@topic("partner.registered.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRegistered(PersonalFact):
    """An outlet became a partner (登记合作媒体); nothing reaches it before ``embargo_minutes`` after publication."""

    partner: str
    name: str
    level: OutletLevel
    formats: tuple[Format, ...]
    wants: tuple[Material, ...]
    embargo_minutes: int
    webhook: str | None = None
    contact: str | None = personal_or_none()


@topic("partner.changed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerChanged(PersonalFact):
    """What is known of an outlet was said anew, whole (更改)."""

    partner: str
    name: str
    level: OutletLevel
    formats: tuple[Format, ...]
    wants: tuple[Material, ...]
    embargo_minutes: int
    webhook: str | None = None
    contact: str | None = personal_or_none()


@topic("partner.suspended.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerSuspended(Fact):
    """Nothing is given to the outlet until it is resumed (暂停合作)."""

    partner: str
    reason: str


@topic("partner.resumed.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerResumed(Fact):
    """The outlet is a partner again (恢复合作)."""

    partner: str


@topic("partner.material_offered.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialOffered(Fact):
    """The outlet was offered something that is published (提供), not to be aired before ``embargo_until``.

    ``material`` is ``bulletin:2026Q1/1`` or ``exposure:BATCH``; ``digest`` that of what was offered.
    """

    partner: str
    offer: int
    material: str
    digest: str
    embargo_until: datetime


@topic("partner.material_taken.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialTaken(Fact):
    """The outlet took an offer, to bring it in some form (采用)."""

    partner: str
    offer: int
    format: Format


@topic("partner.material_aired.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialAired(Fact):
    """The outlet brought something about the hotline's work (播发): when, in which programme, which units it named.

    ``offer`` is ``None`` where it went by no offer of ours; units then owe a response too, until ``response_due``.
    """

    partner: str
    coverage: int
    offer: int | None
    material: str | None
    aired_at: datetime
    programme: str
    format: Format
    units: tuple[str, ...]
    response_due: date | None


@topic("partner.coverage_answered.v1")
@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageAnswered(PersonalFact):
    """A unit responded to a coverage that named it (单位回应)."""

    partner: str
    coverage: int
    unit: str
    response: str = personal()


PartnerFact = (
    PartnerRegistered
    | PartnerChanged
    | PartnerSuspended
    | PartnerResumed
    | MaterialOffered
    | MaterialTaken
    | MaterialAired
    | CoverageAnswered
)
"""Every fact that the partners' stream can hold."""


# --- what stands after them ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Profile:
    """What is said of an outlet, whole, when it is registered or changed."""

    name: str
    level: OutletLevel
    formats: tuple[Format, ...]
    wants: tuple[Material, ...] = ()
    embargo_minutes: int = 0
    webhook: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet as it stands; ``suspended`` says why nothing is given to it."""

    code: str
    profile: Profile
    registered: Moment
    suspended: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer, and in which form it was taken, by when, where it was."""

    number: int
    partner: str
    material: str
    digest: str
    offered: Moment
    embargo_until: datetime
    taken: Moment | None = None
    format: Format | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """What a unit said to a coverage, and when."""

    unit: str
    at: Moment
    text: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Something that was aired, and what the units it named said to it."""

    number: int
    partner: str
    offer: int | None
    material: str | None
    aired_at: datetime
    programme: str
    format: Format
    units: tuple[str, ...]
    response_due: date | None
    responses: tuple[Response, ...] = ()

    def owing(self) -> tuple[str, ...]:
        """Return the units that were named and have not responded, where a response is due at all."""
        said = {response.unit for response in self.responses}
        return () if self.response_due is None else tuple(unit for unit in self.units if unit not in said)

    def late(self, today: date) -> tuple[str, ...]:
        """Return the units whose response is overdue: the day it was due is past, and they have not given it."""
        return self.owing() if self.response_due is not None and self.response_due < today else ()


@dataclass(frozen=True, slots=True)
class Partners:
    """All outlets, offers and coverages after some of their facts."""

    version: int = 0
    outlets: dict[str, Outlet] = field(default_factory=dict)
    offers: dict[int, Offer] = field(default_factory=dict)
    coverages: dict[int, Coverage] = field(default_factory=dict)

    def outlet(self, partner: str) -> Outlet:
        """Return an outlet by its code. Raises ``NoSuchPartner``."""
        found = self.outlets.get(partner)
        if found is None:
            raise r.NoSuchPartner(partner=partner)
        return found

    def offer(self, partner: str, number: int) -> Offer:
        """Return an offer that was made to an outlet. Raises ``NoSuchOffer``."""
        found = self.offers.get(number)
        if found is None or found.partner != partner:
            raise r.NoSuchOffer(partner=partner, offer=number)
        return found

    def active(self) -> tuple[Outlet, ...]:
        """Return the outlets that are not suspended."""
        return tuple(outlet for outlet in self.outlets.values() if outlet.suspended is None)


def evolve(state: Partners, fact: PartnerFact) -> Partners:
    """Return the partners after one more fact."""
    return _evolved(replace(state, version=state.version + 1), fact)


def _evolved(state: Partners, fact: PartnerFact) -> Partners:
    match fact:
        case PartnerRegistered():
            outlet = Outlet(fact.partner, _profile(fact), fact.occurred)
            return replace(state, outlets={**state.outlets, fact.partner: outlet})
        case PartnerChanged():
            return _outlet(state, replace(state.outlet(fact.partner), profile=_profile(fact)))
        case PartnerSuspended():
            return _outlet(state, replace(state.outlet(fact.partner), suspended=fact.reason))
        case PartnerResumed():
            return _outlet(state, replace(state.outlet(fact.partner), suspended=None))
        case MaterialOffered():
            offer = Offer(fact.offer, fact.partner, fact.material, fact.digest, fact.occurred, fact.embargo_until)
            return replace(state, offers={**state.offers, fact.offer: offer})
        case MaterialTaken():
            taken = replace(state.offers[fact.offer], taken=fact.occurred, format=fact.format)
            return replace(state, offers={**state.offers, fact.offer: taken})
        case MaterialAired():
            aired = Coverage(
                fact.coverage,
                fact.partner,
                fact.offer,
                fact.material,
                fact.aired_at,
                fact.programme,
                fact.format,
                fact.units,
                fact.response_due,
            )
            return replace(state, coverages={**state.coverages, fact.coverage: aired})
        case CoverageAnswered():
            said = Response(fact.unit, fact.occurred, fact.response)
            held = state.coverages[fact.coverage]
            answered = replace(held, responses=(*held.responses, said))
            return replace(state, coverages={**state.coverages, fact.coverage: answered})
        case _:
            assert_never(fact)


def partners_after(facts: Iterable[PartnerFact]) -> Partners:
    """Return the partners after these facts, in their order."""
    state = Partners()
    for fact in facts:
        state = evolve(state, fact)
    return state


def _outlet(state: Partners, outlet: Outlet) -> Partners:
    return replace(state, outlets={**state.outlets, outlet.code: outlet})


def _profile(fact: PartnerRegistered | PartnerChanged) -> Profile:
    return Profile(fact.name, fact.level, fact.formats, fact.wants, fact.embargo_minutes, fact.webhook, fact.contact)


# --- what may be done ----------------------------------------------------------------------------------------------


def register(state: Partners, partner: str, profile: Profile, by: Actor, at: Moment) -> tuple[PartnerFact, ...]:
    """Register an outlet; the same words again do nothing. Raises ``PartnerKnown`` and what its fields may raise."""
    hold_to_code("partner", partner)
    _hold(profile)
    held = state.outlets.get(partner)
    if held is not None:
        if held.profile == profile:
            return ()
        raise r.PartnerKnown(partner=partner)
    return (
        PartnerRegistered(
            by=by,
            occurred=at,
            subject=partner_subject(partner),
            partner=partner,
            name=profile.name,
            level=profile.level,
            formats=profile.formats,
            wants=profile.wants,
            embargo_minutes=profile.embargo_minutes,
            webhook=profile.webhook,
            contact=profile.contact,
        ),
    )


def change(state: Partners, partner: str, profile: Profile, by: Actor, at: Moment) -> tuple[PartnerFact, ...]:
    """Say anew what is known of an outlet. Raises ``NoSuchPartner`` and what its fields may raise."""
    _hold(profile)
    if state.outlet(partner).profile == profile:
        return ()
    return (
        PartnerChanged(
            by=by,
            occurred=at,
            subject=partner_subject(partner),
            partner=partner,
            name=profile.name,
            level=profile.level,
            formats=profile.formats,
            wants=profile.wants,
            embargo_minutes=profile.embargo_minutes,
            webhook=profile.webhook,
            contact=profile.contact,
        ),
    )


def suspend(state: Partners, partner: str, reason: str, by: Actor, at: Moment) -> tuple[PartnerFact, ...]:
    """Suspend an outlet; twice is once. Raises ``NoSuchPartner``."""
    hold_to_code("reason", reason)
    if state.outlet(partner).suspended is not None:
        return ()
    return (PartnerSuspended(by=by, occurred=at, partner=partner, reason=reason),)


def resume(state: Partners, partner: str, by: Actor, at: Moment) -> tuple[PartnerFact, ...]:
    """Resume an outlet; twice is once. Raises ``NoSuchPartner``."""
    if state.outlet(partner).suspended is None:
        return ()
    return (PartnerResumed(by=by, occurred=at, partner=partner),)


def offer(
    state: Partners,
    partner: str,
    material: str,
    digest: str,
    by: Actor,
    at: Moment,
    *,
    embargo_until: datetime | None = None,
) -> tuple[PartnerFact, ...]:
    """Offer something published to an outlet, its own embargo from now on where no other is named.

    The same material again does nothing. Raises ``NoSuchPartner`` and ``PartnerIsSuspended``.
    """
    outlet = state.outlet(partner)
    if outlet.suspended is not None:
        raise r.PartnerIsSuspended(partner=partner)
    if any((one.partner, one.material, one.digest) == (partner, material, digest) for one in state.offers.values()):
        return ()
    until = embargo_until or at.at + timedelta(minutes=outlet.profile.embargo_minutes)
    number = len(state.offers) + 1
    return (
        MaterialOffered(
            by=by, occurred=at, partner=partner, offer=number, material=material, digest=digest, embargo_until=until
        ),
    )


def take(state: Partners, partner: str, number: int, form: Format, by: Actor, at: Moment) -> tuple[PartnerFact, ...]:
    """Write down that an outlet took an offer; twice in the same form is once. Raises ``NoSuchOffer``."""
    state.outlet(partner)
    if state.offer(partner, number).format is form:
        return ()
    return (MaterialTaken(by=by, occurred=at, partner=partner, offer=number, format=form),)


def air(  # noqa: PLR0913 - what was aired has this many sides
    state: Partners,
    partner: str,
    aired_at: datetime,
    programme: str,
    form: Format,
    units: tuple[str, ...],
    by: Actor,
    at: Moment,
    *,
    number: int | None = None,
    response_due: date | None = None,
) -> tuple[PartnerFact, ...]:
    """Write down what an outlet aired; the same programme at the same time is once.

    Raises ``NoSuchPartner``, ``NoSuchOffer``, ``EmbargoStands``, ``NotAiredYet``.
    """
    state.outlet(partner)
    hold_to_code("programme", programme)
    for unit in units:
        hold_to_code("units", unit)
    offered = None if number is None else state.offer(partner, number)
    if offered is not None and aired_at < offered.embargo_until:
        raise r.EmbargoStands(until=offered.embargo_until.isoformat(timespec="minutes"))
    if aired_at > at.at:
        raise r.NotAiredYet
    same = (partner, aired_at, programme, number)
    if any((one.partner, one.aired_at, one.programme, one.offer) == same for one in state.coverages.values()):
        return ()
    return (
        MaterialAired(
            by=by,
            occurred=at,
            partner=partner,
            coverage=len(state.coverages) + 1,
            offer=number,
            material=None if offered is None else offered.material,
            aired_at=aired_at,
            programme=programme,
            format=form,
            units=units,
            response_due=response_due,
        ),
    )


def answer(state: Partners, number: int, unit: str, response: str, by: Actor, at: Moment) -> tuple[PartnerFact, ...]:
    """Write down what a unit says to a coverage that named it. Raises ``NoSuchCoverage`` and ``CoverageIsAnswered``."""
    hold_to_text("response", response)
    coverage = state.coverages.get(number)
    if coverage is None or unit not in coverage.units:
        raise r.NoSuchCoverage(coverage=number)
    held = next((one for one in coverage.responses if one.unit == unit), None)
    if held is not None:
        if held.text == response:
            return ()
        raise r.CoverageIsAnswered(unit=unit, coverage=number)
    return (
        CoverageAnswered(
            by=by,
            occurred=at,
            subject=partner_subject(coverage.partner),
            partner=coverage.partner,
            coverage=number,
            unit=unit,
            response=response,
        ),
    )


def _hold(profile: Profile) -> None:
    hold_to_code("name", profile.name)
    if not 0 <= profile.embargo_minutes <= EMBARGO_MINUTES_MAX:
        raise r.EmbargoOutOfRange(minutes_max=EMBARGO_MINUTES_MAX)
    if profile.contact is not None:
        hold_to_text("contact", profile.contact)
