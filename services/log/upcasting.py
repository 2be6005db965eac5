"""How facts of earlier versions are read today: values to values, one version on at a time.

What is stored never changes. A topic that is no longer written keeps its line here and its sample among the tests for
ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.timekeeping.rules import FOLLOW_UP_ATTEMPTS_UNSAID

Values = dict[str, Any]
Upcaster = Callable[[Values], tuple[str, Values]]
"""Takes the values stored under a topic and returns the next topic and its values."""


def _episode_with_several_units(values: Values) -> tuple[str, Values]:
    """An episode once had one unit in the studio, written beside it; joint episodes have several."""
    alone = {name: values.get(name) for name in ("unit", "leader", "post", "substitutes_for", "reason")}
    rest = {name: value for name, value in values.items() if name not in alone}
    return "episode.held.v2", {**rest, "units": [alone]}


def _episode_with_heads(values: Values) -> tuple[str, Values]:
    """An episode once did not say whether a unit's head came in person: of those that were told so, nobody knows."""
    return "episode.held.v3", {**values, "units": [{**unit, "head": None} for unit in values["units"]]}


def _return_without_a_limit(values: Values) -> tuple[str, Values]:
    """A dispute once had no clock of its own."""
    return "complaint.return_requested.v2", {**values, "decision_deadline": None}


def _rules_that_say_nothing_of_calls(values: Values) -> tuple[str, Values]:
    """How many attempts let a case be closed unreached was once a setting, three where nobody set another number."""
    said = {"follow_up_attempts_min": FOLLOW_UP_ATTEMPTS_UNSAID, "follow_up_exempt_kinds": []}
    return "rules.edition_adopted.v2", {**values, "edition": {**values["edition"], **said}}


def _review_of_no_erratum(values: Values) -> tuple[str, Values]:
    """A review once did not say which erratum was signed: one that waited then is signed anew."""
    return "bulletin.reviewed.v2", {**values, "erratum": None, "cause": None}


def _approval_without_imprint(values: Values) -> tuple[str, Values]:
    """An approval once said nothing of who prints the edition and who has copies."""
    return "bulletin.approved.v2", {**values, "distribution": None}


def _erratum_that_retells_none(values: Values) -> tuple[str, Values]:
    """An erratum once left those before it as they were, whatever was withdrawn from publication since."""
    return "bulletin.corrected.v2", {**values, "retold": []}


def _figures_that_say_nothing_of_topics(values: Values) -> tuple[str, Values]:
    """A freeze once did not write down which topics the edition names: they are counted again where it matters."""
    return "bulletin.figures_frozen.v2", {**values, "topics": None}


UPCASTERS: dict[str, Upcaster] = {
    "bulletin.approved.v1": _approval_without_imprint,
    "bulletin.figures_frozen.v1": _figures_that_say_nothing_of_topics,
    "bulletin.corrected.v1": _erratum_that_retells_none,
    "bulletin.reviewed.v1": _review_of_no_erratum,
    "complaint.return_requested.v1": _return_without_a_limit,
    "episode.held.v1": _episode_with_several_units,
    "episode.held.v2": _episode_with_heads,
    "rules.edition_adopted.v1": _rules_that_say_nothing_of_calls,
}
"""By the topic that is no longer written; each leads one version on, and the log walks the chain."""
