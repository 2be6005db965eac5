import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.timekeeping.rules import Purpose
from domain.timekeeping.working_calendar import WorkingYear
from services.editions import (
    EditionFault,
    load_calendar,
    load_conduct_codes,
    load_rules,
    shipped_calendar_years,
    shipped_conduct_codes,
    shipped_rulebook,
    shipped_rules,
)
from services.editions.table import EDITION_FILE_BYTES_MAX

RULES = """
edition = "2027-1"
title = "试行"
effective_from = 2027-01-01
warning_share_percent = 75
extensions_max = 2
[office_hours]
sessions = ["08:30-12:00", "14:00-17:30"]
[[limits]]
clause = "ordinary"
class = "ordinary"
purposes = ["citizen", "unit"]
value = 7
unit = "working_days"
source = "例"
when = { kinds = ["help"], programme = false, units = ["市教育局"] }
"""
CODES = """
edition = "2027-1"
title = "试行"
effective_from = 2027-01-01
[[codes]]
code = "inaction"
name = "不作为"
english = "not acting"
"""
YEAR_TOML = """
year = 2027
edition = "2027-2"
source = "通知"
[[days]]
date = 2027-10-01
name = "国庆节"
working = false
[[days]]
date = 2026-12-31
name = "元旦"
working = false
"""
YEAR_JSON = {
    "$schema": "https://example.org/schema.json",
    "$id": "https://example.org/2027.json",
    "year": 2027,
    "papers": ["https://example.org/notice"],
    "days": [
        {"name": "国庆节", "date": "2027-10-01", "isOffDay": True},
        {"name": "国庆节", "date": "2027-10-09", "isOffDay": False},
    ],
}
YEAR_CSV = "year,date,working,name\n2027,2027-10-01,false,国庆节\n\n2027,2027-10-09,true,国庆节\n"
YEAR_CSV_CHINESE = "年份,日期,上班,名称\r\n2027,2027-10-01,否,国庆节\r\n2027,2027-10-09,是,国庆节\r\n"

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return written


def test_a_calendar_is_shipped_for_every_year_that_the_library_publishes_and_no_other() -> None:
    years = [year.year for year in shipped_calendar_years()]
    assert years == list(range(2004, 2027))
    for unpublished in (years[0] - 1, years[-1] + 1):
        with pytest.raises(NotImplementedError):
            chinese_calendar.is_workday(date(unpublished, 6, 1))


