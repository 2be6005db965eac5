"""The sample as a whole (示例数据): who says what when, composed from the stories, the same every time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

from domain.complaint import commands as c
from domain.complaint.events import LetterDates
from domain.facts import Actor, Moment
from domain.identity import Evidence
from domain.programme.events import EpisodeHeld, OnAirUnit
from domain.timekeeping.rules import Rulebook
from domain.units import UnitAliased, UnitFact, UnitPlaced
from domain.words import Channel, ComplaintKind, Complexity, Role, State, Urgency
from services.editions import shipped_rulebook
from services.sample.broadcasts import OnAirCall
from services.sample.chance import fixed_chance, likely
from services.sample.city import DISTRICT, City, CityUnit, District, Programme, city
from services.sample.course import Course, Ended, Entry, SampleCase
from services.sample.stories import Route, Story, stories
from services.sample.telling import NUMBER_PREFIX, Person, Scene, set_scene
from services.sample.timetable import CHINA, Timetable
from services.sample.ways import Desk, Twist, Way, desk_of

FIRST_DAY, LAST_DAY = date(2025, 4, 1), date(2026, 3, 31)
UNTIL = datetime(2026, 4, 3, 18, 0, tzinfo=CHINA)
"""Nothing in the sample happens later, so that any machine's clock stands after it."""

HOTLINE_SOURCE, MAILBOX_SOURCE, POST_SOURCE, WECHAT_SOURCE = "switchboard", "mailbox", "post", "wx-sample"

_ORDINARY_CASES = 345
_OWN_WAYS = {Route.DIRECT: 34, Route.REFUSE: 12, Route.EMERGENCY: 9, Route.ACCUSE: 11}
_NEIGHBOUR_GROUPS = 6
_STUCK_UNTIL = date(2026, 3, 6)
_PEOPLE = 9_000
_PASSED_ON = 3
_STANDING_DAYS = 5
_STRANGERS_FIRST = 60
_AIRED_FROM = (9, 5)

_DOORS: dict[Channel, int] = {
    Channel.HOTLINE: 47,
    Channel.WEB_MAILBOX: 18,
    Channel.WECHAT: 15,
    Channel.LETTER: 8,
    Channel.VISIT: 3,
    Channel.LEADER_MAILBOX: 3,
    Channel.PARTNER: 3,
    Channel.WEIBO: 1,
    Channel.EMAIL: 1,
    Channel.UPPER_LEVEL: 1,
}

_TWISTS: dict[Twist, int] = {
    Twist.RETURN: 24,
    Twist.REFUSED_RETURN: 8,
    Twist.DESIGNATE: 6,
    Twist.CO_UNIT: 18,
    Twist.SUPPLEMENT: 13,
    Twist.EXTEND: 22,
    Twist.REFUSED_EXTENSION: 6,
    Twist.SEND_BACK: 22,
    Twist.SUSPEND: 6,
    Twist.TERMINATE: 5,
    Twist.REFUSED_TERMINATION: 3,
    Twist.CORRECT: 13,
    Twist.RECLASSIFY: 9,
    Twist.WITHDRAW: 9,
    Twist.REOPEN: 9,
    Twist.CORRECT_REPLY: 6,
    Twist.WITHDRAW_PUBLICATION: 5,
}

_HARD: tuple[tuple[date, str, str, Twist], ...] = (
    (date(2025, 6, 3), "buck-passing", "望澜区", Twist.PASSED_ON),
    (date(2025, 8, 5), "leak", "住建局", Twist.OFTEN_REDONE),
    (date(2025, 10, 20), "buck-passing", "城管局", Twist.PASSED_ON),
    (date(2026, 1, 20), "unfinished", "住建局", Twist.OFTEN_REDONE),
    (date(2026, 2, 25), "buck-passing", "云埠区", Twist.PASSED_ON),
)
"""Matters that came back again and again: day, story, unit, and in which way."""

