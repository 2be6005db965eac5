"""What leaves the house: an edition for its scope, derived from the frozen internal one and the bulletin's own words.

Pure: the same frozen document and the same facts of the bulletin give the same bytes, today and in ten years.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from domain.bulletin import state as b
from domain.bulletin.events import ChangedCell, Distribution, Place, Scope
from domain.bulletin.state import Bulletin, Edition, Erratum, Status
from domain.facts import Moment
from domain.words import Precision
from services.publication.document import Words
from services.publication.internal_edition import NO_NUMBER, sections_digest

ABSENT: Final = "（无）"
"""What an erratum prints for a cell that one of the two editions does not have."""

_WIDTH: Final = {Scope.INTERNAL: 0, Scope.LIMITED: 1, Scope.PUBLIC: 2}
_CASE_MARK: Final = Words("典型案例：", "Typical case: ")
_WORDS_PREFIX: Final = "words."


@dataclass(frozen=True, slots=True)
class Stamp:
    """Everything about an edition that is not a figure."""

    scope: Scope
    status: Status
    number: str = NO_NUMBER
    edition: int | None = None
    issued: Moment | None = None
    approval: b.Approval | None = None
    words: tuple[b.Words, ...] = ()
    errata: tuple[Erratum, ...] = ()
    disputes: tuple[b.Dispute, ...] = ()


def stamp_of_draft(state: Bulletin) -> Stamp:
    """Return what an edition that is not published yet is stamped with: it is internal."""
    return Stamp(Scope.INTERNAL, state.status, approval=state.approval, words=state.words, disputes=state.disputes)


def stamp_of(edition: Edition) -> Stamp:
    """Return what a published edition is stamped with; broadcasting it changes nothing in it."""
    return Stamp(
        scope=edition.approval.scope,
        status=Status.CORRECTED if edition.errata else Status.PUBLISHED,
        number=edition.issue,
        edition=edition.number,
        issued=edition.at,
        approval=edition.approval,
        words=edition.words,
        errata=edition.errata,
        disputes=edition.disputes,
    )


def derive(frozen: Mapping[str, Any], figures_digest: str, stamp: Stamp, zone: tzinfo) -> dict[str, Any]:
    """Return an edition: the frozen document for its scope, with its words, its number and its errata.

    ``figures_digest`` is the SHA-256 of the frozen document's bytes; ``zone`` is the instance's own.
    """
    left_out = [*frozen["left_out"]]
    sections = [_section(section, stamp, left_out) for section in frozen["sections"]]
    annex = frozen["annex"]
    return {
        **frozen,
        "scope": stamp.scope.value,
        "status": stamp.status.value,
        "number": stamp.number,
        "edition": stamp.edition,
        "issued_on": None if stamp.issued is None else _day(stamp.issued, zone),
        "approval": None if stamp.approval is None else _approval(stamp.approval, zone),
        "left_out": left_out,
        "sections": sections,
        "annex": {
            **annex,
            "cutoff": {**annex["cutoff"], "figures_digest": figures_digest},
            "digest": sections_digest(sections),
            "errata": [_erratum(erratum, zone) for erratum in stamp.errata],
            **_objections(stamp, zone),
        },
    }


def changed_cells(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[ChangedCell, ...]:
    """Return the cells and published words whose text differs between two editions, in the order of the new one."""
    before, after = texts_of(old), texts_of(new)
    ids = [*after, *(cell for cell in before if cell not in after)]
    return tuple(
        ChangedCell(cell, before.get(cell, ABSENT), after.get(cell, ABSENT))
        for cell in ids
        if before.get(cell) != after.get(cell)
    )


def told_safely(
    cells: Iterable[ChangedCell], public: Callable[[str], bool], public_words: Callable[[str], bool]
) -> tuple[ChangedCell, ...]:
    """Return changed cells with one line a list for those of cases that are no longer public: how many, and no more.

    ``public`` says of a receipt number whether its case may stand in a list, ``public_words`` of the digest of a
    typical case's words whether the complaint whose person agreed to them may.
    """
    told: list[ChangedCell] = []
    withdrawn: dict[str, set[str]] = defaultdict(set)
    for cell in cells:
        found = _RECEIPT.search(cell.id)
        if not all(public_words(digest) for digest in _typical_cases(cell)):
            withdrawn[_WORDS_PREFIX.rstrip(".")].add(cell.id)
        elif found is None or public(found[0]):
            told.append(cell)
        else:
            withdrawn[cell.id[: found.start()].rstrip(".")].add(found[0])
    lines = {f"{part}.withdrawn": len(receipts) for part, receipts in withdrawn.items()}
    # An erratum that is told anew may have such a line already.
    kept = [cell for cell in told if cell.id not in lines]
    for cell in told:
        if cell.id in lines and (said := _COUNTED.search(cell.new)) is not None:
            lines[cell.id] += int(said[0])
    return (*kept, *(ChangedCell(line, ABSENT, _withdrawn(count)) for line, count in lines.items()))


def _typical_cases(cell: ChangedCell) -> Iterator[str]:
    """Give the digests of the typical cases that changed words told and tell."""
    if cell.id.startswith(_WORDS_PREFIX):
        for said in (cell.old, cell.new):
            if said.startswith(_CASE_MARK.zh):
                yield b.words_digest(said.removeprefix(_CASE_MARK.zh))


def _withdrawn(count: int) -> str:
    return f"撤回公开 {count} 件 / {count} {'entry' if count == 1 else 'entries'} withdrawn from publication"


_RECEIPT: Final = re.compile(r"(?<![0-9])[0-9]{8}-[0-9]{7,}-[0-9X](?![0-9A-Za-z])")
_COUNTED: Final = re.compile(r"[0-9]+")


def texts_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the text of every cell and of every published word by its id, in the order in which they are read."""
    texts: dict[str, str] = {}
    for section in document["sections"]:
        for paragraph in section["paragraphs"]:
            if "key" in paragraph:
                texts[_WORDS_PREFIX + paragraph["key"]] = paragraph["zh"]
        for cell in cells_in(section):
            texts[cell["id"]] = cell["text"]
    return texts


