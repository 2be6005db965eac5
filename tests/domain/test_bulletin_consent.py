"""Words that identify somebody, and cases told with consent: to one text and no other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.bulletin import commands as c
from domain.bulletin import decide as d
from domain.bulletin import events as e
from domain.bulletin import refusals as r
from domain.bulletin import state as b
from tests.domain.test_bulletin import PRODUCER, on

CASE = UUID(int=7)
SAID = "林昌旭说，窗口三次索要同一份材料。"


HEADING: dict[str, Any] = {"by": PRODUCER, "at": on(), "quarter": "2026Q1", "title": "通报", "issuer": "行风办"}


def consent(zh: str = SAID, given_on: date | None = None) -> c.NoteConsent:
    return c.NoteConsent(**HEADING, complaint=CASE, zh=zh, how="录音 17", given_on=given_on or on().day)


def case(zh: str = SAID, basis: e.Basis | None = e.Basis.CONSENT, **wish: object) -> c.GiveWords:
    told: dict[str, Any] = {"section": 7, "place": e.Place.TYPICAL_CASE, "second": "审核01", **wish}
    return c.GiveWords(**HEADING, zh=zh, basis=basis, **told)


def agreed() -> b.Bulletin:
    state = b.fold(d.decide(None, consent()))
    assert state is not None
    return state


def test_words_that_identify_somebody_are_refused_and_named() -> None:
    plain = case(basis=None, place=e.Place.PARAGRAPH, identifying=("姓名“林昌旭”(0–3)",))
    with pytest.raises(r.WordsIdentifySomebody, match="林昌旭"):
        d.decide(None, plain)


def test_a_case_without_consent_to_this_very_text_is_refused() -> None:
    with pytest.raises(r.ConsentNotNoted):
        d.decide(agreed(), case(SAID + "他很生气。"))


def test_a_case_with_consent_is_told_as_it_was_agreed_to() -> None:
    given = d.decide(agreed(), case(identifying=("姓名“林昌旭”(0–3)",)))
    assert isinstance(given[-1], e.WordsGiven)
    assert given[-1].zh == SAID


def test_consent_is_no_second_person() -> None:
    with pytest.raises(r.CaseNotCleared):
        d.decide(agreed(), case(second=PRODUCER.name))


def test_consent_clears_no_case_called_anonymised() -> None:
    with pytest.raises(r.WordsIdentifySomebody):
        d.decide(agreed(), case(basis=e.Basis.ANONYMISED, identifying=("姓名“林昌旭”(0–3)",)))


def test_consent_names_the_complaint_and_the_digest_and_no_text() -> None:
    noted = d.decide(None, consent())[-1]
    assert isinstance(noted, e.ConsentNoted)
    assert (noted.complaint, noted.digest) == (CASE, b.words_digest(f" {SAID}\n"))
    assert SAID not in repr(noted)


def test_nobody_has_agreed_on_a_day_to_come() -> None:
    with pytest.raises(r.ConsentFromTomorrow):
        d.decide(None, consent(given_on=on().day + timedelta(days=1)))
