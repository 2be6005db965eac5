"""Facts to plain JSON values and back, made once for each class from its type hints.

What a fact may hold: text, whole numbers, booleans, dates, moments in time, UUIDs, words of a closed vocabulary, other
frozen dataclasses, tuples of these, and ``None`` beside any of them. A class with anything else is refused when its
codec is made, not when a case depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from types import MemberDescriptorType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from domain.facts import ERASED, Fact, personal_fields

SHARED_VALUES_MAX = 4_096
"""How many equal small values, such as actors, one decoder keeps to give out again."""

Decode = Callable[[Any], Any]

_AS_IT_IS = (str, int, bool)


class CodecGap(TypeError):
    """A fact class has a field of a type that cannot be stored."""

    def __init__(self, owner: type, name: str, hint: object) -> None:
        super().__init__(f"{owner.__name__}.{name} is {hint!r}, which the log cannot store")


class FactCodec:
    """Splits a fact into readable and personal values, and makes it again from both."""

    __slots__ = ("_make", "_personal", "_personal_values", "_readable", "_readable_values", "_stand_ins")

    def __init__(self, fact_class: type[Fact]) -> None:
        hints = get_type_hints(fact_class)
        stand_ins = {name: _stand_in(fact_class, name, hints[name]) for name in personal_fields(fact_class)}
        self._personal = tuple(stand_ins)
        self._readable = tuple(f.name for f in fields(fact_class) if f.name not in stand_ins)
        self._readable_values = _getter(self._readable)
        self._personal_values = _getter(self._personal)
        self._make = _maker(fact_class)
        self._stand_ins = tuple((name, value) for name, value in stand_ins.items() if value is not ERASED)

    def split(self, fact: Fact) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return readable values and personal values that are not ``None``, by name, for ``orjson`` to write."""
        readable = dict(zip(self._readable, self._readable_values(fact), strict=True))
        if not self._personal:
            return readable, {}
        values = zip(self._personal, self._personal_values(fact), strict=True)
        return readable, {name: value for name, value in values if value is not None}

    def make(self, values: dict[str, Any]) -> Fact:
        """Make the fact from values as read from JSON; ``values`` is used up.

        Raises ``TypeError``, ``ValueError`` or ``KeyError`` where values do not fit the class.
        """
        fact: Fact = self._make(values)
        return fact

    def make_hidden(self, values: dict[str, Any], hidden: str) -> Fact:
        """Make the fact where personal values cannot be read: ``hidden`` stands in the place of each.

        A personal text reads ``hidden``; what is no text reads as nothing.
        """
        for name, stand_in in self._stand_ins:
            if values.get(name) == hidden:
                values[name] = None if stand_in is None else _Ready(stand_in)
        return self.make(values)


_CODECS: dict[type[Fact], FactCodec] = {}


def codec_of(fact_class: type[Fact]) -> FactCodec:
    """Return the codec of a fact class, made at the first call. Raises ``CodecGap``."""
    codec = _CODECS.get(fact_class)
    if codec is None:
        codec = _CODECS[fact_class] = FactCodec(fact_class)
    return codec


def plain(value: object) -> str:
    """Give ``orjson`` the text of what it does not write exactly by itself: moments keep the offset they came with."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored")


class _Ready:
    """A value that needs no decoding any more."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


