"""Who calls, and what of a case they see: every route asks here before it does anything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, cast
from uuid import UUID

from fastapi import Depends, Header
from starlette.requests import Request

from domain import refusals
from domain.complaint.clock_names import CITIZEN_CLOCK, dispute_of_clock, leg_of_clock
from domain.complaint.events import ComplaintFact
from domain.complaint.evolve import fold
from domain.complaint.state import Complaint
from domain.facts import Actor, Fact, Moment, Recorded
from domain.units import UnitRegistry
from domain.words import CHINESE, UNIT_ROLES, Role
from gateways.http.problems import fault
from services.access import Sight, case_of, sight_of
from services.access.sight import own_spellings

if TYPE_CHECKING:
    from gateways.app import Hangfeng
    from gateways.http.table import Route

ANONYMOUS = Actor("诉求人", Role.REPORTER)
"""Who acts where a route is open to the public and no token was sent."""

CONSOLE_COOKIE = "hangfeng_console"
"""The cookie that carries the console's token, out of reach of scripts and of other sites."""

IDEMPOTENCY_KEY_CHARACTERS_MAX = 200
_BEARER = b"bearer "
_IDENTITY = frozenset({"reporter_name", "reporter_number", "reporter_address", "source_id"})


def house_of(request: Request) -> Hangfeng:
    """Return the composed house that serves this request."""
    return cast("Hangfeng", request.scope["app"].state.house)


def admit(request: Request, route: Route) -> Actor:
    """Return who calls, and let them in where the route's table says so.

    Raises the problems ``unauthenticated`` and ``role-not-allowed``.
    """
    state = request.scope["state"]
    state["route"] = route.name
    state["html"] = route.html
    actor = _actor(request, route)
    state["actor"] = actor
    state["role"] = actor.role.value
    if route.roles is not None and actor.role not in route.roles:
        raise fault("role-not-allowed", _may_only(route, route.roles, actor.role))
    return actor


def _may_only(route: Route, roles: frozenset[Role], role: Role) -> str:
    """Return the rule that keeps a role out: what was asked for, and which roles may do it."""
    may = [one for one in Role if one in roles and one not in {Role.REPORTER, Role.CLOCK}]
    return (
        f"“{route.zh}”只能由{'、'.join(CHINESE[one] for one in may)}办理，您是{CHINESE[role]} / "
        f"“{route.en}” is for {', '.join(may)} only; your role is {role}"
    )


def _actor(request: Request, route: Route) -> Actor:
    if route.roles is None:
        return ANONYMOUS
    secret = request.cookies.get(CONSOLE_COOKIE) if route.cookie else _bearer(request)
    if secret is None:
        if Role.REPORTER in route.roles:
            return ANONYMOUS
        raise fault("unauthenticated")
    actor = house_of(request).access.actor_of(secret)
    if actor is None:
        raise fault("unauthenticated")
    return actor


def _bearer(request: Request) -> str | None:
    header: bytes | None = next((value for name, value in request.scope["headers"] if name == b"authorization"), None)
    if header is None:
        return None
    if header[: len(_BEARER)].lower() != _BEARER:
        raise fault("unauthenticated")
    return header[len(_BEARER) :].decode("latin-1").strip()


def caller_of(request: Request) -> Actor:
    """Return who calls; the route has let them in already."""
    return cast("Actor", request.scope["state"]["actor"])


def _house(request: Request) -> Hangfeng:
    return house_of(request)


House = Annotated[Any, Depends(_house)]
"""The composed house, as a parameter of a handler."""

Caller = Annotated[Actor, Depends(caller_of)]
"""Who calls, as a parameter of a handler; the route has let them in already."""

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=IDEMPOTENCY_KEY_CHARACTERS_MAX,
        pattern=r"^[!-~]+$",
        description="同一键重复提交只办一次 / the same key again does nothing twice",
    ),
]


async def cause_of(request: Request, caller: Actor, key: str | None, asked: str) -> str | None:
    """Return the cause that makes what is ``asked`` happen once under a key; ``None`` where no key came."""
    if key is None:
        return None
    return house_of(request).casework.request_key(key, caller, asked, await request.body())


