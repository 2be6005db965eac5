"""When people act (作息): office hours by the State Council's calendar, and the hours at which citizens call."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from domain.facts import Moment
from domain.timekeeping.deadlines import Limit, LimitUnit, reckon
from domain.timekeeping.rules import Rulebook
from domain.words import Channel

CHINA = ZoneInfo("Asia/Shanghai")

_ONE_DAY = timedelta(days=1)
_DOORS_WITHOUT_HOURS = frozenset({Channel.WEB_MAILBOX, Channel.WECHAT, Channel.WEIBO, Channel.EMAIL})
_DESKS = frozenset({Channel.LETTER, Channel.VISIT, Channel.UPPER_LEVEL, Channel.LEADER_MAILBOX, Channel.PARTNER})
_DESK_HOURS = (9, 9, 10, 10, 11, 14, 15, 15, 16, 17)
_HOTLINE_HOURS = (7, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 12, 13, 14, 14, 15, 15, 16, 16, 17, 18, 19, 20, 21)
_ANY_HOURS = (0, 1, 6, 7, 8, 9, 10, 11, 12, 12, 13, 14, 16, 17, 18, 19, 20, 20, 21, 21, 22, 22, 23)


class Timetable:
    """Office time on the shipped calendar."""

    def __init__(self, rules: Rulebook) -> None:
        self._rules = rules

    def working(self, day: date) -> bool:
        """Say whether offices are open on a day."""
        return self._rules.calendar.is_working(day) is True

    def after(self, instant: datetime, minutes: int) -> datetime:
        """Return the instant so many working minutes later; at least one minute passes."""
        hours = self._rules.edition_on(instant.date()).hours
        limit = Limit(max(1, minutes), LimitUnit.WORKING_MINUTES)
        return reckon(Moment(instant), limit, self._rules.calendar, hours, CHINA).due

    def before(self, instant: datetime) -> datetime:
        """Return the instant itself where offices are open then, else the last minutes of the session before it."""
        day = instant.date()
        while True:
            sessions = self._rules.edition_on(day).hours.sessions if self.working(day) else ()
            for session in reversed(sessions):
                opens = self._at(day, session.opens_minute)
                closes = self._at(day, session.closes_minute)
                if opens < instant:
                    # Not everybody leaves a thing to the last minute of the day, nor all to the same one.
                    early = 3 + (instant.hour * 11 + instant.minute * 7 + instant.day * 13) % 70
                    return min(instant, closes - timedelta(minutes=early, seconds=instant.day))
            day -= _ONE_DAY

    def call(self, rng: Random, day: date, channel: Channel) -> datetime:
        """Return a moment of a day at which somebody comes by a channel."""
        hours: tuple[int, ...] = _HOTLINE_HOURS
        if channel in _DOORS_WITHOUT_HOURS:
            hours = _ANY_HOURS
        elif channel in _DESKS:
            hours = _DESK_HOURS
        moment = time(rng.choice(hours), rng.randrange(60), rng.randrange(60))
        return datetime.combine(day, moment, tzinfo=CHINA)

    def days(self, rng: Random, first: date, last: date, count: int) -> list[date]:
        """Draw days between two days, both inside, in order; few people call on days off."""
        all_days = [first + _ONE_DAY * offset for offset in range((last - first).days + 1)]
        weights = [10 if self.working(day) else 4 for day in all_days]
        return sorted(rng.choices(all_days, weights, k=count))

    @staticmethod
    def _at(day: date, minute: int) -> datetime:
        return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=CHINA)
