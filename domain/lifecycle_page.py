"""The table of steps as a page: ``python -m domain.lifecycle_page > docs/lifecycle.md``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from domain.facts import topic_of
from domain.lifecycle import INNER_STEPS, STEPS
from domain.words import CHINESE, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.lifecycle import Step

_HEAD = """\
# 办件流程：动作 × 状态 × 事件

This page is generated from `domain/lifecycle.py`, the one table that guards every step; a test fails when it is stale.

| 状态 State | |
|---|---|
"""


def page() -> str:
    """Return the page as Markdown."""
    states = "".join(f"| `{state.value}` | {CHINESE[state]} |\n" for state in State)
    asked = _table("动作 Verbs of the API", STEPS)
    inner = _table("系统动作 Steps that nobody asks for by name", INNER_STEPS)
    return f"{_HEAD}{states}\n{asked}\n{inner}"


def _table(title: str, steps: Iterable[Step]) -> str:
    head = f"## {title}\n\n| 动作 | verb | from | events | to |\n|---|---|---|---|---|\n"
    return head + "".join(_row(step) for step in steps)


def _row(step: Step) -> str:
    facts = ", ".join(f"`{topic_of(fact)}`" for fact in step.facts)
    to = _states(step.to) if step.to else "（不变）"
    return f"| {step.zh} | `{step.verb}` | {_states(step.states)} | {facts} | {to} |\n"


def _states(states: Iterable[State]) -> str:
    among = set(states)
    return "any 任一" if among == set(State) else ", ".join(state.value for state in State if state in among)


if __name__ == "__main__":
    sys.stdout.write(page())
