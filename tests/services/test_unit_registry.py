from datetime import date

import pytest

from domain.facts import Actor, Moment
from domain.refusals import EmptyText, ReorganisedBack
from domain.units import UnitAliased, UnitRegistry, UnitReorganised, registry
from domain.words import Role
from gateways.app import Hangfeng
from services.unit_registry import alias_unit, record_units, reorganise, suggest
from tests.composed import START

BY, AT = Actor("管理员", Role.ADMIN), Moment(START)


def aliased(alias: str, unit: str) -> UnitAliased:
    return UnitAliased(by=BY, occurred=AT, alias=alias, unit=unit)


@pytest.mark.parametrize(
    ("unit", "alias"),
    [
        ("上海市浦东新区教育局", "浦东新区教育局"),
        ("城管局", "城管 局"),
        ("Water Board", "water board"),
        ("城管局（本部）", "城管局(本部)"),
        ("人力资源和社会保障局", "人力资源与社会保障局"),
        ("市人力资源和社会保障局", "市人力资源社会保障局"),
        ("长海路街道办事处", "长海路街道办"),
        ("东海市大港新区市场监督管理局", "东海市大港新区市场监督管埋局"),
    ],
)
def test_spellings_of_one_unit_are_suggested_the_rarer_as_the_alias(unit: str, alias: str) -> None:
    (found,) = suggest({unit: 9, alias: 2}, UnitRegistry())
    assert (found.alias, found.unit, found.alias_count, found.unit_count) == (alias, unit, 2, 9)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第一人民医院急诊科", "第二人民医院急诊科"),
        ("东城区市场监督管理局", "西城区市场监督管理局"),
        ("教育局", "财政局"),
        ("杨浦区定海路街道办事处", "杨浦区长海路街道办事处"),
        ("青浦区国有资产监督管理委员会", "黄浦区国有资产监督管理委员会"),
        ("东海市青浦区体育局", "东海市青浦区教育局"),
        ("东海医科大学附属仁济医院", "东海医科大学附属瑞金医院"),
        ("东海市人民政府", "东海市黄浦区人民政府"),
        ("城管局", "城管局执法监督与综合协调指挥中心值班室"),
    ],
)
def test_units_that_a_word_tells_apart_are_not_suggested(one: str, other: str) -> None:
    assert suggest({one: 5, other: 4}, UnitRegistry()) == []


def test_what_is_known_already_is_not_suggested() -> None:
    units = registry([aliased("浦东新区教育局", "上海市浦东新区教育局")])
    assert suggest({"上海市浦东新区教育局": 9, "浦东新区教育局": 2}, units) == []


def test_what_others_record_meanwhile_is_looked_at_again(composed: Hangfeng) -> None:
    asked = []

    def facts(standing: UnitRegistry) -> list[UnitAliased]:
        asked.append(dict(standing.aliases))
        if len(asked) == 1:
            record_units(composed.log, [aliased("甲", "乙")])
        return [aliased("丙", "乙")]

    (recorded,) = record_units(composed.log, facts)
    assert recorded.version == 2
    assert asked == [{}, {"甲": "乙"}]


def moved(old: str, new: str, day: str) -> UnitReorganised:
    return UnitReorganised(by=BY, occurred=AT, old=old, new=new, effective_from=date.fromisoformat(day))


@pytest.mark.parametrize(
    ("old", "new", "day"),
    [
        ("乙局", "甲局", "2026-01-01"),
        ("乙局", "甲局", "2027-01-01"),
        ("丙局", "甲局", "2026-02-01"),
        ("乙局", "甲局旧称", "2026-01-01"),
    ],
)
def test_no_reorganisation_leads_back_on_any_day(composed: Hangfeng, old: str, new: str, day: str) -> None:
    record_units(composed.log, [moved("甲局", "乙局", "2026-06-01"), moved("乙局", "丙局", "2026-09-01")])
    record_units(composed.log, [aliased("甲局旧称", "甲局")])
    with pytest.raises(ReorganisedBack):
        reorganise(composed.log, old, new, date.fromisoformat(day), BY, AT)


def test_of_two_units_that_took_the_same_work_the_later_has_it() -> None:
    units = registry([moved("甲局", "丙局", "2027-01-01"), moved("甲局", "乙局", "2026-06-01")])
    days = ("2026-05-31", "2026-06-01", "2026-12-31", "2027-01-01")
    assert [units.resolve("甲局", date.fromisoformat(day)) for day in days] == ["甲局", "乙局", "乙局", "丙局"]


def test_a_reorganisation_told_by_aliases_is_that_of_the_units() -> None:
    units = registry([moved("甲", "乙", "2026-06-01"), aliased("甲", "甲局"), aliased("乙", "乙局")])
    assert units.resolve("甲局", date(2026, 6, 1)) == "乙局"


def test_white_space_around_a_name_makes_no_other_unit(composed: Hangfeng) -> None:
    assert reorganise(composed.log, " 甲局 ", "乙局\n", date(2026, 6, 1), BY, AT)
    assert not reorganise(composed.log, "甲局", "乙局", date(2026, 6, 1), BY, AT)
    assert alias_unit(composed.log, " 甲 ", "甲局", BY, AT)
    assert not alias_unit(composed.log, "甲", "甲局", BY, AT)
    with pytest.raises(EmptyText):
        reorganise(composed.log, "　", "乙局", date(2026, 6, 1), BY, AT)


def test_no_alias_makes_reorganisations_lead_in_a_circle(composed: Hangfeng) -> None:
    reorganise(composed.log, "甲局", "乙局", date(2026, 1, 1), BY, AT)
    reorganise(composed.log, "丙局", "丁局", date(2026, 2, 1), BY, AT)
    alias_unit(composed.log, "丙局", "乙局", BY, AT)
    with pytest.raises(ReorganisedBack):
        alias_unit(composed.log, "丁局", "甲局", BY, AT)
    assert alias_unit(composed.log, "丁局（本级）", "丁局", BY, AT)