_LEFT_STANDING: tuple[State, ...] = (
    *[State.REGISTERED] * 3,
    *[State.AWAITING_SIGNATURE] * 4,
    *[State.HANDLING] * 4,
    *[State.RETURN_REVIEW] * 2,
    *[State.REPLY_REVIEW] * 3,
    *[State.REPLIED] * 3,
    *[State.AWAITING_FOLLOW_UP] * 5,
)
"""The states in which the last cases are left standing, so that each work list has something in it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The whole sample: units and episodes, the cases, and every step in order of time."""

    edition: str
    notice: str
    units: tuple[UnitFact, ...]
    episodes: tuple[EpisodeHeld, ...]
    calls: tuple[OnAirCall, ...]
    cases: tuple[SampleCase, ...]
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class _Draft:
    """What is settled of a case before it goes its way."""

    story: Story
    day: date
    district: District
    unit: CityUnit
    channel: Channel
    at: datetime | None = None
    programme: str | None = None
    twist: Twist | None = None
    halt: State | None = None
    person: Person | None = None
    shared_contact: bool = False
    answered_live: bool = False


@cache
def compose_sample() -> Sample:
    """Return the sample; it takes about a second the first time."""
    return _Composer(city(), stories(), shipped_rulebook(CHINA)).compose()


