"""What a presenter reads: whole sentences, each item in its place, and nothing that is meant for the eye."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from domain.facts import Moment
from domain.figures.figure import Figure
from domain.programme.events import OnAirUnit, Station, StationLevel
from domain.programme.state import Broadcast, Episode, EpisodeStatus
from domain.words import State
from services import unit_brief
from services.programme_pack import _opening
from services.programme_pack_forms import markdown, paper_of, script
from services.typesetting.paper import Card
from services.uncorrected import Uncorrected
from tests.composed import START

WATER, ROADS = "市水务局", "市道路管理处"
TODAY = date(2026, 4, 7)
NOTHING: dict[str, Any] = {"said": "—", "spoken": None, "trace": {}, "cause": {"zh": "无"}}


def told(said: str, spoken: str, **trace: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a trace
    return {"said": said, "spoken": spoken, "trace": trace, "cause": None}


def brief(unit: str, *measures: dict[str, Any], achievement: dict[str, Any] = NOTHING) -> dict[str, Any]:
    owed = [*measures, *[NOTHING] * (3 - len(measures))]
    head = {"unit": unit, "quarter": "2026Q2", "achievement": achievement}
    return {**head, "problems": [NOTHING] * 2, "measures": owed}


def item(place: int, kind: str, unit: str | None = None, receipt: str | None = None) -> dict[str, Any]:
    named = {"kind": kind, "kind_zh": kind, "title": f"环节{place}", "unit": unit, "receipt_no": receipt}
    return {"place": place, "starts_at": None, "minutes": 5, **named}


def promise(standing: str, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a promise
    made: dict[str, Any] = {"aired_on": "2026-03-10", "unit": ROADS, "text": "修好路灯", "due": "2026-03-27"}
    return {**made, "put_off": 0, "days_over": 0, "standing": standing, "standing_zh": standing, **said}


def echo(**said: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of an echo list
    return {"open": [], "kept": [], "broken": [], "last_episode": None, "last_cases": [], **said}


def pack(*items: dict[str, Any], **said: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a pack
    head = {"episode": "xf-1", "airs_on": "2026-04-07", "weekday": "周二", "airs_at": "09:00", "minutes": 50}
    return {
        "hotline": "行风热线",
        "episode": {**head, "planned_minutes": 56, "theme": None, "stations": [], "units": []},
        "opening": ["大家好！"],
        "run_down": list(items),
        "unit_briefs": [],
        "case_cards": [],
        "case_cards_left_out": 0,
        "last_promises": echo(),
        "echo": echo(),
        **said,
    }


def lines(*items: dict[str, Any], **said: Any) -> list[str]:  # noqa: ANN401 - parts of a pack
    """What is read out, without the prompter's remarks."""
    text = script(pack(*items, **said)).splitlines()[4:]
    return [line for line in text if line and not line.startswith("〖")]


def opened(*units: OnAirUnit, promises: bool = False) -> list[str]:
    stations = (Station("市广播电台", StationLevel.CITY), Station("掌上热线", StationLevel.NETWORK))
    aired = Broadcast(TODAY, "市广播电台", units, 0, 0, Moment(START), 1)
    made = Episode("xf-1", 1, EpisodeStatus.HELD, TODAY, "09:00", 60, stations, None, broadcast=aired)
    return _opening("行风热线（示例）", made, promises=promises)


def test_the_opening_says_the_hotlines_name_without_a_remark_and_promises_only_where_there_are_any() -> None:
    first, second, *rest = opened()
    assert first == "各位听众、各位网友，大家好！这里是行风热线，正在通过市广播电台、掌上热线为您直播。"
    assert (second, rest) == ("今天是2026年4月7日，星期二。", [])
    assert opened(promises=True)[2:] == ["以前在节目里作出的承诺兑现了没有，我们在“回音壁”里逐项回访。"]


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ([OnAirUnit(WATER, "祝清源", "局长")], ["今天走进直播间的是市水务局局长祝清源，欢迎您。"]),
        (
            [OnAirUnit(WATER, "祝清源", "局长"), OnAirUnit(ROADS)],
            ["今天走进直播间的是市水务局局长祝清源，还有市道路管理处的负责人，欢迎两位。"],
        ),
        (
            [OnAirUnit(WATER, "柳明", "副局长", "局长 祝清源", "防汛")],
            [
                "今天走进直播间的是市水务局副局长柳明，欢迎您。",
                "市水务局原定由局长祝清源上线，因防汛改由副局长柳明上线。",
            ],
        ),
    ],
)
def test_guests_are_welcomed_once_and_stand_ins_are_explained(units: list[OnAirUnit], said: list[str]) -> None:
    assert opened(*units)[2:] == said