def _getter(names: tuple[str, ...]) -> Callable[[object], tuple[Any, ...]]:
    """Return what reads these attributes as a tuple; ``attrgetter`` alone gives no tuple of one or none."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _maker(owner: type) -> Decode:
    """Return what makes a dataclass from its JSON object, by its slots where nothing is to be checked at its making.

    A frozen class of thirty fields takes its constructor ten microseconds, and a replay makes millions of them.
    """
    hints = get_type_hints(owner)
    decoders = {f.name: _decoder(owner, f.name, hints[f.name]) for f in fields(owner)}
    slots = {name: getattr(owner, name, None) for name in decoders}
    plainly_made = not hasattr(owner, "__post_init__") and all(f.default_factory is MISSING for f in fields(owner))
    if plainly_made and all(isinstance(slot, MemberDescriptorType) for slot in slots.values()):
        return _by_slots(owner, decoders, slots)
    return _by_constructor(owner, decoders)


def _by_constructor(owner: type, decoders: Mapping[str, Decode | None]) -> Decode:
    to_decode = tuple((name, decode) for name, decode in decoders.items() if decode is not None)

    def make(values: dict[str, Any]) -> Any:  # noqa: ANN401
        for name, decode in to_decode:
            value = values.get(name)
            if value is not None:
                values[name] = value.value if type(value) is _Ready else decode(value)
        return owner(**values)

    return make


def _by_slots(owner: type, decoders: Mapping[str, Decode | None], slots: Mapping[str, Any]) -> Decode:
    as_they_are = tuple((name, slots[name].__set__) for name, decode in decoders.items() if decode is None)
    to_decode = tuple((name, slots[name].__set__, decode) for name, decode in decoders.items() if decode is not None)
    defaults = {f.name: f.default for f in fields(owner) if f.default is not MISSING}
    count = len(decoders)
    new = object.__new__

    def make(values: dict[str, Any]) -> Any:  # noqa: ANN401
        if len(values) != count:
            # A field that came later takes its default; one that nobody knows makes the count wrong again.
            values = {**defaults, **values}
            if len(values) != count:
                raise TypeError(f"{owner.__name__} has other fields than {', '.join(values)}")
        made: Any = new(owner)
        for name, put in as_they_are:
            put(made, values[name])
        for name, put, decode in to_decode:
            value = values[name]
            if value is None:
                put(made, None)
            elif type(value) is _Ready:
                put(made, value.value)
            else:
                put(made, decode(value))
        return made

    return make


def _decoder(owner: type, name: str, hint: Any) -> Decode | None:  # noqa: ANN401
    """Return what turns a JSON value into one of this type, ``None`` where it is that already."""
    hint = _without_none(owner, name, hint)
    if hint in _AS_IT_IS:
        return None
    if get_origin(hint) is tuple:
        return _tuple_decoder(owner, name, hint)
    if hint is datetime or hint is date:
        return hint.fromisoformat
    if hint is UUID:
        return UUID
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {str(word.value): word for word in hint}.__getitem__
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass_decoder(hint)
    raise CodecGap(owner, name, hint)


def _without_none(owner: type, name: str, hint: Any) -> Any:  # noqa: ANN401
    if get_origin(hint) not in (Union, UnionType):
        return hint
    rest = [option for option in get_args(hint) if option is not NoneType]
    if len(rest) > 1:
        raise CodecGap(owner, name, hint)
    return rest[0]


def _tuple_decoder(owner: type, name: str, hint: Any) -> Decode:  # noqa: ANN401
    args = get_args(hint)
    if len(args) == 2 and args[1] is Ellipsis:  # noqa: PLR2004  tuple[X, ...]
        decode = _nullable(owner, name, args[0])
        return tuple if decode is None else lambda values: tuple(map(decode, values))
    decoders = [_nullable(owner, name, arg) for arg in args]

    def fixed(values: list[Any]) -> tuple[Any, ...]:
        return tuple(value if decode is None else decode(value) for decode, value in zip(decoders, values, strict=True))

    return fixed


def _nullable(owner: type, name: str, hint: Any) -> Decode | None:  # noqa: ANN401
    decode = _decoder(owner, name, hint)
    if decode is None or _without_none(owner, name, hint) is hint:
        return decode
    return lambda value: None if value is None else decode(value)


def _dataclass_decoder(owner: type) -> Decode:
    make = _maker(owner)
    if not all(_is_small_word(hint) for hint in get_type_hints(owner).values()):
        return make
    shared: dict[tuple[Any, ...], Any] = {}

    def give(values: dict[str, Any]) -> Any:  # noqa: ANN401
        key = tuple(values.items())
        try:
            return shared[key]
        except KeyError:
            if len(shared) >= SHARED_VALUES_MAX:
                shared.clear()
            made = shared[key] = make(values)
            return made

    return give


def _is_small_word(hint: Any) -> bool:  # noqa: ANN401
    """Say whether values of this type repeat from fact to fact, as names, roles and numbers do and moments do not."""
    options = set(get_args(hint)) - {NoneType} if get_origin(hint) in (Union, UnionType) else {hint}
    return all(isinstance(o, type) and (o in _AS_IT_IS or issubclass(o, StrEnum)) for o in options)


def _stand_in(owner: type, name: str, hint: Any) -> Any:  # noqa: ANN401
    """Return what stands for a personal value of this type that cannot be read; ``ERASED`` marks text."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    if str in options:
        return ERASED
    if NoneType in options:
        return None
    if get_origin(hint) is tuple and get_args(hint)[1:] == (Ellipsis,):
        return ()
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(
            **{
                f.name: _stand_in(hint, f.name, hints[f.name])
                for f in fields(hint)
                if f.default is MISSING and f.default_factory is MISSING
            },
        )
    raise CodecGap(owner, f"{name} (personal, so it must be able to read as erased)", hint)
