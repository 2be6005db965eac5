"""What a window shows of a row's acts (期内行为): promises kept, findings, words of the person."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from domain.complaint.corrections import Correction
from domain.facts import Moment
from domain.figures.measures import FindingMade, FollowUp, Promise
from domain.figures.window import Window
from domain.timekeeping.deadlines import Deadline
from domain.words import Satisfaction


def any_within(moments: Iterable[Moment], w: Window) -> bool:
    """Say whether one of several acts occurred in the quarter."""
    return any(w.within(moment) for moment in moments)


def first_promise(promises: tuple[Promise, ...]) -> Deadline | None:
    """Return the deadline that was promised first."""
    return promises[0].deadline if promises else None


def last_within(findings: tuple[FindingMade, ...], w: Window) -> FindingMade | None:
    """Return the last finding of the quarter."""
    return next((made for made in reversed(findings) if w.within(made.at)), None)


def measured(finding: FindingMade, w: Window) -> bool:
    """Say whether a finding had a measure by ``as_of``: named with it, or set after it."""
    return finding.measures > 0 or any(w.happened(at) for at in finding.added)


def past_due(correction: Correction, w: Window) -> bool:
    """Say whether a measure was owed at ``as_of`` although its day was past."""
    return (
        correction.due is not None
        and correction.due < w.today
        and w.happened(correction.since)
        and not w.happened(correction.done)
        and not w.happened(correction.dropped)
    )


def last_reached(follow_ups: tuple[FollowUp, ...], w: Window) -> FollowUp | None:
    """Return the last follow-up by ``as_of`` that reached the person."""
    return next((made for made in reversed(follow_ups) if made.reached and w.happened(made.at)), None)


def said_last(follow_ups: tuple[FollowUp, ...], w: Window) -> Satisfaction | None:
    """Return the person's last word in the quarter."""
    return next((made.satisfaction for made in reversed(follow_ups) if made.reached and w.within(made.at)), None)


def said_first(follow_ups: tuple[FollowUp, ...], w: Window) -> Satisfaction | None:
    """Return the person's first word of all, where it fell in the quarter."""
    first = next((made for made in follow_ups if made.reached), None)
    return first.satisfaction if first is not None and w.within(first.at) else None


def tried(follow_ups: tuple[FollowUp, ...], w: Window) -> bool:
    """Say whether somebody called back in the quarter, reached or not."""
    # A rating that was invalidated never counted: like a reply's corrected date, that is a matter of what is known and
    # not of what had occurred by ``as_of``.
    return any(w.within(made.at) and made.invalidated is None for made in follow_ups)


def voided(follow_ups: tuple[FollowUp, ...], w: Window) -> bool:
    """Say whether a word of the quarter was declared to count no more."""
    return any(w.within(made.at) and made.invalidated is not None for made in follow_ups)


def kept(act: Moment | None, deadline: Deadline | None, w: Window) -> bool:
    """Say whether an act had occurred by ``as_of``, and by its deadline."""
    return deadline is not None and w.happened(act) and not deadline.missed_at(act)


def weight_of(word: Satisfaction | None, w: Window) -> Fraction:
    """Return what a word adds to the numerator of 满意率, nothing where none was said."""
    return w.settings.weight(word) if word is not None else Fraction(0)
