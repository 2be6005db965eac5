"""Ledgers as they really are; skipped where ../shared is missing."""

from collections import Counter
from pathlib import Path

import pytest

from domain.words import Channel
from services.ledger import CoverageTally, Flag, LedgerRow, RejectedRow, RowOutcome, SkippedRow, open_sheets, read_rows
from tests.services.ledger.conftest import a_map, the_rows


@pytest.fixture(scope="module")
def letters(shared: Path) -> list[RowOutcome]:
    return everything(sorted((shared / "data" / "petition_letters").glob("*.csv")))


@pytest.fixture(scope="module")
def answered_messages(shared: Path) -> list[RowOutcome]:
    return everything([shared / "data" / "leader_messages" / "附件4_答复至2019-06.xlsx"])


def everything(paths: list[Path]) -> list[RowOutcome]:
    return [row for path in paths for sheet in open_sheets(path) for row in read_rows(sheet)]


def test_each_petition_letter_is_taken_once_and_the_rest_has_its_reason(letters: list[RowOutcome]) -> None:
    rows = the_rows(letters)
    unique = {row.identity: row for row in rows}
    assert (len(unique), len(rows) - len(unique)) == (2033, 48)
    rejected = Counter(row.file for row in letters if isinstance(row, RejectedRow))
    assert rejected == {"2023-08-22_table_error.csv": 12, "2023-10-01_empty.csv": 1, "filelocation.csv": 1}
    assert not any(isinstance(row, SkippedRow) for row in letters)


def test_petition_letters_fall_into_their_quarters(letters: list[RowOutcome]) -> None:
    unique = {row.identity: row for row in the_rows(letters)}.values()
    quarters = Counter((row.replied.at.month + 2) // 3 for row in unique if row.replied)
    assert quarters == {2: 469, 3: 1564}
    assert {(row.channel, row.source, row.flags) for row in unique} == {
        (Channel.LETTER, "xfb.sh.gov.cn", (Flag.DAY_PRECISION,))
    }
    assert len({row.unit for row in unique if row.replied and row.replied.at.month > 6}) == 353


def test_the_second_of_two_equal_letters_says_the_same(letters: list[RowOutcome]) -> None:
    by_identity: dict[object, set[str]] = {}
    for row in the_rows(letters):
        by_identity.setdefault(row.identity, set()).add(row.digest)
    assert {len(digests) for digests in by_identity.values()} == {1}


def test_petition_letters_are_held_to_be_the_answered_ones(letters: list[RowOutcome]) -> None:
    tally = CoverageTally()
    for row in the_rows(letters):
        tally.add(row)
    coverage, _ = tally.conclude(a_map("").coverage)
    assert coverage is not None
    assert (coverage.cases, str(coverage.from_), str(coverage.to)) == ("answered", "2023-06-16", "2023-09-27")


def test_no_message_with_its_reply_is_lost(answered_messages: list[RowOutcome]) -> None:
    rows = the_rows(answered_messages)
    assert len(rows) == len(answered_messages) == 2310
    assert all(row.answered and row.source_id and row.channel is Channel.WEB_MAILBOX for row in rows)
    flags = Counter(flag for row in rows for flag in row.flags)
    assert flags == {Flag.UNIT_MISSING: 2310, Flag.NEAR_EMPTY_REPLY: 45, Flag.DAY_PRECISION: 1}


def test_no_junk_is_left_in_texts(answered_messages: list[RowOutcome]) -> None:
    texts = "".join(row.title + row.text + (row.reply or "") for row in the_rows(answered_messages))
    assert not [junk for junk in ("_x000D_", "\t", "\r", "\N{NO-BREAK SPACE}", "\u3000", "\u200b") if junk in texts]


def test_messages_with_excel_dates_are_all_read(shared: Path) -> None:
    outcomes = everything([shared / "data" / "leader_messages" / "附件3.xlsx"])
    rows = [row for row in outcomes if isinstance(row, LedgerRow)]
    assert len(rows) == len(outcomes) == len({row.identity for row in rows}) == 4326
    assert sum(Flag.DAY_PRECISION in row.flags for row in rows) == 14
