"""Pages of the handbook that are drawn from the domain itself, so that they never say something else than it does."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import typing
from collections.abc import Callable, Iterable

import domain
from domain.complaint import commands
from domain.complaint.commands import Command
from domain.complaint.lifecycle import INNER_STEPS, STEPS, Step
from domain.facts import TOPICS, Fact, personal_fields, topic_of
from domain.refusals import Refusal, code_of
from domain.words import CHINESE, State
from services.access.roles import access_page
from services.relay.asyncapi import asyncapi_page, said_of
from services.settings import settings_page

_BASE_FIELDS = {"by", "occurred", "subject"}

_STREAMS = {
    "bulletin": "季度通报 Bulletins (one stream a quarter)",
    "complaint": "诉求 Complaints (one stream a matter)",
    "coverage": "数据覆盖 Coverage (one stream)",
    "episode": "节目 Episodes (one stream an episode)",
    "exposure": "曝光 Exposures (one stream)",
    "instance": "实例 The instance (one stream)",
    "partner": "合作媒体 Media partners (one stream)",
    "rules": "规则 Rules (one stream)",
    "score": "考核扣分 Scores (one stream a cause)",
    "units": "单位名录 Units (one stream)",
    "vault": "保险库 Personal data (one stream)",
}


def _whole_domain() -> None:
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        importlib.import_module(module.name)


def _type_name(hint: object) -> str:
    arguments = typing.get_args(hint)
    if not arguments:
        return getattr(hint, "__name__", str(hint)).replace("NoneType", "none")
    if typing.get_origin(hint) is tuple:
        return f"list of {_type_name(arguments[0])}"
    return " or ".join(_type_name(argument) for argument in arguments)


def lifecycle_page() -> str:
    """Return the table of verbs, states and events as Markdown."""
    head = (
        "# 办件流程：动作 × 状态 × 事件\n\n"
        "This page is drawn from `domain/complaint/lifecycle.py`, the one table that guards every step; a test fails "
        "when it is stale. Write it anew with `hangfeng handbook docs`.\n\n"
        "| 状态 State | |\n|---|---|\n"
    )
    states = "".join(f"| `{state.value}` | {CHINESE[state]} |\n" for state in State)
    asked = _steps("动作 Verbs of the API", STEPS)
    inner = _steps("系统动作 Steps that nobody asks for by name", INNER_STEPS)
    return f"{head}{states}\n{asked}\n{inner}"


def _steps(title: str, steps: Iterable[Step]) -> str:
    head = f"## {title}\n\n| 动作 | verb | from | events | to |\n|---|---|---|---|---|\n"
    return head + "".join(_step(step) for step in steps)


def _step(step: Step) -> str:
    facts = ", ".join(f"`{topic_of(fact)}`" for fact in step.facts)
    to = _states(step.to) if step.to else "（不变）"
    return f"| {step.zh} | `{step.verb}` | {_states(step.states)} | {facts} | {to} |\n"


def _states(states: Iterable[State]) -> str:
    among = set(states)
    return "any 任一" if among == set(State) else ", ".join(state.value for state in State if state in among)


def events_page() -> str:
    """Return the catalogue of events as Markdown: every topic, what it says, its fields, which of them are sealed."""
    _whole_domain()
    head = (
        "# 事件目录 Event catalogue\n\n"
        "Drawn from the fact classes of `domain/`; a test fails when it is stale. Every event also says `by` (name, "
        "role, unit), `occurred` (instant or day) and, from the writer of the log, `position` and `recorded_at`. "
        "🔒 marks a personal field: it is sealed under the key of the event's `subject` before anything is hashed, and "
        "reads 〔已依法清除〕 after an erasure. The envelope and the hashes stand in [formats.md](formats.md).\n"
    )
    parts = [head]
    for stream, title in _STREAMS.items():
        topics = sorted(name for name in TOPICS if name.split(".")[0] == stream)
        if topics:
            parts.append(f"\n## {title}\n")
            parts.extend(_event(name, TOPICS[name]) for name in topics)
    return "".join(parts)


def _event(name: str, cls: type[Fact]) -> str:
    hints = typing.get_type_hints(cls)
    sealed = set(personal_fields(cls))
    rows = "".join(
        f"| `{field.name}`{' 🔒' if field.name in sealed else ''} | {_type_name(hints[field.name])} |\n"
        for field in dataclasses.fields(cls)
        if field.name not in _BASE_FIELDS
    )
    table = f"\n| field | type |\n|---|---|\n{rows}" if rows else ""
    return f"\n### `{name}`\n\n{said_of(cls)}\n{table}"


def refusals_page() -> str:
    """Return every refusal as Markdown: its stable code and what it says in both languages."""
    _whole_domain()
    head = (
        "# 不予办理的理由 Refusals\n\n"
        "Each rule that says no has a stable code, which is the `type` of the problem document over HTTP. Drawn from "
        "the refusal classes of `domain/`; a test fails when it is stale.\n\n"
        "| code | rule | 中文 | English |\n|---|---|---|---|\n"
    )
    classes = sorted(_descendants(Refusal), key=lambda cls: (cls.__name__, cls.__module__))
    return head + "".join(f"| `{code_of(cls)}` | {said_of(cls)} | {cls.zh} | {cls.en} |\n" for cls in classes if cls.zh)


def _descendants(cls: type[Refusal]) -> set[type[Refusal]]:
    below = set(cls.__subclasses__())
    return below | {found for sub in below for found in _descendants(sub)}


def commands_page() -> str:
    """Return every command as Markdown: what it asks and its fields."""
    head = (
        "# 命令 Commands\n\n"
        "Everything that can be asked of a complaint, drawn from `domain/complaint/commands.py`. Every command also "
        "says `by` and `at`.\n"
    )
    # Not `Command.__subclasses__()`: a class with slots is made twice, and the first lingers until it is collected.
    classes = [cls for cls in vars(commands).values() if isinstance(cls, type) and issubclass(cls, Command)]
    classes = sorted((cls for cls in classes if cls is not Command), key=lambda cls: cls.__name__)
    return head + "".join(_command(cls) for cls in classes)


def _command(cls: type[Command]) -> str:
    names = ", ".join(
        f"`{field.name}`" + ("" if _required(field) else "?")
        for field in dataclasses.fields(cls)
        if field.name not in {"by", "at"}
    )
    return f"\n- **{cls.__name__}** {said_of(cls)}" + (f" Fields: {names}." if names else "") + "\n"


def _required(field: dataclasses.Field[object]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


PAGES: dict[str, Callable[[], str]] = {
    "lifecycle.md": lifecycle_page,
    "events.md": events_page,
    "refusals.md": refusals_page,
    "commands.md": commands_page,
    "access.md": access_page,
    "settings.md": settings_page,
    "asyncapi.yaml": asyncapi_page,
}
"""Every page that is drawn, by its file name under ``docs/``."""
