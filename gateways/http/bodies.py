"""What a client sends: one closed pydantic model a request, those of the verbs derived from the commands themselves.

A field that is not known is refused by its name; every text and every list has a limit. Times carry their offset.
"""

from __future__ import annotations

import types
import typing
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints, create_model
from pydantic import Field as Described
from pydantic_core import PydanticCustomError

from domain import facts
from domain.complaint import commands as c
from domain.complaint import events
from domain.complaint.lifecycle import STEPS, Step
from domain.timekeeping import deadlines
from domain.wording import CODE_CHARACTERS_MAX
from domain.words import CHINESE, ComplaintKind

NAME_CHARACTERS_MAX: Final = 200
TEXT_CHARACTERS_MAX: Final = 20_000
LIST_ITEMS_MAX: Final = 100
MATTERS_PER_CONTACT_MAX: Final = 100
LEGS_MAX: Final = 1_000
YEAR_MIN: Final = 1949
YEAR_MAX: Final = 9998
"""Nothing that a person tells happened before; at the calendar's edges an instant has no time on our clock."""

# A text of nothing but white space says nothing; refusing it here lets the document of the API say so.
_NOT_BLANK = r"\S"

Code = Annotated[str, StringConstraints(min_length=1, max_length=CODE_CHARACTERS_MAX, pattern=_NOT_BLANK)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_CHARACTERS_MAX, pattern=_NOT_BLANK)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_CHARACTERS_MAX, pattern=_NOT_BLANK)]


def _on_the_calendar(instant: datetime) -> datetime:
    if not YEAR_MIN <= instant.year <= YEAR_MAX:
        raise PydanticCustomError("year_out_of_range", f"the year lies between {YEAR_MIN} and {YEAR_MAX}")
    return instant


Instant = Annotated[AwareDatetime, AfterValidator(_on_the_calendar)]
OptionalText = Annotated[str, StringConstraints(max_length=TEXT_CHARACTERS_MAX)]

_LONG: Final = frozenset(
    {"evidence", "internal_note", "note", "question", "reason", "remark", "reply", "text"},
)
_NAMES: Final = frozenset({"title", "reporter_name", "reporter_number", "reporter_address", "attachments"})
# What the house itself puts into a command: who and when, and what its registry of units knows.
_NOT_ASKED: Final = frozenset({"by", "at", "barred"})


class Body(BaseModel):
    """A request body: closed, so that a misspelt field is refused by its name instead of being lost."""

    model_config = ConfigDict(extra="forbid")


class MeasureBody(Body):
    """A correction that was taken or promised (整改措施)."""

    code: Code
    due: date | None = None
    done: bool = False


class HotlineCall(Body):
    """A call that an operator registers (热线来电登记)."""

    call_id: Name = Described(description="交换机的来电编号 / the switchboard's id of the call")
    matter_no: int = Described(default=1, ge=1, le=MATTERS_PER_CONTACT_MAX, description="第几件事（一事一单）")
    caller_number: Annotated[str, StringConstraints(max_length=40)] | None = None
    caller_name: Annotated[str, StringConstraints(max_length=NAME_CHARACTERS_MAX)] | None = None
    kind: ComplaintKind = Described(description="；".join(f"{kind} {CHINESE[kind]}" for kind in ComplaintKind))
    title: Name
    text: Text
    category: Code | None = None
    occurred_at: Instant | None = Described(default=None, description="来电时间，缺省为当前 / default: now")
    unit: Code | None = Described(default=None, description="诉求人所指单位 / the unit that the caller means")
    programme_ref: Code | None = Described(default=None, description="所属节目期次 / the episode it was raised on")


class Receipt(BaseModel):
    """What the person holds in hand after registration (回执)."""

    id: UUID
    receipt_no: str = Described(description="受理编号", examples=["20260105-0000042-7"])
    query_code: str = Described(description="查询码", examples=["7M4K2QX90A"])
    registered_at: AwareDatetime
    deadline: AwareDatetime | None = Described(description="答复期限 / when an answer is due")
    provisional: bool = Described(description="期限涉及尚未公布的日历年 / a year touched has no calendar yet")


def verb_body(step: Step) -> type[Body]:
    """Return the body model of a verb: the command's own fields, with ``occurred_at`` in place of its moment."""
    namespace = {**vars(facts), **vars(deadlines), **vars(events), "UUID": UUID}
    hints = typing.get_type_hints(step.command, globalns={**vars(c), **namespace})
    asked: dict[str, Any] = {
        field.name: (_wire_type(field.name, hints[field.name]), _default(field))
        for field in fields(step.command)
        if field.name not in _NOT_ASKED
    }
    asked["occurred_at"] = (
        Instant | None,
        Described(default=None, description="发生时间，缺省为当前 / when it happened; default: now"),
    )
    return create_model(
        f"{step.command.__name__}Body",
        __base__=Body,
        __doc__=f"{step.zh}：{(step.command.__doc__ or '').strip().splitlines()[0]}",
        **asked,
    )


def command_fields(body: Body) -> dict[str, Any]:
    """Return what a verb's body says, in the types of its command; ``occurred_at`` is left out."""
    return {name: _domain_value(getattr(body, name)) for name in type(body).model_fields if name != "occurred_at"}


def _domain_value(value: Any) -> Any:  # noqa: ANN401 - any field of any command
    match value:
        case MeasureBody():
            return events.Measure(code=value.code, due=value.due, done=value.done)
        case list():
            return tuple(_domain_value(item) for item in value)
        case datetime():
            return facts.Moment(value)
        case _:
            return value


def _default(field: Field[Any]) -> Any:  # noqa: ANN401 - what create_model takes
    if field.default is MISSING:
        return ...
    return [] if field.default == () else field.default


def _wire_type(name: str, hint: Any) -> Any:  # noqa: ANN401 - a type of the domain to a type of the wire
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {types.UnionType, typing.Union}:
        inner = next(argument for argument in arguments if argument is not type(None))
        return _wire_type(name, inner) | None
    if origin is tuple:
        return Annotated[list[_wire_type(name, arguments[0])], Described(max_length=LIST_ITEMS_MAX)]  # type: ignore[misc]
    if hint is str:
        # What is in neither set stays readable for ever, and the domain holds it to a short word.
        return Text if name in _LONG else Name if name in _NAMES else Code
    if hint is events.Measure:
        return MeasureBody
    if hint is facts.Moment:
        return Instant
    if hint is int:
        return Annotated[int, Described(ge=1, le=LEGS_MAX)]
    return hint


VERB_BODIES: Final[dict[str, type[Body]]] = {step.verb: verb_body(step) for step in STEPS}
"""The body of each verb of the API."""
