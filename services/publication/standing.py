"""How a bulletin stands, as plain values for JSON: its life so far, and the seal of each published edition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from domain.bulletin.events import ChangedCell, FiguresFrozen
from domain.bulletin.state import Bulletin, Edition, erratum_digest, words_digest
from domain.facts import Moment
from services.publication.derived import distribution_json
from services.publication.publication import Correction


def correction_json(correction: Correction) -> dict[str, Any]:
    """Return what an erratum would change, in which edition, and by whom that very erratum is signed already."""
    state, command = correction.state, correction.command
    edition = correction.corrects
    digest = erratum_digest(edition.number, command.cause, command.cells)
    signed = state.signed_erratum is not None and state.signed_erratum.digest == digest
    return {
        "quarter": str(correction.name),
        "edition": edition.number,
        "digest": edition.digest,
        "cause": command.cause.strip(),
        "signed_by": state.reviewed_by if signed else None,
        "cells": changed_json(command.cells),
    }


def changed_json(cells: Iterable[ChangedCell]) -> list[dict[str, str]]:
    """Return changed cells as JSON has them."""
    return [{"id": cell.id, "old": cell.old, "new": cell.new} for cell in cells]


def bulletin_json(state: Bulletin, zone: tzinfo) -> dict[str, Any]:
    """Return a bulletin's document, times on the clock of ``zone``."""
    last = state.editions[-1] if state.published else None
    return {
        "quarter": state.quarter,
        "title": state.title,
        "issuer": state.issuer,
        "status": state.status.value,
        "number": last.issue if last is not None else None,
        "digest": last.digest if last is not None else None,
        "proposed": [
            {
                "key": case.key,
                "section": case.section,
                "zh": case.zh,
                "en": case.en,
                "basis": case.basis.value,
                "by": case.by.name,
                "digest": words_digest(case.zh),
            }
            for case in state.proposed
        ],
        "let_stand": [{"said": said, "by": who} for said, who in sorted(state.let_stand)],
        "words": [
            {"key": words.key, "section": words.section, "place": words.place.value, "zh": words.zh, "en": words.en}
            for words in state.words
        ],
        "frozen": _frozen(state.frozen, zone) if state.frozen is not None else None,
        "proof": {
            "units": list(state.proof.units),
            "sent_at": _at(state.proof.occurred, zone),
            "objections_until": state.proof.deadline.due.astimezone(zone).isoformat()
            if state.proof.deadline is not None
            else None,
        }
        if state.proof is not None
        else None,
        "disputes": [
            {
                "dispute": one.number,
                "unit": one.unit,
                "cells": list(one.cells),
                "reason": one.reason,
                "state": one.state.value,
                "decision": one.decision,
            }
            for one in state.disputes
        ],
        "reviewed_by": state.reviewed_by,
        "signed_erratum": {"digest": state.signed_erratum.digest, "cause": state.signed_erratum.cause}
        if state.signed_erratum is not None
        else None,
        "approval": {
            "by": state.approval.by,
            "at": _at(state.approval.at, zone),
            "scope": state.approval.scope.value,
            "document_no": state.approval.document_no,
            "without_proof": state.approval.without_proof,
            "distribution": distribution_json(state.approval.distribution)
            if state.approval.distribution is not None
            else None,
        }
        if state.approval is not None
        else None,
        "editions": [_edition(edition, zone) for edition in state.editions],
        "errata": [
            {
                "erratum": one.number,
                "at": _at(one.at, zone),
                "cause": one.cause,
                "cells": changed_json(one.cells),
            }
            for one in state.errata
        ],
    }


def _edition(edition: Edition, zone: tzinfo) -> dict[str, Any]:
    return {
        "edition": edition.number,
        "number": edition.issue,
        "scope": edition.approval.scope.value,
        "published_at": _at(edition.at, zone),
        "position": edition.frozen.position,
        "root": edition.frozen.root,
        "digest": edition.digest,
        "signature": edition.signature,
        "algorithm": edition.algorithm,
        "public_key": edition.public_key,
    }


def _frozen(frozen: FiguresFrozen, zone: tzinfo) -> dict[str, Any]:
    return {
        "position": frozen.position,
        "root": frozen.root,
        "digest": frozen.digest,
        "definitions": frozen.definitions,
        "evaluator": frozen.evaluator,
        "as_of": frozen.as_of.astimezone(zone).isoformat(),
        "known_at": frozen.known_at.astimezone(zone).isoformat(),
    }


def _at(moment: Moment, zone: tzinfo) -> str:
    return moment.at.astimezone(zone).isoformat()
