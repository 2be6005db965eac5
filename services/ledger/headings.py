"""Which column of a ledger is which field: by a map first, by the headings that ledgers use for the rest."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.words import Channel
from services.ledger.maps import LedgerMap
from services.ledger.texts import Cell, as_text, fold
from services.ledger.vocabulary import CHANNEL_HINTS, HEADINGS, Field

_DIGEST_CHARACTERS = 16
_NOTE = re.compile(r"[(\[【〔].*?[)\]】〕]")
_IGNORED = re.compile(r"[\s*:：]+")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of one file are.

    ``columns`` gives the index of each field's column and ``skip`` the index of each column whose values may mark a
    row as none of ours. ``unread`` are the headings that no field was read from; ``missing`` those a map names and
    the file has not.
    """

    headings: tuple[str, ...]
    columns: Mapping[Field, int]
    skip: Mapping[int, frozenset[str]]
    unread: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_ledger(self) -> bool:
        """Whether the file can hold matters: a date of registration, and a title or a text."""
        return Field.REGISTERED_AT in self.columns and not self.columns.keys().isdisjoint({Field.TITLE, Field.TEXT})

    @property
    def score(self) -> int:
        """How many columns were recognised."""
        return len(self.columns) + len(self.skip)

    @property
    def source(self) -> str:
        """The name of a source that gives none: a digest of the file's set of headings."""
        names = "\n".join(sorted(_plain(heading) for heading in self.headings))
        return f"headings-{hashlib.sha256(names.encode()).hexdigest()[:_DIGEST_CHARACTERS]}"

    @property
    def channel_hint(self) -> Channel | None:
        """What the headings say of the channel: those of date and text first, then any other that was read."""
        first = [self.columns[field] for field in (Field.REGISTERED_AT, Field.TEXT) if field in self.columns]
        for index in (*first, *self.columns.values()):
            for beginning, channel in CHANNEL_HINTS:
                if _plain(self.headings[index]).startswith(beginning):
                    return channel
        return None

    def heading_of(self, field: Field) -> str | None:
        """Return the heading that a field is read from."""
        index = self.columns.get(field)
        return None if index is None else self.headings[index]


def recognise(cells: Sequence[Cell], ledger_map: LedgerMap) -> Layout:
    """Return what the columns under these headings are.

    What the map names goes before what is recognised, within a field the vocabulary's order decides, and of two
    columns with the very same heading the first is read.
    """
    headings = tuple(fold(as_text(cell)) for cell in cells)
    places: dict[str, int] = {}
    for index, heading in enumerate(headings):
        for name in (_plain(heading), _plain(_NOTE.sub("", heading))):
            if name:
                places.setdefault(name, index)
    wanted = ledger_map.columns.by_field()
    skip = {
        heading: frozenset([marks] if isinstance(marks, str) else marks) for heading, marks in ledger_map.skip.items()
    }
    missing = tuple(heading for heading in (*wanted.values(), *skip) if heading and _plain(heading) not in places)
    columns = {field: places[_plain(heading)] for field, heading in wanted.items() if _plain(heading) in places}
    taken = set(columns.values())
    for field in Field:
        recognised = None if field in wanted else _first(field, places)
        if recognised is not None and recognised not in taken:
            columns[field] = recognised
    marks = {places[_plain(heading)]: values for heading, values in skip.items() if _plain(heading) in places}
    read = {*columns.values(), *marks}
    unread = tuple(heading for index, heading in enumerate(headings) if heading and index not in read)
    return Layout(headings, columns, marks, unread, missing)


def _first(field: Field, places: Mapping[str, int]) -> int | None:
    return next((places[name] for name in HEADINGS[field] if name in places), None)


def _plain(heading: str) -> str:
    """Return a heading as it is compared: narrow forms, no white space, no marks of a form, lower case."""
    return _IGNORED.sub("", fold(heading)).casefold()