@pytest.mark.parametrize(
    ("standing", "more", "said"),
    [
        ("open", {}, "期限是三月二十七日，正在履行。"),
        ("overdue", {"days_over": 11}, "期限是三月二十七日，到今天已经逾期十一天，还没有兑现。"),
        ("awaiting_check", {}, "期限是三月二十七日，结果已经报告，正在核验。"),
        ("kept", {"put_off": 1, "due": "2025-12-31"}, "延期一次后，期限是去年十二月三十一日，已经按期兑现。"),
        ("kept_late", {}, "期限是三月二十七日，已经兑现，但是晚于期限。"),
        ("broken", {}, "期限是三月二十七日，没有兑现。"),
    ],
)
def test_a_promise_is_said_with_its_day_its_deadline_and_how_it_stands(
    standing: str, more: dict[str, Any], said: str
) -> None:
    key = {"kept": "kept", "kept_late": "kept", "broken": "broken"}.get(standing, "open")
    read = lines(item(1, "echo"), echo=echo(**{key: [promise(standing, **more)]}))
    assert read[-1] == f"三月十日的节目里，市道路管理处承诺：修好路灯。{said}"


def test_the_calls_of_last_time_are_summed_up() -> None:
    calls = [{"status": status, "state": state} for status, state in (("closed_live", "已办结"), ("aired", "办理中"))]
    passed = {"status": "passed_over", "state": "已办结"}
    read = lines(item(1, "echo"), echo=echo(last_cases=[*calls, passed]))
    assert read[-1] == "上一期节目播出了两个来电，其中一个当场办结；到现在，一件已经办结，一件还在办理。"


def test_the_echo_is_read_before_the_closing_words_where_the_run_down_has_no_place_for_it() -> None:
    read = lines(item(1, "opening"), item(2, "closing"), echo=echo(open=[promise("open")]))
    assert [line[:4] for line in read] == ["大家好！", "还没有了", "三月十日", "今天的节"]


def test_each_point_of_a_brief_is_a_line_and_one_alone_is_not_numbered() -> None:
    owed = (told("办结 2 件", "尽快办结2件"), told("兑现", "兑现承诺"))
    read = lines(item(1, "brief", WATER), unit_briefs=[brief(WATER, *owed, achievement=told("满意率", "满意率高"))])
    assert read[-4:] == [
        "先看市水务局本季度的办理情况。",
        "成绩方面，满意率高。",
        "接下来要落实的，一是尽快办结两件。",
        "二是兑现承诺。",
    ]


def test_a_brief_without_figures_hands_over_to_the_unit() -> None:
    read = lines(item(1, "brief", WATER), unit_briefs=[brief(WATER)])
    assert read[-1] == "本季度可以比较的数据还不多，请市水务局介绍情况。"


def test_items_that_name_no_unit_share_the_units_that_no_item_names() -> None:
    units = [WATER, ROADS, "市教育局", "市民政局"]
    items = (item(1, "brief"), item(2, "brief", ROADS), item(3, "brief"), item(4, "echo"))
    read = [line for line in lines(*items, unit_briefs=[brief(unit) for unit in units]) if "本季度的办理" in line]
    assert [line[2:].removesuffix("本季度的办理情况。") for line in read] == [
        "市水务局",
        "市道路管理处",
        "市教育局",
        "市民政局",
    ]
    assert [line[:2] for line in read] == ["先看", "再看", "再看", "再看"]


