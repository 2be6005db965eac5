"""Every form of an edition says what its canonical JSON says: each is read back by itself and held against it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from domain.bulletin.name import BulletinName
from domain.facts import Moment
from gateways.bulletin_forms import FORMS, Means
from services.ledger_import import LedgerImport
from services.publication.internal_edition import EVALUATOR
from services.publication.publication import Publication
from services.publication.script import Pace
from services.settings import Settings
from tests.composed import APPROVER, OPERATOR, StandingClock, a_house
from tests.gateways.parsed_forms import (
    Read,
    expected,
    label_of,
    lines_of_pdf,
    of_archive,
    of_docx,
    of_markdown,
    of_page,
    of_workbook,
)
from tests.services.publication import heard
from tests.services.publication.book import PRODUCER, publication
from tests.services.publication.test_samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

Plain = dict[str, Any]

Q3 = BulletinName.parse("2023Q3")
UNITS_READ = 1_000
"""The script reads every unit."""


@pytest.fixture(scope="module")
def sample() -> Plain:
    """The edition of the project's own invented book."""
    document: Plain = orjson.loads((SAMPLES / f"evaluator-{EVALUATOR}.json").read_bytes())
    return document


@pytest.fixture(scope="module")
def letters(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Plain:
    """The third quarter of 2023 of a real ledger of letters, published for everybody."""
    at = Moment(StandingClock().now)
    with a_house(tmp_path_factory.mktemp("letters") / "data", StandingClock()) as house:
        ledger = LedgerImport(house.log, house.casework, house.instance, house.clock)
        ledger.run(sorted((shared / "data" / "petition_letters").glob("*.csv")), by=OPERATOR, rejects=None)
        return published(publication(house), at)


def published(pub: Publication, at: Moment) -> Plain:
    pub.freeze(Q3, PRODUCER, at)
    pub.approve(Q3, APPROVER, at, without_proof="样例")
    pub.publish(Q3, APPROVER, at)
    return pub.show(Q3).document


@pytest.fixture(scope="module", params=["sample", "letters"])
def edition(request: pytest.FixtureRequest) -> Plain:
    document: Plain = request.getfixturevalue(request.param)
    return document


def drawn(edition: Plain, form: str) -> bytes:
    return FORMS[form].draw(edition, Means(Pace(units_max=UNITS_READ), Settings()))


def tables(edition: Plain) -> Iterator[Plain]:
    for section in edition["sections"]:
        yield from section["tables"]


def test_the_workbook_says_what_the_edition_says(edition: Plain) -> None:
    read = of_workbook(drawn(edition, "xlsx"))
    assert [read[table["title"]["zh"]] for table in tables(edition)] == [expected(table) for table in tables(edition)]


def test_each_csv_file_says_what_the_edition_says(edition: Plain) -> None:
    read = of_archive(drawn(edition, "csv-zip"))
    assert read == {table["key"]: expected(table) for table in tables(edition)}


def test_the_text_says_what_the_edition_says(edition: Plain) -> None:
    read = of_markdown(drawn(edition, "md"))
    for table in tables(edition):
        assert read.get(table["title"]["zh"], {}) == expected(table)


def test_the_page_says_what_the_edition_says(edition: Plain) -> None:
    labels = {table["key"]: [label_of(column) for column in table["columns"]] for table in tables(edition)}
    read = of_page(drawn(edition, "html"), labels)
    assert read == {table["key"]: expected(table) for table in tables(edition)}


def unit_tables(edition: Plain) -> list[Plain]:
    found = [table for table in tables(edition) if table["key"] in {"units_episodes", "units", "other_units"}]
    assert found
    return found


def test_each_unit_stands_in_the_docx_with_the_figures_of_the_edition(edition: Plain) -> None:
    read = of_docx(drawn(edition, "docx"))
    for table in unit_tables(edition):
        found, said = read[table["title"]["zh"]], expected(table)
        assert found.items() <= {(head, squeezed(label)): text for (head, label), text in said.items()}.items()
        # A column that is not drawn has no figure in any line.
        shown = {label for _, label in found}
        assert {text for (_, label), text in said.items() if squeezed(label) not in shown} <= {"—"}


def squeezed(label: str) -> str:
    return "".join(label.split())


def test_each_unit_stands_in_the_pdf_with_the_figures_of_the_edition(edition: Plain) -> None:
    lines = lines_of_pdf(drawn(edition, "pdf"))
    for table in unit_tables(edition):
        for row in table["rows"]:
            figures = [cell["text"] for cell in row["cells"] if cell["value"] is not None]
            assert any(
                line[-len(figures) :] == figures and "".join(line[: -len(figures)]) in row["head"] for line in lines
            ), (row["head"], figures)


def test_each_unit_is_heard_with_the_figures_of_the_edition(edition: Plain) -> None:
    text = drawn(edition, "script").decode().partition("第四部分")[2].partition("第五部分")[0]
    heard_of: list[tuple[str, Read]] = []
    for table in tables(edition):
        if table["key"] not in {"units_episodes", "units", "other_units"}:
            continue
        for row in table["rows"]:
            said = {label_of(c): cell for c, cell in zip(table["columns"], row["cells"], strict=True)}
            heard_of.append((row["head"], unit_as_heard(text, row["head"], said)))
    assert heard_of
    for head, read in heard_of:
        assert read, head


def unit_as_heard(text: str, head: str, cells: dict[str, Plain]) -> Read:
    """Hold every clause of a line that begins with a unit's name against one line of the edition."""
    lines = [line for line in text.splitlines() if re.split("[，。]", line)[0] == head]
    found: list[Read] = []
    for line in lines:
        read: Read = {}
        for clause in re.split("[，。]", line)[1:-1]:
            label = max((one for one in cells if clause.startswith(one)), key=len)
            read[head, label] = clause.removeprefix(label)
        if all(agrees(read[head, label], cells[label]) for _, label in read):
            found.append(read)
    assert found, (head, lines)
    spoken = {label for _, label in found[0]}
    silent = {label for label, cell in cells.items() if cell["value"] is None}
    assert not spoken & silent
    assert spoken | silent >= {"受理", "应办结", "办结", "答复", "按时办结", "超时办结", "平均用时", "满意率"}
    return found[0]


def agrees(said: str, cell: Plain) -> bool:
    """Whether what is heard is the cell's value: whole but for durations, which are said to one decimal."""
    value = cell["value"]
    if isinstance(value, str) and not value.replace(".", "", 1).isdecimal():
        return said == f"为{value}"
    number = Decimal(value)
    if not cell["text"].endswith("%"):
        number = number.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return heard.figure(said.removeprefix("为")) == number


def test_the_script_with_its_cells_is_the_script_that_is_read(edition: Plain) -> None:
    document = orjson.loads(drawn(edition, "script-json"))
    text = drawn(edition, "script").decode()
    assert all(line["text"] in text for line in document["lines"])
    assert sum(len(line["figures"]) for line in document["lines"]) > 0


def test_parts_add_up_to_their_total_or_say_why_not(edition: Plain) -> None:
    for table in tables(edition):
        if table["total"] is None or table["key"] == "units_reconciled":
            continue
        for at, cell in enumerate(table["total"]["cells"]):
            parts = [row["cells"][at] for row in table["rows"]]
            if isinstance(cell["value"], int) and "不重复" not in table["total"]["head"]:
                assert sum(part["value"] or 0 for part in parts) == cell["value"], cell["id"]
            elif cell["value"] is None:
                assert cell["cause"]["zh"], cell["id"]


def test_the_units_lead_to_what_the_city_registered(edition: Plain) -> None:
    for table in tables(edition):
        if table["key"] == "units_reconciled":
            signs = [-1 if row["head"].startswith("减") else 1 for row in table["rows"]]
            values = [row["cells"][0]["value"] for row in table["rows"]]
            received = sum(sign * value for sign, value in zip(signs, values, strict=True))
            assert received == table["total"]["cells"][0]["value"]