def test_the_shipped_calendars_answer_as_the_library_does() -> None:
    calendar = shipped_rulebook(ZoneInfo("Asia/Shanghai")).calendar
    for ordinal in range(date(2004, 1, 1).toordinal(), date(2026, 12, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        assert calendar.is_working(day) is chinese_calendar.is_workday(day)


def test_a_shipped_edition_id_always_means_the_same_days() -> None:
    # Where the library corrects a year this fails: the shipped edition then needs a new serial number.
    said = repr(
        [(y.edition, [(f"{d.date}", d.working, d.name) for d in y.exceptions]) for y in shipped_calendar_years()]
    )
    assert (
        hashlib.sha256(said.encode()).hexdigest() == "f38e16f47f8bf44ff4b54469d3efbb9c0303ae9227d4f6f71d0c3610d3b9ead0"
    )


def test_the_shipped_rules_say_where_each_limit_comes_from() -> None:
    rules = shipped_rules()
    assert (rules.edition, rules.effective_from) == ("2026-2", date(2004, 1, 1))
    assert all(rule.source[:2] in {"法：", "例：", "本："} for rule in rules.limits)
    assert {rule.purpose for rule in rules.limits} == set(Purpose)
    assert rules.suspension_grounds
    assert rules.termination_grounds


def test_the_shipped_conduct_codes_name_what_the_documents_name() -> None:
    names = {code.name for code in shipped_conduct_codes().codes}
    assert {"不作为", "慢作为", "乱作为", "吃拿卡要", "推诿扯皮", "态度生冷", "乱收费"} <= names


def test_rules_are_read_from_a_file_or_from_bytes_with_or_without_bom(write: Write) -> None:
    rules = load_rules(write("rules.toml", RULES))
    assert rules == load_rules(RULES.encode("utf-8-sig")) == load_rules(RULES.replace("\n", "\r\n").encode())
    assert [(rule.purpose, rule.when.specificity) for rule in rules.limits] == [(Purpose.CITIZEN, 3), (Purpose.UNIT, 3)]
    assert (rules.hours.minutes_a_day, rules.warning_share_percent, rules.extensions_max) == (420, 75, 2)


def test_conduct_codes_are_read_from_a_file(write: Write) -> None:
    codes = load_conduct_codes(write("codes.toml", CODES))
    assert [(code.code, code.name, code.covers) for code in codes.codes] == [("inaction", "不作为", "")]


@pytest.mark.parametrize(
    ("old", "new", "field", "remedy"),
    [
        ('title = "试行"', "", "title", "缺少这一字段"),
        ('title = "试行"', 'title = " "', "title", "须为非空文字"),
        ('title = "试行"', 'titel = "试行"\ntitle = "试行"', "titel", "检查拼写"),
        ("= 2027-01-01", '= "明年"', "effective_from", "须为 2027-01-01 形式的日期"),
        ("= 2027-01-01", "= 2027-01-01T08:00:00", "effective_from", "不带时刻"),
        ("= 75", "= 0", "limits", "预警比例"),
        ("= 75", '= "75"', "warning_share_percent", "须为整数"),
        ("= 75", "= true", "warning_share_percent", "须为整数"),
        ("max = 2", "max = -1", "extensions_max", "不能小于 0"),
        ("08:30-12:00", "8点半到12点", "office_hours.sessions", "须写作 09:00-12:00"),
        ("08:30-12:00", "08:30-12:60", "office_hours.sessions", "须写作 09:00-12:00"),
        ("08:30-12:00", "08:30-15:00", "office_hours.sessions", "不重叠"),
        ('["08:30-12:00", "14:00-17:30"]', "[]", "office_hours.sessions", "时段"),
        ('["08:30-12:00", "14:00-17:30"]', "[8]", "office_hours.sessions", "非空文字的列表"),
        ('["08:30-12:00", "14:00-17:30"]', '"08:30-12:00"', "office_hours.sessions", "须为列表"),
        ("working_days", "business_days", "limits[1].unit", "working_days"),
        ("value = 7", "value = -7", "limits[1].value", "超出范围"),
        ("value = 7", "value = 7\nnone = true", "limits[1].none", "不能与 value、unit 并用"),
        ('value = 7\nunit = "working_days"', "none = false", "limits[1].none", "只能写 true"),
        ('["citizen", "unit"]', "[]", "limits[1].purpose", "缺少用途"),
        ('["citizen", "unit"]', '["citizen", "citizen"]', "limits", "重复"),
        ('["citizen", "unit"]', '["police"]', "limits[1].purposes", "citizen"),
        ("programme = false", "programme = 1", "limits[1].when.programme", "true 或 false"),
        ('["help"]', '["求助"]', "limits[1].when.kinds", "enquiry"),
        ("when = {", "when = { weather = 1,", "limits[1].when.weather", "检查拼写"),
        ("[[limits]]", "[limits]", "limits", "须为列表"),
        ("when = {", "when = 1 # {", "limits[1].when", "须为表"),
        ("[[limits]]", "[other]", "limits", "至少写一条"),
        ("[office_hours]", "[office_hours", "文件 file", "不是有效的 TOML"),
    ],
)
def test_a_slip_in_the_rules_is_named_by_its_field_with_the_remedy(old: str, new: str, field: str, remedy: str) -> None:
    assert old in RULES
    with pytest.raises(EditionFault) as caught:
        load_rules(RULES.replace(old, new).encode())
    assert (caught.value.field, remedy in caught.value.zh) == (field, True)
    assert caught.value.en
    assert str(caught.value) == f"{field}：{caught.value.zh} / {field}: {caught.value.en}"


@pytest.mark.parametrize(
    ("addition", "field"),
    [
        (
            '[[suspension_grounds]]\ncode = "a"\nname = "甲"\n[[suspension_grounds]]\ncode = "a"\nname = "乙"',
            "suspension_grounds",
        ),
        ('[[termination_grounds]]\ncode = "a"', "termination_grounds[1].name"),
        ('[[termination_grounds]]\ncode = "a"\nname = "甲"\nnote = ""', "termination_grounds[1].note"),
    ],
)
def test_a_ground_needs_a_code_of_its_own_and_a_name(addition: str, field: str) -> None:
    with pytest.raises(EditionFault) as caught:
        load_rules(f"{RULES}{addition}".encode())
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('[[codes]]\ncode = "inaction"\nname = "不作为"\nenglish = "not acting"', "", "codes"),
        ("[[codes]]", '[[codes]]\ncode = "x"\nname = "不作为"\nenglish = "x"\n[[codes]]', "codes"),
        ('english = "not acting"', "", "codes[1].english"),
        ('english = "not acting"', 'english = "not acting"\nlevel = 1', "codes[1].level"),
        ("edition =", "version = 1\nedition =", "version"),
    ],
)
def test_a_slip_in_the_conduct_codes_is_named_by_its_field(old: str, new: str, field: str) -> None:
    with pytest.raises(EditionFault) as caught:
        load_conduct_codes(CODES.replace(old, new).encode())
    assert caught.value.field == field