def test_a_case_is_introduced_read_and_told_how_it_stands() -> None:
    card = {"receipt_no": "R1", "title": "路灯不亮", "text": "〔地点〕黑了三天。", "unit": ROADS, "state": "办理中"}
    read = lines(item(1, "case", receipt="R1"), item(2, "echo"), case_cards=[card])
    assert read[1:4] == ["有市民反映：路灯不亮。", "某地黑了三天。", "这件事由市道路管理处办理，目前办理中。"]


def test_what_has_no_words_of_its_own_says_so_to_the_presenter_alone() -> None:
    text = script(pack(item(1, "live_call"), item(2, "case"), item(3, "brief")))
    assert "现在接听热线电话，请导播接进听众。" in text
    assert "〖没有指定事项，由主持人组织。〗" in text
    assert "〖没有可介绍的上线单位。〗" in text


def test_a_run_down_that_is_too_long_says_so_above_everything() -> None:
    assert script(pack()).splitlines()[2] == "编排 56 分钟，排定 50 分钟，超 6 分钟"
    assert "## 三、编排单（编排 56 分钟，排定 50 分钟，超 6 分钟）" in markdown(pack())


def test_a_brief_on_paper_is_one_card_with_its_sources_and_once_as_of_when() -> None:
    as_of = {"quarter": "2026Q2", "as_of": "2026-04-07", "position": 9}
    owed = (
        told("超时未办结 2 件", "有2件", figure="overdue_open", cell="units.x.overdue_open", **as_of),
        told("兑现承诺", "兑现承诺", episode="xf-0", commitment=1, position=7),
        told("落实整改", "落实整改", receipt_no="R1", leg=2),
    )
    (card,) = [one for one in paper_of(pack(unit_briefs=[brief(WATER, *owed)])).blocks if isinstance(one, Card)]
    assert card.title == "市水务局（2026年第二季度）"
    assert dict(card.lines)["出处"] == (
        "措施一 2026Q2 units.x.overdue_open；措施二 xf-0 第 1 项承诺，事件第 7 条；措施三 R1 第 2 环节；"
        "数字截至 2026-04-07、第 9 条"
    )


def rate(key: str, numerator: Fraction | int, denominator: int, text: str) -> Figure:
    return Figure(key, Fraction(numerator), denominator, text)


@pytest.mark.parametrize(
    ("figure", "change", "gap", "said"),
    [
        (rate("on_time", 7, 7, "100.00%"), None, "0.25", "按时答复率100.00%，7件无一例外，比同组单位高25.00 个百分点"),
        (rate("returned", 0, 5, "0.00%"), "0.2", "0.1", "退单率为零，5件中一件也没有，比上季度低20.00 个百分点"),
        (rate("satisfied", Fraction(11, 2), 6, "91.67%"), "0.1", None, "满意率91.67%，比上季度高10.00 个百分点"),
        (rate("returned", 6, 5, "120.00%"), "-0.2", None, "退单率120.00%，比上季度高20.00 个百分点"),
        (rate("solved", 5, 6, "83.33%"), "-0.1", None, "解决率83.33%，6件中有5件，比上季度低10.00 个百分点"),
    ],
)
def test_a_rate_is_said_of_so_many_matters_and_above_or_below_whom(
    figure: Figure, change: str | None, gap: str | None, said: str
) -> None:
    differences = [None if one is None else Fraction(one) for one in (change, gap)]
    compared = unit_brief._Compared(figure.key, figure, differences[0], differences[1], 0)
    better = max(compared.differences) > 0
    assert unit_brief._aloud(compared, better=better) == said


@pytest.mark.parametrize(
    ("code", "due", "over", "said"),
    [
        ("限期整改", date(2025, 5, 20), 322, "把“限期整改”这项整改措施落实到位，期限是去年五月二十日，已经逾期322天"),
        ("限期整改", date(2026, 4, 20), 0, "把“限期整改”这项整改措施落实到位，期限是四月二十日"),
        (None, None, None, "对查实的问题拿出整改措施"),
    ],
)
def test_a_measure_that_is_owed_is_said_with_its_day(
    code: str | None, due: date | None, over: int | None, said: str
) -> None:
    at = Moment(START)
    one = Uncorrected(UUID(int=1), "R1", 1, WATER, State.CLOSED, None, at, code, due, over)
    assert unit_brief._measure(replace(one), TODAY).spoken == said
