"""How facts of earlier versions are read today: values to values, one version on at a time.

What is stored never changes. A topic that is no longer written keeps its line here and its sample among the tests for
ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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


UPCASTERS: dict[str, Upcaster] = {
    "episode.held.v1": _episode_with_several_units,
    "episode.held.v2": _episode_with_heads,
}
"""By the topic that is no longer written; each leads one version on, and the log walks the chain."""