def cells_in(section: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Give every cell of a section."""
    for table in section["tables"]:
        for line in (*table["rows"], *((table["total"],) if table["total"] is not None else ())):
            yield from line["cells"]


def _section(section: Mapping[str, Any], stamp: Stamp, left_out: list[dict[str, str]]) -> dict[str, Any]:
    kept = [table for table in section["tables"] if _WIDTH[Scope(table["scope"])] >= _WIDTH[stamp.scope]]
    for table in section["tables"]:
        if table not in kept:
            title, part = table["title"], section["title"]
            said = Words(f"{part['zh']}：{title['zh']}", f"{part['en']}: {title['en']}")
            left_out.append(said.plain())
    said_here = [_paragraph(words) for words in stamp.words if words.section == section["no"]]
    paragraphs = [*section["paragraphs"], *said_here]
    empty = section["empty_because"] if not said_here else None
    if not kept and not paragraphs and empty is None:
        empty = _NARROWER.plain()
    return {**section, "tables": kept, "paragraphs": paragraphs, "empty_because": empty}


_NARROWER: Final = Words("本部分只载于范围较窄的版本", "this section stands in a narrower edition only")


def _paragraph(words: b.Words) -> dict[str, str]:
    case = words.place is Place.TYPICAL_CASE
    plain = {"key": words.key, "zh": (_CASE_MARK.zh if case else "") + words.zh}
    return {**plain, "en": (_CASE_MARK.en if case else "") + words.en} if words.en is not None else plain


def _approval(approval: b.Approval, zone: tzinfo) -> dict[str, Any]:
    said = {
        "approved_on": _day(approval.at, zone),
        "document_no": approval.document_no,
        "without_proof": approval.without_proof,
    }
    # Editions approved before there were imprints have no such key, and keep their bytes.
    return said if approval.distribution is None else said | {"distribution": distribution_json(approval.distribution)}


def distribution_json(distribution: Distribution) -> dict[str, Any]:
    """Return what an imprint says, as JSON has it."""
    return {"printed_by": distribution.printed_by, "copied_to": list(distribution.copied_to)}


def _objections(stamp: Stamp, zone: tzinfo) -> dict[str, Any]:
    """Return the units' objections with what was decided: the internal edition lists them, the narrower ones do not."""
    if stamp.scope is not Scope.INTERNAL:
        return {}
    return {
        "objections": [
            {
                "dispute": one.number,
                "unit": one.unit,
                "cells": list(one.cells),
                "reason": one.reason,
                "raised_on": None if one.raised is None else _day(one.raised, zone),
                "state": one.state.value,
                "decision": one.decision,
                "decided_on": None if one.decided is None else _day(one.decided, zone),
            }
            for one in stamp.disputes
        ],
    }


def _erratum(erratum: Erratum, zone: tzinfo) -> dict[str, Any]:
    return {
        "number": erratum.number,
        "at": _day(erratum.at, zone),
        "cause": {"zh": erratum.cause},
        "cells": [{"id": cell.id, "old": cell.old, "new": cell.new} for cell in erratum.cells],
    }


def _day(moment: Moment, zone: tzinfo) -> str:
    at = moment.at if moment.precision is Precision.DAY else moment.at.astimezone(zone)
    return at.date().isoformat()
