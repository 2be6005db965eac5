from domain.words import Role
from tests.gateways.http.desk import Desk

LETTERS = "/api/v1/letters"
LETTER = {
    "barcode": "XA123456789CN",
    "kind": "complaint",
    "title": "反映收费不开票",
    "text": "办证收费不给票据。",
    "postmarked": "2026-02-25",
    "received": "2026-02-27",
    "scanned": "2026-03-02",
    "reporter_name": "王五",
}
PDF = b"%PDF-1.7\n" + b"\x00" * 64


def test_a_letter_keeps_its_barcode_and_its_three_dates(desk: Desk) -> None:
    answer = desk.send("POST", LETTERS, Role.OPERATOR, json=LETTER)
    case = answer.json()["id"]
    registered = desk.get(f"/api/v1/complaints/{case}/history", Role.OPERATOR).json()["items"][0]["data"]
    assert answer.status_code == 201
    assert registered["channel"] == "letter"
    assert registered["letter"] == {name: LETTER[name] for name in ("barcode", "postmarked", "received", "scanned")}


def test_scans_come_with_the_form_and_the_letter_is_registered_once(desk: Desk) -> None:
    scans = [("scans", ("一页.pdf", PDF)), ("scans", ("二页.pdf", PDF))]
    first = desk.send("POST", LETTERS, Role.OPERATOR, data=LETTER, files=scans)
    again = desk.send("POST", LETTERS, Role.OPERATOR, data=LETTER, files=scans)
    other = desk.send("POST", LETTERS, Role.OPERATOR, data=LETTER, files=scans[:1])
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    case = desk.get(f"/api/v1/complaints/{first.json()['id']}", Role.OPERATOR).json()
    assert len(case["attachments"]) == 2


def test_a_scan_that_is_no_scan_is_refused_by_its_field(desk: Desk) -> None:
    answer = desk.send("POST", LETTERS, Role.OPERATOR, data=LETTER, files=[("scans", ("x.pdf", b"hello"))])
    assert (answer.status_code, answer.json()["field"]) == (422, "scans")


def test_who_holds_no_desk_registers_no_letter(desk: Desk) -> None:
    assert desk.send("POST", LETTERS, json=LETTER).status_code == 401
    assert desk.send("POST", LETTERS, Role.PRODUCER, json=LETTER).status_code == 403