def moment(house: Hangfeng, occurred_at: datetime | None) -> Moment:
    """Return when something happened, on the instance's own clock, so that its day is the house's day."""
    return Moment((occurred_at or house.clock()).astimezone(house.instance.zone))


def told_at(house: Hangfeng, caller: Actor, occurred_at: datetime | None) -> Moment:
    """Return when a caller says that it happened.

    Raises ``DatedBack`` where somebody of a unit, which is held to limits, says that it was well before now.
    """
    minutes = house.settings.unit_dated_back_minutes_max
    if (
        occurred_at is not None
        and caller.role in UNIT_ROLES
        and house.clock() - occurred_at > timedelta(minutes=minutes)
    ):
        raise refusals.DatedBack(minutes=minutes)
    return moment(house, occurred_at)


def today(house: Hangfeng) -> date:
    """Return the day on the instance's own clock."""
    return house.clock().astimezone(house.instance.zone).date()


OTHER_UNIT = "其他单位 another unit"
"""What stands in the place of a name that is not a unit's to know."""


@dataclass(frozen=True, slots=True)
class SeenCase:
    """One case as one caller sees it: its facts, its state, and how much of it is theirs to see."""

    id: UUID
    recorded: tuple[Recorded, ...]
    state: Complaint
    sight: Sight
    own: frozenset[str] | None

    @property
    def hidden(self) -> frozenset[str] | None:
        """The personal fields that are left out; ``None`` for all of them."""
        if self.sight is Sight.EVERYTHING:
            return frozenset()
        return _IDENTITY if self.sight is Sight.TEXT else None

    @property
    def facts(self) -> tuple[ComplaintFact, ...]:
        """The case's facts."""
        return tuple(cast("ComplaintFact", each.fact) for each in self.recorded)

    def shows_unit(self, unit: str | None) -> bool:
        """Say whether this caller may see what a unit did; a unit's people see their own unit only."""
        return self.own is None or (unit is not None and unit in self.own)

    def name_shown(self, name: str) -> str | None:
        """Return a unit's or an officer's name as this caller may read it."""
        return name if self.own is None or name in self.own else OTHER_UNIT

    def shows_leg(self, number: int) -> bool:
        """Say whether this caller may see a leg."""
        leg = self.state.leg(number)
        return leg is not None and self.shows_unit(leg.unit)

    def shows_clock(self, name: str) -> bool:
        """Say whether this caller may see a clock, ``citizen``, ``leg N`` or ``dispute N``."""
        if name == CITIZEN_CLOCK:
            return True
        dispute = dispute_of_clock(name)
        leg = self.state.leg_of_dispute(dispute) if dispute is not None else self.state.leg(leg_of_clock(name) or 0)
        return leg is not None and self.shows_unit(leg.unit)

    def shows_fact(self, fact: Fact) -> bool:
        """Say whether this caller may see a fact: a unit sees its own acts, its legs, and what the office did."""
        if self.own is None or fact.by.unit in self.own:
            return True
        if fact.by.unit is not None:
            return False
        leg: int | None = getattr(fact, "leg", None)
        return (leg is None or self.shows_leg(leg)) and self.shows_clock(getattr(fact, "clock", CITIZEN_CLOCK))

    @property
    def shows_reply(self) -> bool:
        """Whether this caller may see the reply: once it is delivered, and before that where it is their own."""
        lead = self.state.lead
        return self.own is None or self.state.delivered is not None or (lead is not None and self.shows_unit(lead.unit))


def see(house: Hangfeng, actor: Actor, case: UUID) -> SeenCase:
    """Return a case as a caller sees it; one that they may not see does not exist for them.

    Reads the log: call it in a thread. Raises ``NoSuchComplaint``.
    """
    recorded = house.casework.history(case)
    state = fold(cast("ComplaintFact", each.fact) for each in recorded)
    if state is None:
        raise refusals.NoSuchComplaint(field="id")
    units: UnitRegistry = house.instance.units
    day = today(house)
    sight = sight_of(actor, case_of(state), units, day)
    if sight is Sight.NOTHING:
        raise refusals.NoSuchComplaint(field="id")
    own = None
    if actor.role in UNIT_ROLES and actor.unit is not None:
        own = own_spellings(actor.unit, units, day)
    return SeenCase(case, recorded, state, sight, own)