def test_a_year_is_read_from_json_csv_and_toml_alike(write: Write) -> None:
    from_json = load_calendar(write("2027.json", json.dumps(YEAR_JSON)))
    from_csv = load_calendar(write("2027.csv", YEAR_CSV))
    chinese = load_calendar(write("2027b.csv", YEAR_CSV_CHINESE))
    assert from_json.exceptions == from_csv.exceptions == chinese.exceptions
    assert from_json.edition == from_csv.edition == chinese.edition
    assert from_json.edition.startswith("2027-")
    assert from_json.source == "https://example.org/notice"


def test_a_year_in_toml_names_its_own_edition_and_may_move_a_december_day(write: Write) -> None:
    year = load_calendar(str(write("2027.TOML", YEAR_TOML)))
    assert (year.edition, year.source) == ("2027-2", "通知")
    assert [f"{day.date}" for day in year.exceptions] == ["2026-12-31", "2027-10-01"]


@pytest.mark.parametrize("year", [2018, 2019, 2022, 2023])
def test_the_published_notices_are_read_as_they_are(year: int, shared: Path) -> None:
    loaded = load_calendar(shared / "data" / "holidays" / f"{year}.json")
    assert isinstance(loaded, WorkingYear)
    assert loaded.year == year
    assert {day.date.year for day in loaded.exceptions} <= {year - 1, year}


@pytest.mark.parametrize(
    ("name", "text", "field", "remedy"),
    [
        ("2027.xlsx", "", "文件 file", ".json、.toml 或 .csv"),
        ("2027.json", "[]", "文件 file", "须为对象"),
        ("2027.json", "{", "文件 file", "不是有效的 JSON"),
        ("2027.json", '{"year": 2027, "days": [1]}', "days", "须为表的列表"),
        ("2027.json", '{"year": 2027, "days": [{"date": "2027-10-01", "isOffDay": true}]}', "days[1].name", "缺少"),
        ("2027.json", json.dumps(YEAR_JSON | {"day": 1}), "day", "检查拼写"),
        ("2027.json", json.dumps(YEAR_JSON | {"days": []}), "days", "国庆节"),
        ("2027.json", json.dumps(YEAR_JSON | {"year": 2030}), "days", "其他年份"),
        ("2027.json", json.dumps(YEAR_JSON | {"edition": "v1"}), "days", "须以年份开头"),
        (
            "2027.json",
            '{"year": 2027, "days": [{"date": 20271001, "isOffDay": true, "name": "国庆节"}]}',
            "days[1].date",
            "日期",
        ),
        ("2027.toml", YEAR_TOML.replace("2026-12-31", "2027-10-01"), "days", "不重复"),
        ("2027.csv", "", "第 1 行 line 1", "表头须为"),
        ("2027.csv", "year,date,working,name\n", "年份 year", "一个文件只放一年"),
        ("2027.csv", YEAR_CSV + "2028,2028-10-01,false,国庆节\n", "年份 year", "一个文件只放一年"),
        ("2027.csv", YEAR_CSV + "2027,2027-10-02,false\n", "第 5 行 line 5", "须有四列"),
        ("2027.csv", YEAR_CSV + "今年,2027-10-02,false,国庆节\n", "第 5 行 line 5", "年份须为数字"),
        ("2027.csv", YEAR_CSV + "2027,2027-10-02,休,国庆节\n", "第 5 行 line 5", "上班须为"),
        ("2027.csv", YEAR_CSV + "2027,10月2日,否,国庆节\n", "第 5 行 line 5.date", "形式的日期"),
    ],
)
def test_a_slip_in_a_calendar_is_named_with_the_remedy(
    write: Write, name: str, text: str, field: str, remedy: str
) -> None:
    with pytest.raises(EditionFault) as caught:
        load_calendar(write(name, text))
    assert (caught.value.field, remedy in caught.value.zh) == (field, True)


def test_a_file_in_another_encoding_or_too_large_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    with pytest.raises(EditionFault, match="UTF-8"):
        load_rules(RULES.encode("gb18030"))
    (tmp_path / "2027.json").write_bytes(b" " * (EDITION_FILE_BYTES_MAX + 1))
    with pytest.raises(EditionFault, match=str(EDITION_FILE_BYTES_MAX)):
        load_calendar(tmp_path / "2027.json")


@given(st.binary(max_size=200))
def test_whatever_bytes_come_the_answer_is_a_named_fault(content: bytes) -> None:
    with pytest.raises(EditionFault):
        load_rules(content)