@dataclass(slots=True)
class _Composer:
    town: City
    told: tuple[Story, ...]
    rules: Rulebook
    times: Timetable = field(init=False)
    courses: list[Course] = field(default_factory=list)
    episodes: list[EpisodeHeld] = field(default_factory=list)
    on_air: list[OnAirCall] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=dict)
    _contact: tuple[Evidence, int] | None = None

    def __post_init__(self) -> None:
        self.times = Timetable(self.rules)

    def compose(self) -> Sample:
        drafts = self._ordinary() + self._own_ways() + self._hard()
        drafts.sort(key=lambda draft: draft.day)
        self._twist(drafts)
        drafts += self._left_standing()
        for draft in drafts:
            self._live(draft)
        for programme in self.town.programmes:
            self._broadcast(programme)
        for group in range(_NEIGHBOUR_GROUPS):
            self._neighbours(group)
        entries = sorted(
            (entry for course in self.courses for entry in course.entries),
            key=lambda entry: (entry.at, entry.case, entry.step),
        )
        return Sample(
            edition=self.town.edition,
            notice=self.town.notice,
            units=tuple(self._registry()),
            episodes=tuple(self.episodes),
            calls=tuple(self.on_air),
            cases=tuple(course.case for course in self.courses),
            entries=tuple(entries),
        )

    # --- what there is to tell --------------------------------------------------------------------------------------

    def _ordinary(self) -> list[_Draft]:
        rng = fixed_chance("ordinary")
        days = self.times.days(rng, FIRST_DAY, LAST_DAY, _ORDINARY_CASES)
        drafts = [self._draft(rng, day, Route.ORDINARY) for day in days]
        for first, second in zip(drafts[::29], drafts[1::29], strict=False):
            # One call, two matters: the second comes from the same person in the same breath (一事一单).
            first.channel = second.channel = Channel.HOTLINE
            second.day, second.shared_contact = first.day, True
        return drafts

    def _own_ways(self) -> list[_Draft]:
        rng = fixed_chance("own ways")
        drafts = []
        for route, count in _OWN_WAYS.items():
            drafts += [self._draft(rng, day, route) for day in self.times.days(rng, FIRST_DAY, LAST_DAY, count)]
        return drafts

    def _draft(self, rng: Random, day: date, route: Route, unit: CityUnit | None = None) -> _Draft:
        story = self._story(rng, day, route, unit)
        district = self._district(rng, story, unit)
        holder = unit or self._unit(rng, story, district)
        doors = dict(_DOORS)
        if route in {Route.DIRECT, Route.EMERGENCY}:
            doors = {Channel.HOTLINE: 1}
        elif route is Route.ACCUSE:
            doors = {Channel.LETTER: 4, Channel.VISIT: 2, Channel.HOTLINE: 3, Channel.UPPER_LEVEL: 1}
        channel = rng.choices(list(doors), list(doors.values()))[0]
        return _Draft(story, day, district, holder, channel)

    def _story(self, rng: Random, day: date, route: Route, unit: CityUnit | None) -> Story:
        """Draw a story that fits; what was told often already is drawn less."""
        fitting = [
            story
            for story in self.told
            if story.route is route
            and (not story.months or day.month in story.months)
            and (unit is None or self._may_hold(unit, story))
        ]
        weights = [story.weight / (1 + 0.35 * self.used.get(story.id, 0)) for story in fitting]
        story = rng.choices(fitting, weights)[0]
        self.used[story.id] = self.used.get(story.id, 0) + 1
        return story

    def _may_hold(self, unit: CityUnit, story: Story) -> bool:
        if unit.key in self.town.districts:
            return DISTRICT in story.units and (not story.districts or unit.key in story.districts)
        return unit.key in story.units

    def _district(self, rng: Random, story: Story, unit: CityUnit | None) -> District:
        if unit is not None and unit.key in self.town.districts:
            return self.town.districts[unit.key]
        open_to = [one for one in self.town.districts.values() if not story.districts or one.name in story.districts]
        return rng.choices(open_to, [one.weight for one in open_to])[0]

    def _unit(self, rng: Random, story: Story, district: District) -> CityUnit:
        to_district = DISTRICT in story.units and likely(rng, 50)
        key = DISTRICT if to_district else rng.choice(story.units)
        return self.town.units[district.name if key == DISTRICT else key]

    # --- what is out of the ordinary --------------------------------------------------------------------------------

    def _twist(self, drafts: list[_Draft]) -> None:
        rng = fixed_chance("twists")
        latest = LAST_DAY - timedelta(days=45)
        plain = [
            draft
            for draft in drafts
            if draft.story.route is Route.ORDINARY
            and draft.day < latest
            and draft.twist is None
            and not draft.shared_contact
        ]
        wanted = [twist for twist, count in _TWISTS.items() for _ in range(count)]
        for twist, draft in zip(wanted, rng.sample(plain, len(wanted)), strict=True):
            draft.twist = twist

    def _hard(self) -> list[_Draft]:
        rng = fixed_chance("hard cases")
        drafts = []
        for day, name, key, twist in _HARD:
            story = next(one for one in self.told if one.id == name)
            unit = self.town.units[key]
            drafts.append(_Draft(story, day, self._district(rng, story, unit), unit, Channel.HOTLINE, twist=twist))
        return drafts

    def _left_standing(self) -> list[_Draft]:
        """Return the cases of the last days that stand somewhere on their way."""
        rng = fixed_chance("left standing")
        drafts = []
        for number, state in enumerate(reversed(_LEFT_STANDING)):
            day = LAST_DAY - timedelta(days=_STANDING_DAYS - 1 - number * _STANDING_DAYS // len(_LEFT_STANDING))
            draft = self._draft(rng, day, Route.ORDINARY)
            draft.channel = rng.choice((Channel.HOTLINE, Channel.WECHAT, Channel.WEB_MAILBOX))
            draft.halt = state
            draft.twist = Twist.RETURN if state is State.RETURN_REVIEW else None
            drafts.append(draft)
        return drafts

    # --- one case ---------------------------------------------------------------------------------------------------

    def _live(self, draft: _Draft) -> Way:
        """Let a case be registered and go its way as far as it goes."""
        way = self._begin(draft)
        try:
            if draft.answered_live:
                way.answered_live()
            elif draft.halt is not State.REGISTERED:
                way.go()
        except Ended:
            pass
        way.course.finish()
        return way

    def _begin(self, draft: _Draft) -> Way:
        number = len(self.courses) + 1
        rng = fixed_chance(f"case {number}")
        at = draft.at or self.times.call(rng, draft.day, draft.channel)
        if draft.shared_contact:
            at = self.courses[-1].entries[0].at + timedelta(minutes=rng.randint(2, 6))
        person = draft.person or (self.people[-1] if draft.shared_contact else self._person(rng, draft.district))
        self.people.append(person)
        unit, district = draft.unit, draft.district
        scene = set_scene(rng, self.town, draft.story, unit, district, person, draft.channel, at.date())
        desk = desk_of(rng, self.town)
        case = self._case(draft, number, at, person)
        registration = self._registration(draft, case, scene, desk, at, rng)
        course = Course(case, registration, self.rules, UNTIL)
        self.courses.append(course)
        way = Way(course, scene, desk, self.town, rng, self.times, draft.twist)
        self._complicate(way, draft, registration)
        course.halt = draft.halt
        return way

    def _complicate(self, way: Way, draft: _Draft, registration: c.Register) -> None:
        rng, unit = way.rng, draft.unit
        if draft.twist in {Twist.RETURN, Twist.DESIGNATE}:
            way.wrong_units = (rng.choice(self._akin(draft)),)
        if draft.twist is Twist.PASSED_ON:
            akin = self._akin(draft)
            way.wrong_units = tuple(rng.sample(akin, min(len(akin), _PASSED_ON)))
        if draft.twist is Twist.CO_UNIT:
            way.co_unit = rng.choice(self._akin(draft))
        if draft.twist is Twist.RECLASSIFY:
            way.true_kind = draft.story.kind if registration.kind is not draft.story.kind else ComplaintKind.OTHER
        plain = draft.twist is None and draft.halt is None and registration.channel is not Channel.LETTER
        way.stuck = plain and draft.day < _STUCK_UNTIL and likely(rng, unit.stuck)

    def _akin(self, draft: _Draft) -> list[CityUnit]:
        """Return the units that such a matter might be taken to belong to, beside the one that it belongs to."""
        keys = {draft.district.name}
        keys.update(key for one in self.told if one.topic == draft.story.topic for key in one.units if key != DISTRICT)
        akin = [unit for key, unit in self.town.units.items() if key in keys and unit is not draft.unit]
        return akin or [self.town.units["城管局"]]

    def _registration(
        self,
        draft: _Draft,
        case: SampleCase,
        scene: Scene,
        desk: Desk,
        at: datetime,
        rng: Random,
    ) -> c.Register:
        person, kind = scene.person, draft.story.kind
        if draft.twist is Twist.RECLASSIFY:
            kind = ComplaintKind.HELP if kind is not ComplaintKind.HELP else ComplaintKind.COMPLAINT
        accused = draft.story.route is Route.ACCUSE
        if accused and rng.randrange(5) == 0:
            # Written down as a complaint at first: what it is shows only when it is read to the end.
            kind = ComplaintKind.COMPLAINT
        named = not accused or rng.randrange(2) == 0
        hinted = likely(rng, 12)
        return c.Register(
            by=self._registrar(draft, desk),
            at=Moment(at),
            contact=f"{case.number:032x}",
            matter_no=case.matter_no,
            evidence_digest="",
            subject=f"{case.number:032x}",
            channel=draft.channel,
            source=case.evidence.source,
            source_id=case.evidence.source_id,
            kind=kind,
            title=scene.title,
            text=scene.text(rng),
            category=draft.story.topic,
            urgency=self._urgency(draft, rng),
            complexity=self._complexity(draft, rng),
            confidential=draft.story.code == "extortion",
            wanted_unit=draft.unit.name if accused else (rng.choice(draft.unit.aliases) if hinted else None),
            programme_ref=draft.programme,
            letter=self._letter(draft, case, at),
            reporter_name=person.name if named else None,
            reporter_number=case.telephone,
            reporter_address=person.home if rng.randrange(3) == 0 else None,
        )

    @staticmethod
    def _registrar(draft: _Draft, desk: Desk) -> Actor:
        if draft.channel in {Channel.WEB_MAILBOX, Channel.WECHAT}:
            return Actor("诉求人", Role.REPORTER)
        if draft.story.route is Route.ACCUSE and draft.channel is not Channel.HOTLINE:
            return desk.confidential
        return desk.operator

    @staticmethod
    def _urgency(draft: _Draft, rng: Random) -> Urgency:
        if draft.story.route is not Route.ORDINARY or draft.story.kind is not ComplaintKind.HELP or draft.twist:
            return Urgency.NORMAL
        if draft.channel is Channel.LETTER:
            return Urgency.NORMAL
        if likely(rng, 3):
            return Urgency.SAME_DAY
        return Urgency.THREE_DAYS if likely(rng, 9) else Urgency.NORMAL

    @staticmethod
    def _complexity(draft: _Draft, rng: Random) -> Complexity:
        if draft.story.id in {"unfinished", "leak", "village-affairs", "promise"} and rng.randrange(2):
            return Complexity.COMPLEX
        return Complexity.SIMPLE if draft.story.id in {"street-light", "garbage", "tree"} else Complexity.ORDINARY

    @staticmethod
    def _letter(draft: _Draft, case: SampleCase, at: datetime) -> LetterDates | None:
        if draft.channel is not Channel.LETTER:
            return None
        received = at.date()
        posted = received - timedelta(days=2 + case.number % 3)
        return LetterDates(case.evidence.source_id, postmarked=posted, received=received, scanned=received)

    # --- who comes, by which door -----------------------------------------------------------------------------------

    def _person(self, rng: Random, district: District) -> Person:
        if len(self.people) > _STRANGERS_FIRST and likely(rng, 6):
            return rng.choice(self.people)
        woman = likely(rng, 50)
        given = rng.choice(self.town.women if woman else self.town.men)
        home = f"{district.name}{rng.choice(district.estates)}{rng.randint(1, 28)}栋"
        serial = (len(self.people) * 7919 + 1234) % _PEOPLE + 1000
        return Person(
            rng.choice(self.town.surnames) + given,
            woman,
            f"{NUMBER_PREFIX}{serial:04d}",
            f"oSample{serial:04d}",
            home,
        )

    def _case(self, draft: _Draft, number: int, at: datetime, person: Person) -> SampleCase:
        if draft.shared_contact:
            before = self.courses[-1].case
            return SampleCase(number, before.evidence, 2, before.telephone, before.openid)
        day = f"{at:%Y-%m%d}"
        match draft.channel:
            case Channel.HOTLINE | Channel.ON_AIR:
                evidence = Evidence(draft.channel, HOTLINE_SOURCE, f"sample-call-{day}-{number:04d}")
            case Channel.WEB_MAILBOX:
                evidence = Evidence(draft.channel, MAILBOX_SOURCE, f"sample-{day}-{number:04d}")
            case Channel.WECHAT:
                evidence = Evidence(draft.channel, WECHAT_SOURCE, f"{person.openid}/{number:04d}")
            case Channel.LETTER:
                evidence = Evidence(draft.channel, POST_SOURCE, f"LZ-{day}-{number:04d}")
            case _:
                evidence = Evidence(draft.channel, "sample", f"{draft.channel.value}-{day}-{number:04d}")
        if draft.story.route is Route.ACCUSE or draft.channel in {Channel.WEIBO, Channel.UPPER_LEVEL}:
            return SampleCase(number, evidence, 1, None, None)
        if draft.channel is Channel.WECHAT:
            return SampleCase(number, evidence, 1, None, person.openid)
        unlisted = draft.channel is Channel.LETTER and number % 2 == 0
        return SampleCase(number, evidence, 1, None if unlisted else person.number, None)

    # --- the programme ----------------------------------------------------------------------------------------------

    def _broadcast(self, programme: Programme) -> None:
        """Let people call while the programme is on air, and before it, for the units in the studio."""
        rng = fixed_chance(f"episode {programme.ref}")
        guests = [self.town.units[guest.unit] for guest in programme.guests]
        aired = rng.randint(4, 6)
        live = 0
        for call in range(aired):
            draft = self._draft(rng, programme.on, Route.ORDINARY, guests[call % len(guests)])
            draft.channel = Channel.ON_AIR
            draft.at = datetime(
                programme.on.year,
                programme.on.month,
                programme.on.day,
                _AIRED_FROM[0],
                _AIRED_FROM[1] + call * 8 + rng.randint(0, 5),
                rng.randrange(60),
                tzinfo=CHINA,
            )
            draft.programme = programme.ref
            draft.answered_live = draft.story.kind in {ComplaintKind.ENQUIRY, ComplaintKind.SUGGESTION} and live == 0
            live += draft.answered_live
            heard = self._live(draft).course
            self.on_air.append(OnAirCall(programme.ref, heard.case.number, heard.entries[0].at, draft.answered_live))
        for _ in range(rng.randint(2, 3)):
            before = programme.on - timedelta(days=rng.randint(1, 4))
            draft = self._draft(rng, before, Route.ORDINARY, rng.choice(guests))
            draft.channel = rng.choice((Channel.HOTLINE, Channel.WECHAT, Channel.WEB_MAILBOX))
            draft.programme = programme.ref
            self._live(draft)
        self.episodes.append(self._held(programme, aired, live))

    def _held(self, programme: Programme, aired: int, live: int) -> EpisodeHeld:
        ended = datetime(programme.on.year, programme.on.month, programme.on.day, 10, 30, tzinfo=CHINA)
        station = self.town.television if len(programme.guests) > 1 else self.town.radio
        return EpisodeHeld(
            by=Actor(self.town.staff.producers[0], Role.PRODUCER),
            occurred=Moment(ended),
            episode=programme.ref,
            aired_on=programme.on,
            station=station,
            units=tuple(
                OnAirUnit(
                    self.town.units[guest.unit].name,
                    guest.leader,
                    guest.post,
                    guest.substitutes_for,
                    guest.reason,
                )
                for guest in programme.guests
            ),
            calls_aired=aired,
            closed_live=live,
        )

    # --- neighbours who call about one thing ------------------------------------------------------------------------

    def _neighbours(self, group: int) -> None:
        """Let several people tell of one matter: their cases are merged, and most get the reply of the first."""
        rng = fixed_chance(f"neighbours {group}")
        last = group == _NEIGHBOUR_GROUPS - 1
        names = ("water-outage", "night-market", "construction-noise", "elevator", "property-fee", "water-outage")
        story = next(one for one in self.told if one.id == names[group])
        day = LAST_DAY - timedelta(days=5) if last else FIRST_DAY + timedelta(days=35 + group * 61)
        district = self._district(rng, story, None)
        unit = self._unit(rng, story, district)
        first = self._begin(_Draft(story, day, district, unit, Channel.HOTLINE))
        if last:
            first.course.halt = State.HANDLING
        self._as_far_as(first.to_dispatch)
        doors = rng.sample(
            (Channel.HOTLINE, Channel.WECHAT, Channel.WEB_MAILBOX, Channel.WEB_MAILBOX), rng.randint(2, 4)
        )
        others = [self._neighbour(rng, first, channel, number) for number, channel in enumerate(doors)]
        self._as_far_as(first.to_answer)
        if first.course.state.state is State.AWAITING_FOLLOW_UP:
            self._share(first, others[:-1] if group % 2 else others)
            self._as_far_as(first.to_close)
            self._as_far_as(first.to_archive)
        if group % 2:
            self._unmerge(others[-1])
        for way in others:
            self._as_far_as(way.to_close)
            self._as_far_as(way.to_archive)
        for way in (first, *others):
            way.course.finish()

    def _neighbour(self, rng: Random, first: Way, channel: Channel, number: int) -> Way:
        at = first.course.last + timedelta(minutes=rng.randint(20, 90) * (number + 1))
        scene = first.scene
        draft = _Draft(scene.story, at.date(), scene.district, scene.unit, channel, at=at)
        way = self._begin(draft)
        self._as_far_as(lambda: way.merged_into(first.course, at + timedelta(minutes=rng.randint(5, 15))))
        return way

    def _share(self, first: Way, others: list[Way]) -> None:
        at = Moment(max(first.course.last, *(way.course.last for way in others)) + timedelta(minutes=6))
        by = first.desk.follower
        ids = tuple(way.course.case.stand_in for way in others)
        first.course.do(c.ShareReply(by=by, at=at, to=ids))
        reply = first.course.state.reply
        assert reply is not None
        for way in others:
            way.course.receive(
                c.ReceiveSharedReply(
                    by=by,
                    at=Moment(first.course.last),
                    out_of=first.course.case.stand_in,
                    reply=reply,
                    channel=way.course.channel,
                    evidence="shared",
                ),
            )

    def _unmerge(self, way: Way) -> None:
        def alone() -> None:
            way.unmerged("经核对不是同一处，单独办理。")
            way.to_dispatch()
            way.to_answer()

        self._as_far_as(alone)

    @staticmethod
    def _as_far_as(step: object) -> None:
        assert callable(step)
        try:
            step()
        except Ended:
            return

    # --- the registry of units --------------------------------------------------------------------------------------

    def _registry(self) -> list[UnitFact]:
        by = Actor("本机管理员", Role.ADMIN)
        at = Moment(datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 8, 0, tzinfo=CHINA))
        placed: list[UnitFact] = [
            UnitPlaced(by=by, occurred=at, unit=unit.name, superior=unit.superior, group=unit.group)
            for unit in self.town.units.values()
        ]
        placed += [
            UnitAliased(by=by, occurred=at, alias=alias, unit=unit.name)
            for unit in self.town.units.values()
            for alias in unit.aliases
        ]
        return placed
