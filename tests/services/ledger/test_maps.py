import re
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.words import Channel, ComplaintKind
from services.ledger import MapRefused, load_map
from services.ledger.dates import DateOrder
from services.ledger.maps import MAP_BYTES_MAX
from services.ledger.vocabulary import Field
from tests.conftest import ROOT
from tests.services.ledger.conftest import Write, a_map

WHOLE = """
[columns]
source_id = "Case No"
title = "Subject"
text = "Body"
registered_at = "Received"
unit = "Department"
replied_at = "Answered"
reply = "Answer"
category = "Topic"
channel = "Door"
reporter = "Name"
[skip]
Status = ["void", "test"]
Region = "elsewhere"
[defaults]
channel = "web_mailbox"
kind = "投诉"
timezone = "Europe/Amsterdam"
rules = "petition"
date_order = "dmy"
[coverage]
from = 2025-01-01
to = "2025-06-30"
cases = "all"
acceptance_dates = true
"""


def test_a_whole_map_is_read() -> None:
    ledger_map = a_map(WHOLE)
    assert ledger_map.columns.by_field()[Field.SOURCE_ID] == "Case No"
    assert ledger_map.skip == {"Status": ["void", "test"], "Region": "elsewhere"}
    defaults, coverage = ledger_map.defaults, ledger_map.coverage
    assert (defaults.channel, defaults.kind) == (Channel.WEB_MAILBOX, ComplaintKind.COMPLAINT)
    assert (defaults.timezone, defaults.rules) == (ZoneInfo("Europe/Amsterdam"), "petition")
    assert defaults.date_order is DateOrder.DMY
    assert (coverage.from_, coverage.to, coverage.cases) == (date(2025, 1, 1), date(2025, 6, 30), "all")
    assert coverage.acceptance_dates is True


@pytest.mark.parametrize(
    ("toml", "key", "remedy"),
    [
        ("[column]", "column", "columns, skip, defaults, coverage"),
        ('[columns]\nname = "x"', "columns.name", "reporter_phone"),
        ("[columns]\ntitle = 3", "columns.title", "引号"),
        ("columns = 3", "columns", "[name]"),
        ("[skip]\nStatus = 3", "skip.Status.str", "引号"),
        ('[defaults]\nchannel = "pigeon"', "defaults.channel", "web_mailbox"),
        ('[defaults]\nkind = "grumble"', "defaults.kind", "praise"),
        ('[defaults]\ntimezone = "Mars/Olympus"', "defaults.timezone", "Asia/Shanghai"),
        ('[defaults]\ntimezone = "../../etc/passwd"', "defaults.timezone", "Asia/Shanghai"),
        ("[defaults]\ntimezone = 8", "defaults.timezone", "引号"),
        ('[defaults]\ndate_order = "american"', "defaults.date_order", "mdy"),
        ('[coverage]\ncases = "some"', "coverage.cases", "answered"),
        ('[coverage]\nfrom = "spring"', "coverage.from", "2025-01-31"),
        ('[coverage]\nacceptance_dates = "perhaps"', "coverage.acceptance_dates", "true"),
        ("[coverage]\nfrom = 2025-02-01\nto = 2025-01-01", "coverage", "from"),
        ("[coverage]\nfrom_ = 2025-02-01", "coverage.from_", "acceptance_dates"),
        ("title = ", "map", "TOML"),
    ],
)
def test_what_is_wrong_in_a_map_is_named_with_its_remedy(toml: str, key: str, remedy: str) -> None:
    with pytest.raises(MapRefused) as refused:
        a_map(toml)
    fault = refused.value.faults[0]
    assert fault.key == key
    assert remedy in fault.zh + fault.en
    assert key in str(refused.value)


def test_every_fault_of_a_map_is_named_at_once() -> None:
    with pytest.raises(MapRefused) as refused:
        a_map('[defaults]\nchannel = "pigeon"\n[coverage]\ncases = "some"\n[more]')
    assert [fault.key for fault in refused.value.faults] == ["defaults.channel", "coverage.cases", "more"]


def test_a_map_saved_with_a_mark_is_read(write: Write) -> None:
    assert load_map(write(WHOLE, "utf-8-sig", "map.toml")) == a_map(WHOLE)


@pytest.mark.parametrize("raw", ["[defaults]\nrules = '投诉'".encode("gbk"), b"#" * (MAP_BYTES_MAX + 1)])
def test_a_map_that_is_no_text_or_too_long_is_refused(write: Write, raw: bytes) -> None:
    with pytest.raises(MapRefused):
        load_map(write(raw, name="map.toml"))


def test_a_map_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MapRefused, match=r"none\.toml"):
        load_map(tmp_path / "none.toml")


def test_the_map_of_the_handbook_is_a_map(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "ledgers.md").read_text("utf-8")
    (told,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "map.toml").write_text(told, "utf-8")
    ledger_map = load_map(tmp_path / "map.toml")
    assert ledger_map.columns.by_field()[Field.REGISTERED_AT] == "Opened"
    assert ledger_map.coverage.cases == "all"
