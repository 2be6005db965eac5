"""The programme (节目): each wish about an episode is decided on its own stream, once however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.complaint.events import ComplaintRegistered, RegistrationCorrected
from domain.complaint.state import Complaint
from domain.facts import ERASED, Actor, Moment, Recorded
from domain.identity import episode_stream
from domain.programme import commands as c
from domain.programme.decide import decide
from domain.programme.events import EpisodeFact, EpisodeHeld
from domain.programme.refusals import NoSuchCall, NoSuchEpisode
from domain.programme.said import said_in
from domain.programme.state import Episode, fold
from domain.refusals import HappenedLater
from domain.words import ComplaintKind, Precision, Role, State
from services.instance import Instance
from services.log.deciding import Writer, append_decided
from services.log.port import Log
from services.once import facts_of_request
from services.programme_words import hold_to_nobody, masked_wish, with_slots_for_all

CLOCK = Actor("系统时钟", Role.CLOCK)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class EpisodeRecorded:
    """An episode as it stands in the log; ``fresh`` is false where it stood so already."""

    recorded: Recorded
    fresh: bool


@dataclass(frozen=True, slots=True)
class Handled:
    """What a wish led to, and how the episode stands after it; nothing followed where it stood so already."""

    recorded: tuple[Recorded, ...]
    state: Episode


class Programme:
    """Prepares episodes, puts them on record, and follows what was promised on them."""

    def __init__(self, log: Log, writer: Writer, instance: Instance, clock: Clock) -> None:
        self._log = log
        self._writer = writer
        self._instance = instance
        self._clock = clock

    def load(self, episode: str) -> Episode | None:
        """Return an episode as it stands, ``None`` where there is none."""
        return fold(self._log.read_stream(episode_stream(episode)))

    def episode(self, episode: str) -> Episode:
        """Return an episode as it stands. Raises ``NoSuchEpisode``."""
        state = self.load(episode)
        if state is None:
            raise NoSuchEpisode(episode=episode, field="episode")
        return state

    def record(self, held: EpisodeHeld, *, mask: bool = False) -> EpisodeRecorded:
        """Put a broadcast on record; told again with other words it is put right, and the last word holds.

        Raises what ``handle`` raises.
        """
        told = c.TellBroadcast(by=held.by, at=held.occurred, held=held)
        handled = self.handle(held.episode, told, mask=mask)
        if handled.recorded:
            return EpisodeRecorded(handled.recorded[0], fresh=True)
        facts = self._log.read_stream(episode_stream(held.episode))
        standing = next(one for one in reversed(facts) if isinstance(one.fact, EpisodeHeld))
        return EpisodeRecorded(standing, fresh=False)

    def handle(self, episode: str, command: c.EpisodeWish, *, cause: str | None = None, mask: bool = False) -> Handled:
        """Do what is asked of an episode; ``cause`` from ``Casework.request_key`` makes it happen once.

        Words that would identify somebody are refused, and with ``mask`` written masked. Raises a ``Refusal``,
        ``ChangedMeanwhile`` where others keep changing the episode, ``LogBusy`` and ``Unstorable``.
        """
        wish = self._meant(command)

        def before(history: tuple[Recorded, ...]) -> tuple[Recorded, ...]:
            return facts_of_request(history, cause) if cause is not None else ()

        def follows(history: tuple[Recorded, ...]) -> tuple[EpisodeFact, ...]:
            if before(history):
                return ()
            state = fold(history)
            return decide(state, self._worded(state, wish, episode, mask=mask), episode, self._instance.rules)

        done = append_decided(self._log, self._writer, episode_stream(episode), follows, cause=cause)
        return Handled(done.recorded or before(done.history), _standing(done.now))

    def raise_cards(self, episode: str, now: datetime) -> int:
        """Let the clock look at an episode's promises; return how many red cards it raised."""
        moment = Moment(now.astimezone(self._instance.zone))
        return len(self.handle(episode, c.CheckCommitments(by=CLOCK, at=moment)).recorded)

    def _meant(self, command: c.EpisodeWish) -> c.EpisodeWish:
        """Put the moment on the instance's clock and units under the names that they go by."""
        self._instance.refresh()
        zone, now = self._instance.zone, self._clock()
        at = command.at
        if at.precision is Precision.INSTANT:
            at = Moment(at.at.astimezone(zone))
            later = at.at > now
        else:
            later = at.day > now.astimezone(zone).date()
        if later:
            raise HappenedLater(field="occurred_at")
        command = replace(command, at=at)
        match command:
            case c.Invite() | c.Confirm() | c.WithdrawUnit() | c.Substitute() | c.MakeCommitment():
                return replace(command, unit=self._unit(command.unit))
            case c.AddItem() if command.unit is not None:
                return replace(command, unit=self._unit(command.unit))
            case _:
                return command

    def _worded(self, state: Episode | None, wish: c.EpisodeWish, episode: str, *, mask: bool) -> c.EpisodeWish:
        """Return a wish whose words identify nobody. Raises ``SaysWhoCalled``."""
        if state is None and not isinstance(wish, c.Schedule | c.TellBroadcast | c.TakeOver):
            return wish
        names = _caller_names(self._log, state, wish)
        if isinstance(wish, c.TakeOver):
            wish = with_slots_for_all(wish, names | _caller_names(self._log, wish.source, wish))
        if mask:
            wish = masked_wish(wish, names)
        hold_to_nobody(state, wish, episode, names, self._instance.units)
        return wish

    def _unit(self, written: str) -> str:
        trimmed = written.strip()
        return self._instance.units.resolve(trimmed) or trimmed


def _caller_names(log: Log, state: Episode | None, wish: c.EpisodeWish) -> frozenset[str]:
    """Return the names of those whose calls an episode, or a wish about it, names: no word of it holds one of them.

    Nobody is shown them, and whoever types one of them learns no more than that it may not be said.
    """
    if not said_in(wish) and not isinstance(wish, c.TakeOver):
        return frozenset()
    named: list[UUID | None] = [*linked_to(state)] if state is not None else []
    if state is not None:
        named += [one.complaint for one in state.commitments]
    named.append(getattr(wish, "complaint", None))
    cases = dict.fromkeys(one for one in named if one is not None)
    return frozenset(name for case in cases for one in log.read_stream(case) if (name := _name_told(one)) is not None)


def _name_told(one: Recorded) -> str | None:
    name = one.fact.reporter_name if isinstance(one.fact, ComplaintRegistered | RegistrationCorrected) else None
    return name if name and name != ERASED else None


def may_air(complaint: Complaint | None) -> Complaint:
    """Return a complaint that may be spoken of on air. Raises ``NoSuchCall``.

    An accusation, a confidential matter and one withdrawn from publication are answered as if they were not there.
    """
    if (
        complaint is None
        or complaint.kind is ComplaintKind.ACCUSATION
        or complaint.confidential
        or complaint.publication_withdrawn
    ):
        raise NoSuchCall
    return complaint


def stands_closed(complaint: Complaint) -> bool:
    """Say whether a complaint is closed as it stands."""
    return complaint.state is State.CLOSED


def linked_to(state: Episode) -> tuple[UUID, ...]:
    """Return the complaints that an episode's queue and run-down name, each once, in their order."""
    of_calls = (one.complaint for one in state.calls)
    of_items = (one.complaint for one in state.items if one.complaint is not None)
    return tuple(dict.fromkeys((*of_calls, *of_items)))


def _standing(history: tuple[Recorded, ...]) -> Episode:
    state = fold(history)
    assert state is not None, "something was decided on it"
    return state
