"""What the anonymiser masks in a ledger or in the instance's own records; nothing that it reads is stored."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.facts import personal_fields
from services.ledger import NO_MAP, LedgerMap
from services.ledger.sheets import Sheet, open_sheets
from services.ledger.texts import as_text
from services.ledger.vocabulary import Field
from services.log.port import Log
from services.redaction.masking import mask
from services.redaction.spans import Care, Kind, Masked, Places

READ_EVENTS = 500
"""So many facts are read from the log at a time."""

_TEXT_FIELDS = (Field.TITLE, Field.TEXT, Field.REPLY)
_CHARACTERS_MIN = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A text somewhere: the file or ``log``, the line or position, the column or field, and what it says."""

    source: str
    line: int
    field: str
    text: str
    complaint: UUID | None = None


@dataclass(frozen=True, slots=True)
class Sampled:
    """A text that was drawn, with what is masked in it."""

    found: Found
    masked: Masked

    def json(self) -> dict[str, Any]:
        """Return plain values for JSON: the text with its masks, and each stretch that a rule took."""
        spans = [
            {
                "kind": span.kind.value,
                "rule": span.rule,
                "start": span.start,
                "end": span.end,
                "said": self.found.text[span.start : span.end],
            }
            for span in self.masked.spans
        ]
        place = {"source": self.found.source, "line": self.found.line, "field": self.found.field}
        return {**place, "text": self.found.text, "masked": self.masked.text, "spans": spans}


@dataclass(slots=True)
class Scan:
    """What a scan came to: texts, characters, masks by kind and by rule, and the texts that were drawn."""

    texts: int = 0
    characters: int = 0
    with_masks: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    sample: list[Sampled] = field(default_factory=list)
    complaints: set[UUID] = field(default_factory=set)

    def json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "texts": self.texts,
            "characters": self.characters,
            "with_masks": self.with_masks,
            "kinds": {kind.value: self.kinds[kind] for kind in Kind},
            "rules": dict(self.rules.most_common()),
            "sample": [one.json() for one in self.sample],
        }


def scan(
    texts: Iterable[Found],
    *,
    places: Places = Places.STRICT,
    care: Care = Care.THOROUGH,
    sample: int = 0,
    seed: int = 0,
    progress: Callable[[int], None] = lambda _done: None,
) -> Scan:
    """Mask texts and count; of all of them ``sample`` are drawn, each as likely as any other, by the seed.

    Memory holds the drawn texts and no others (reservoir sampling).
    """
    done = Scan()
    drawn: list[Sampled] = []
    chance = random.Random(seed)  # noqa: S311 - a sample that can be drawn again, not a secret
    for found in texts:
        masked = mask(found.text, places=places, care=care)
        done.texts += 1
        done.characters += len(found.text)
        done.with_masks += bool(masked.spans)
        done.kinds.update(span.kind for span in masked.spans)
        done.rules.update(span.rule for span in masked.spans)
        if found.complaint is not None:
            done.complaints.add(found.complaint)
        if len(drawn) < sample:
            drawn.append(Sampled(found, masked))
        elif sample and (place := chance.randrange(done.texts)) < sample:
            drawn[place] = Sampled(found, masked)
        progress(done.texts)
    done.sample = drawn
    return done


def texts_in(path: Path, ledger_map: LedgerMap = NO_MAP) -> Iterator[Found]:
    """Yield the texts of a ledger file, read as the import reads it: title, text and reply.

    Where no heading is recognised as any of these, every cell counts as a text. Raises ``FileRefused``.
    """
    for sheet in open_sheets(path, ledger_map):
        yield from _texts_of(sheet)


def texts_of_instance(log: Log) -> Iterator[Found]:
    """Yield every personal text of the log, opened; whoever calls records the reading."""
    head, at = log.head().position, 0
    while at < head:
        recorded = log.read(at, READ_EVENTS, head)
        if not recorded:
            return
        for one in recorded:
            for name in personal_fields(type(one.fact)):
                said = getattr(one.fact, name)
                if isinstance(said, str) and len(said) >= _CHARACTERS_MIN:
                    yield Found("log", one.position, name, said, one.stream)
        at = recorded[-1].position


def _texts_of(sheet: Sheet) -> Iterator[Found]:
    columns = {sheet.layout.columns[name]: name.value for name in _TEXT_FIELDS if name in sheet.layout.columns}
    for row in sheet.rows():
        for index, cell in enumerate(row.cells):
            if columns and index not in columns:
                continue
            said = as_text(cell).strip()
            if len(said) >= _CHARACTERS_MIN:
                yield Found(sheet.file, row.line, columns.get(index, str(index + 1)), said)
