"""The internal edition over HTTP: in every form, for those who make and examine it alone, and in no shared cache."""

from typing import Any

import pytest

from domain.bulletin.events import Scope
from domain.words import Role
from gateways.bulletin_forms import FORMS
from services.publication.derived import texts_of
from tests.gateways.http.desk import Desk
from tests.gateways.http.test_bulletin_steps import own_cell, step
from tests.gateways.http.test_bulletins import ONE, freeze, publish

R = Role
INTERNAL = f"{ONE}/internal"
MAY = {R.SUPERVISOR, R.APPROVER, R.AUDITOR, R.ADMIN}
REASON = "有一件不属我单位"


def objected(desk: Desk) -> None:
    """Publish an edition for everybody that a unit had objected to in vain, with one person dissatisfied."""
    case = desk.delivered(call_id="call-2")
    said = {"means": "电话", "reached": True, "solved": False, "satisfaction": "dissatisfied", "cause": "问题未解决"}
    desk.step(case, "follow-up", R.FOLLOW_UP_OFFICER, said)
    desk.clock.pass_(days=40)
    step(desk, "freeze", R.SUPERVISOR)
    step(desk, "proof", R.SUPERVISOR)
    step(desk, "objections", R.UNIT_LEADER, {"cells": [own_cell(desk)], "reason": REASON})
    step(desk, "objections/1/reject", R.APPROVER, {"reason": "核对无误"})
    desk.clock.pass_(days=10)
    step(desk, "approve", R.APPROVER)
    step(desk, "publish", R.APPROVER)


def test_the_internal_edition_has_the_objections_and_the_tables_that_the_public_one_leaves_out(desk: Desk) -> None:
    objected(desk)
    public: dict[str, Any] = desk.get(ONE).json()
    internal: dict[str, Any] = desk.get(INTERNAL, R.AUDITOR).json()
    assert [one["reason"] for one in internal["annex"]["objections"]] == [REASON]
    assert "objections" not in public["annex"]
    assert internal["scope"] == "internal"
    assert set(texts_of(public)) < set(texts_of(internal))


@pytest.mark.parametrize("form", ["md", "html"])
def test_an_objection_is_read_in_the_forms_that_print_it(desk: Desk, form: str) -> None:
    objected(desk)
    assert REASON in desk.get(f"{INTERNAL}/forms/{form}", R.SUPERVISOR).text
    assert REASON not in desk.get(f"{ONE}/forms/{form}", R.SUPERVISOR).text


@pytest.mark.parametrize("form", list(FORMS))
def test_every_form_that_the_public_edition_has_the_internal_one_has_too(desk: Desk, form: str) -> None:
    publish(desk)
    answer = desk.get(f"{INTERNAL}/forms/{form}", R.APPROVER)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == FORMS[form].media
    assert f'filename="2026Q1-internal.{FORMS[form].ending}"' in answer.headers["content-disposition"]


@pytest.mark.parametrize("path", [INTERNAL, f"{INTERNAL}/forms/json", f"{INTERNAL}/forms/xlsx"])
@pytest.mark.parametrize("scope", list(Scope))
def test_it_opens_to_those_who_make_and_examine_it_whatever_was_published(desk: Desk, path: str, scope: Scope) -> None:
    publish(desk, scope)
    asked = set(Role) - {R.CLOCK, R.REPORTER}
    assert {role for role in asked if desk.get(path, role).status_code == 200} == MAY
    assert desk.get(path).status_code == 401
    assert desk.get(path, R.PRODUCER).status_code == 403


@pytest.mark.parametrize("path", [INTERNAL, f"{INTERNAL}/forms/csv", f"{INTERNAL}/forms/script"])
def test_no_cache_between_keeps_it_and_who_has_it_is_not_sent_it_again(desk: Desk, path: str) -> None:
    publish(desk)
    token = {"Authorization": f"Bearer {desk.token(R.AUDITOR)}"}
    first = desk.send("GET", path, headers=token)
    again = desk.send("GET", path, headers={**token, "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for answer in (first, again):
        assert answer.headers["cache-control"] == "private, no-cache"


def test_its_tag_is_not_the_public_edition_s_and_it_bears_no_signature_of_it(desk: Desk) -> None:
    publish(desk)
    public, internal = desk.get(ONE), desk.get(INTERNAL, R.AUDITOR)
    assert public.headers["etag"] != internal.headers["etag"]
    assert "x-bulletin-signature" in public.headers
    assert "x-bulletin-signature" not in internal.headers


def test_an_edition_that_was_published_internally_is_its_own_internal_one_and_signed(desk: Desk) -> None:
    publish(desk, Scope.INTERNAL)
    shown, internal = desk.get(ONE, R.AUDITOR), desk.get(INTERNAL, R.AUDITOR)
    assert internal.content == shown.content
    assert internal.headers["x-bulletin-signature"] == shown.headers["x-bulletin-signature"]


def test_before_publication_it_is_the_draft_and_before_the_freeze_there_is_none(desk: Desk) -> None:
    assert desk.get(INTERNAL, R.SUPERVISOR).status_code == 404
    freeze(desk)
    assert desk.get(INTERNAL, R.SUPERVISOR).json()["status"] == "figures_frozen"
    assert desk.get(f"{INTERNAL}?edition=1", R.SUPERVISOR).status_code == 404


def test_one_internal_table_alone_is_had_as_csv(desk: Desk) -> None:
    objected(desk)
    left_out = "forms/csv?table=dissatisfied"
    assert desk.get(f"{ONE}/{left_out}", R.SUPERVISOR).status_code == 404
    answer = desk.get(f"{INTERNAL}/{left_out}", R.SUPERVISOR)
    assert answer.status_code == 200
    assert 'filename="2026Q1-internal-dissatisfied.csv"' in answer.headers["content-disposition"]
