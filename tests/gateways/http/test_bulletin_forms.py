"""Every form of an edition over HTTP, to whom the edition is open, and a figure explained to whom it may be."""

import pytest

from domain.bulletin.events import Scope
from domain.words import Role
from gateways.bulletin_forms import FORMS
from tests.gateways.http.desk import Desk
from tests.gateways.http.test_bulletins import ONE, a_cell, publish

R = Role


@pytest.mark.parametrize("form", [form for form in FORMS if form != "pdf"])
def test_every_form_is_served_with_its_type_and_name(desk: Desk, form: str) -> None:
    publish(desk)
    answer = desk.get(f"{ONE}/forms/{form}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == FORMS[form].media
    assert f'filename="2026Q1.{FORMS[form].ending}"' in answer.headers["content-disposition"]
    again = desk.send("GET", f"{ONE}/forms/{form}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_signed_form_is_the_signed_bytes(desk: Desk) -> None:
    publish(desk)
    assert desk.get(f"{ONE}/forms/json").content == desk.get(ONE).content


def test_one_table_alone_is_had_as_csv(desk: Desk) -> None:
    publish(desk)
    assert desk.get(f"{ONE}/forms/csv?table=units").text.startswith("\ufeff,受理（件）")
    assert desk.get(f"{ONE}/forms/csv?table=nope").status_code == 404
    assert desk.get(f"{ONE}/forms/xlsx?table=units").status_code == 404


def test_there_is_no_other_form(desk: Desk) -> None:
    publish(desk)
    assert desk.get(f"{ONE}/forms/exe").status_code == 404


@pytest.mark.parametrize("form", ["xlsx", "script", "csv-zip"])
def test_a_form_is_open_to_whom_the_edition_is(desk: Desk, form: str) -> None:
    publish(desk, Scope.LIMITED)
    assert desk.get(f"{ONE}/forms/{form}").status_code == 404
    assert desk.get(f"{ONE}/forms/{form}", R.UNIT_CLERK).status_code == 200


def test_a_figure_is_explained_to_a_producer_in_counts_and_to_an_auditor_by_events(desk: Desk) -> None:
    publish(desk)
    path = f"{ONE}/cells/{a_cell(desk)}"
    producer, auditor = desk.get(path, R.PRODUCER).json(), desk.get(path, R.AUDITOR).json()
    assert producer["recount"]["equal"] is True
    assert producer["meaning"]["numerator"]["zh"]
    assert "behind" not in producer
    assert auditor["behind"]["numerator"][0]["events"]
