import csv
from pathlib import Path

import pytest

from services.ledger import RejectedRow, RejectsFile
from tests.services.ledger.conftest import Read, only_rejection


def test_rejects_name_file_line_field_reason_and_remedy_and_quote_nothing(read: Read, tmp_path: Path) -> None:
    rejected = only_rejection(read("标题,登记日期,内容\n某人的私事,昨天夜里,某人的电话\n"))
    with RejectsFile(tmp_path / "rejects.csv") as rejects:
        rejects.add(rejected)
    written = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")
    ((file, line, field, reason, remedy),) = list(csv.reader(written.splitlines()))[1:]
    assert (file, line, field) == ("台账.csv", "2", "registered_at")
    assert "登记日期" in reason
    assert "2025-01-31" in remedy
    assert not any(word in written for word in ("某人", "昨天"))


def test_an_import_that_breaks_off_leaves_the_last_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    path.write_text("the last whole file")
    with pytest.raises(KeyError), RejectsFile(path):
        raise KeyError
    assert path.read_text() == "the last whole file"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_named_like_a_formula_is_no_formula(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "rejects.csv") as rejects:
        rejects.add(RejectedRow("=1+1.csv", 2, "title", "一", "one", "改"))
    assert "'=1+1.csv" in (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")
    assert rejects.rows == 1
