"""The public face: every page well-formed, safe, self-sufficient, and showing what its model says and nothing else."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.facts import TOPICS
from domain.words import Channel, ComplaintKind, State
from gateways.pages.bulletin_page import (
    CHART_ROWS_MAX,
    CUTOFF_WORDS,
    ColumnView,
    NotAnEdition,
    read_edition,
    render_bulletin,
)
from gateways.pages.charts import bar_marks, line_through, part_marks, share_marks
from gateways.pages.console_pages import (
    CasePage,
    ClockDay,
    ClockView,
    HeldShare,
    HistoryRow,
    Reader,
    SignInPage,
    WorkListFilters,
    WorkListPage,
    WorkRow,
    render_case,
    render_sign_in,
    render_work_list,
    standing,
)
from gateways.pages.progress import (
    INNER_STEPS,
    PUBLIC_STEPS,
    STAGE_OF,
    STAGE_WORDS,
    PublicStage,
    Reached,
    public_step,
    road,
)
from gateways.pages.public_pages import (
    DueView,
    EditionLink,
    EditionsPage,
    FieldError,
    HomePage,
    MailboxForm,
    MailboxValues,
    PublicReply,
    PublicStepView,
    ReceiptPage,
    TrackForm,
    TrackPage,
    render_editions,
    render_home,
    render_mailbox,
    render_receipt,
    render_track,
    render_track_form,
)
from gateways.pages.rendering import (
    CONTENT_SECURITY_POLICY,
    NoticePage,
    Site,
    Words,
    due_text,
    render_notice,
    style_sheet,
    style_sheet_href,
)
from tests.conftest import ROOT

BEIJING = timezone(timedelta(hours=8))
SITE = Site(issuer="云川市政风行风热线办公室", telephone="0000-12345678", sample_notice=Words("演示数据", "Invented"))
SAMPLE = Path(__file__).with_name("bulletin_sample.json")
VOID = {"meta", "link", "input", "br", "hr", "img", "rect", "line", "polyline", "wbr"}
HOSTILE = "<script>alert(1)</script>\"'&]]>"


def sample_edition() -> dict[str, Any]:
    edition: dict[str, Any] = json.loads(SAMPLE.read_text(encoding="utf-8"))
    return edition


def at(month: int, day: int, hour: int = 9, minute: int = 30) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=BEIJING)


DUE = DueView(datetime(2025, 10, 16, 23, 59, 59, tzinfo=BEIJING))


def mailbox_come_back(text: str = "解放路地下通道三天没有灯。\n\n盼修复。", title: str = "") -> MailboxForm:
    return MailboxForm(
        idempotency_key="k-0123456789",
        values=MailboxValues("complaint", title, text, "林女士", "12", "市城市管理局"),
        errors=(
            FieldError("title", Words("请写一个标题", "A title is needed")),
            FieldError("phone", Words("电话号码不完整", "The number is incomplete")),
        ),
        attachments_to_choose_again=("照片 1.jpg", "证明.pdf"),
        units=("市城市管理局", "市水务集团"),
    )


def tracked(stage: PublicStage = PublicStage.ANSWERED, text: str = "路灯已于10月12日修复。\n谢谢反映。") -> TrackPage:
    return TrackPage(
        receipt_no="HF20251009-0012-K",
        kind=ComplaintKind.COMPLAINT,
        title="地下通道照明",
        registered_at=at(10, 9),
        deadline=DUE,
        stage=stage,
        steps=(
            PublicStepView(at(10, 9), Words("已登记", "Registered")),
            PublicStepView(at(10, 9, 14, 5), Words("已转承办单位", "Dispatched to the responsible unit")),
            PublicStepView(at(10, 13), Words("答复已送达", "The answer was delivered"), day_only=True),
        ),
        replies=(PublicReply(at(10, 13), text, "市城市管理局"),),
    )


def work_row(**changes: object) -> WorkRow:
    given: dict[str, Any] = {
        "id": "7b1f0c1e-0000-5000-8000-000000000001",
        "receipt_no": "HF20251009-0012-K",
        "kind": ComplaintKind.COMPLAINT,
        "channel": Channel.HOTLINE,
        "state": State.HANDLING,
        "unit": "市城市管理局",
        "title": "地下通道照明三天未修",
        "registered_at": at(10, 9),
        "deadline": DUE,
        "answered_at": None,
        "flags": ("yellow", "urged"),
    }
    return WorkRow(**{**given, **changes})


def work_list() -> WorkListPage:
    rows = (
        work_row(),
        work_row(receipt_no="HF20250930-0007-3", state=State.AWAITING_SIGNATURE, flags=("red", "listed"),
                 deadline=DueView(at(10, 9, 18, 0)), unit="市人力资源和社会保障局", title="窗口要求重复提交证明"),
        work_row(receipt_no="HF20251008-0031-7", state=State.CLOSED, answered_at=at(10, 10), flags=()),
        work_row(receipt_no="HF20261230-0001-A", deadline=DueView(DUE.due, provisional=True), flags=("something_new",)),
        work_row(receipt_no="HF20251009-0040-X", state=State.TRANSFERRED, unit=None, deadline=None, flags=()),
    )  # fmt: skip
    return WorkListPage(
        Reader("派单员"), rows, WorkListFilters("handling", "城管", "路灯"), date(2025, 10, 15), "/console?cursor=abc"
    )


def clock() -> ClockView:
    free = {date(2025, 10, 11): "周六", date(2025, 10, 12): "周日"}
    days = tuple(
        ClockDay(day, day not in free and day != date(2025, 10, 9), free.get(day, "工作日"), "市城市管理局")
        for day in (date(2025, 10, 9) + timedelta(days=n) for n in range(8))
    )
    return ClockView("citizen", "热线", "2026-2", "2025-1", 5, "working_days", at(10, 9), None, DUE, days, 5)


def case_page(text: str | None = "通道三天没有灯，\n晚上不敢走。") -> CasePage:
    history = (
        HistoryRow(1201, at(10, 9), at(10, 9, 9, 31), "complaint.registered.v1", "登记", "坐席 03", "坐席"),
        HistoryRow(
            1207, at(10, 9, 14, 5), at(10, 9, 14, 5), "complaint.dispatched.v1", "派单", "派单员 01", "派单员",
            details=(("单位", "市城市管理局"), ("期限", "2025-10-16")),
        ),
    )  # fmt: skip
    held = (HeldShare("热线", 155), HeldShare("市城市管理局", 1620))
    return CasePage(Reader("督办员"), work_row(), date(2025, 10, 15), text, history, (clock(),), held)


EDITIONS = EditionsPage(
    (
        EditionLink("2025Q3", Words("2025年第三季度", "Q3 2025"), "〔2025〕第3期", "行风热线季度通报", at(10, 12), 1),
        EditionLink("2025Q2", Words("2025年第二季度", "Q2 2025"), "〔2025〕第2期", "行风热线季度通报", at(7, 11)),
    )
)

PAGES: dict[str, str] = {
    "home": render_home(HomePage(EDITIONS.editions[0]), SITE),
    "home_without_bulletin": render_home(HomePage(), Site()),
    "mailbox": render_mailbox(MailboxForm("k-1"), SITE),
    "mailbox_come_back": render_mailbox(mailbox_come_back(), SITE),
    "receipt": render_receipt(ReceiptPage("HF20251009-0012-K", "7QK3-M9TD-VX", at(10, 9), DUE, 2), SITE),
    "receipt_provisional": render_receipt(
        ReceiptPage("HF20261231-0012-K", "7QK3-M9TD-VX", at(12, 31), DueView(DUE.due, True, True)), SITE
    ),
    "receipt_without_deadline": render_receipt(ReceiptPage("HF1", "7QK3", at(10, 9), None), SITE),
    "track_form": render_track_form(TrackForm(), SITE),
    "track_form_come_back": render_track_form(
        TrackForm("HF2025", (FieldError("query_code", Words("编号或查询码不对", "No match")),)), SITE
    ),
    "track": render_track(tracked(), SITE),
    "track_refused": render_track(tracked(PublicStage.REFUSED), SITE),
    "editions": render_editions(EDITIONS, SITE),
    "no_editions": render_editions(EditionsPage(()), SITE),
    "console_sign_in": render_sign_in(SignInPage(Words("令牌无效", "The token is not valid")), SITE),
    "console_list": render_work_list(work_list(), SITE),
    "console_empty": render_work_list(WorkListPage(Reader("审计员"), (), WorkListFilters(), date(2025, 1, 1)), SITE),
    "console_case": render_case(case_page(), SITE),
    "console_case_sealed": render_case(case_page(None), SITE),
    "notice": render_notice(NoticePage(Words("没有这个页面", "Not found"), Words("地址可能有误。", "Check it.")), SITE),
    "bulletin": render_bulletin(sample_edition(), site=SITE),
    "bulletin_file": render_bulletin(sample_edition()),
}


class Outline(HTMLParser):
    """Reads a page strictly: every element closed in its order, every attribute collected."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: dict[str, str] = {}
        self._ids: list[str | None] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice"
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
            self._ids.append(dict(attrs).get("id"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> out of order"
        self._ids.pop()

    def handle_data(self, data: str) -> None:
        for name in self._ids:
            if name is not None:
                self.texts[name] = self.texts.get(name, "") + data

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]


@pytest.fixture(params=sorted(PAGES))
def page(request: pytest.FixtureRequest) -> str:
    return PAGES[request.param]


def test_every_page_is_well_formed(page: str) -> None:
    outline = Outline(page)
    assert outline.open == []
    assert page.startswith('<!doctype html>\n<html lang="zh-CN">')
    assert (outline.tags["h1"], outline.tags["main"]) == (1, 1)
    head, _, body = page.partition("</head>")
    assert head.count("<title>") == 1
    # A chart has a title of its own, and says beside it what it shows.
    assert body.count("<title>") == body.count("<desc>")


def test_every_id_stands_once_and_every_reference_is_met(page: str) -> None:
    outline = Outline(page)
    ids = outline.values("id")
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    referred = [name for key in ("for", "aria-labelledby", "aria-describedby", "list") for name in outline.values(key)]
    referred += [href[1:] for href in outline.values("href") if href.startswith("#")]
    assert set(" ".join(referred).split()) <= set(ids)


def test_no_page_loads_anything_from_elsewhere_or_runs_a_script(page: str) -> None:
    outline = Outline(page)
    assert outline.tags["script"] == outline.tags["img"] == outline.tags["iframe"] == 0
    addresses = outline.values("href") + outline.values("src") + outline.values("action")
    assert [one for one in addresses if not one.startswith(("/", "#", "tel:"))] == []
    assert [one for one in addresses if one.startswith("//")] == []


def test_no_page_needs_more_than_the_policy_allows(page: str) -> None:
    names = {name for _, name, _ in Outline(page).attributes}
    assert "style" not in names
    assert not {name for name in names if name.startswith("on")}
    assert "script-src" not in CONTENT_SECURITY_POLICY


def test_every_typed_field_has_a_label(page: str) -> None:
    outline = Outline(page)
    labelled = set(outline.values("for"))
    fields = [value for tag, name, value in outline.attributes if tag in {"input", "textarea"} and name == "id"]
    assert set(fields) <= labelled


def test_the_style_sheet_loads_nothing_and_its_address_follows_its_content() -> None:
    assert not re.search(r"url\(|@import|@font-face", style_sheet())
    assert re.fullmatch(r"/static/hangfeng\.css\?v=[0-9a-f]{12}", style_sheet_href())


def test_every_class_that_a_page_uses_is_in_the_style_sheet() -> None:
    used = {name for text in PAGES.values() for value in Outline(text).values("class") for name in value.split()}
    styled = set(re.findall(r"\.([a-z][a-z0-9-]*)", style_sheet()))
    assert used - styled == {"ahead"}  # what lies ahead looks as a stage does by itself


@pytest.mark.parametrize(
    "page",
    [
        render_mailbox(mailbox_come_back(HOSTILE, HOSTILE), SITE),
        render_track(tracked(text=HOSTILE), SITE),
        render_track_form(TrackForm(HOSTILE), SITE),
        render_case(case_page(HOSTILE), SITE),
        render_sign_in(SignInPage(Words(HOSTILE, HOSTILE), HOSTILE), SITE),
        render_notice(NoticePage(Words(HOSTILE), Words(HOSTILE)), SITE),
        render_bulletin({**sample_edition(), "title": HOSTILE, "issuer": HOSTILE, "number": HOSTILE}),
    ],
)
def test_what_people_write_stays_text(page: str) -> None:
    outline = Outline(page)
    assert outline.tags["script"] == 0
    assert "&lt;script&gt;alert(1)" in page


def test_the_mailbox_keeps_what_was_typed() -> None:
    page = PAGES["mailbox_come_back"]
    outline = Outline(page)
    assert outline.texts["text"] == "\n解放路地下通道三天没有灯。\n\n盼修复。"
    assert {"林女士", "12", "市城市管理局", "k-0123456789"} <= set(outline.values("value"))
    assert '<input type="radio" name="kind" value="complaint" required checked>' in page
    assert "照片 1.jpg、证明.pdf" in page


def test_each_error_stands_beside_its_field_and_in_the_summary() -> None:
    outline = Outline(PAGES["mailbox_come_back"])
    assert "请写一个标题" in outline.texts["title-error"]
    assert "电话号码不完整" in outline.texts["phone-error"]
    assert "标题：请写一个标题" in outline.texts["errors"]
    assert outline.values("aria-invalid") == ["true", "true"]


def test_the_mailbox_offers_every_kind() -> None:
    outline = Outline(PAGES["mailbox"])
    offered = [value for tag, name, value in outline.attributes if tag == "input" and name == "value"]
    assert offered[1 : len(ComplaintKind) + 1] == [kind.value for kind in ComplaintKind]


def test_a_query_code_is_never_written_back_into_the_form() -> None:
    assert '<input type="text" id="query_code" name="query_code" maxlength' in PAGES["track_form_come_back"]
    assert 'value="HF2025"' in PAGES["track_form_come_back"]


def test_a_receipt_says_all_that_a_sender_needs() -> None:
    page = PAGES["receipt"]
    for words in ("HF20251009-0012-K", "7QK3-M9TD-VX", "2025年10月9日 09:30", "2025年10月16日", "/mailbox/track"):
        assert words in page


def test_a_provisional_deadline_is_said_to_be_one() -> None:
    assert "暂定" in PAGES["receipt_provisional"]
    assert "受理日期尚未登记" in PAGES["receipt_provisional"]
    assert "暂定" not in PAGES["receipt"]


@pytest.mark.parametrize(
    ("due", "text"),
    [
        (datetime(2025, 10, 16, 23, 59, 59, tzinfo=BEIJING), "2025年10月16日"),
        (datetime(2025, 10, 16, 23, 59, 59, 999999, tzinfo=BEIJING), "2025年10月16日"),
        (datetime(2025, 10, 16, 15, 0, tzinfo=BEIJING), "2025年10月16日 15:00"),
        (datetime(2025, 10, 16, 15, 0, tzinfo=UTC), "2025年10月16日 15:00"),
    ],
)
def test_a_deadline_in_days_shows_no_hour(due: datetime, text: str) -> None:
    assert due_text(due) == text


def test_every_state_has_a_stage_and_every_stage_its_words() -> None:
    assert set(STAGE_OF) == set(State)
    assert set(STAGE_WORDS) == set(PublicStage) == set(STAGE_OF.values())


def test_an_approved_reply_is_no_answer_before_it_is_delivered() -> None:
    assert STAGE_OF[State.REPLIED] is PublicStage.HANDLING
    assert STAGE_OF[State.AWAITING_FOLLOW_UP] is PublicStage.ANSWERED


def test_every_fact_of_a_complaint_is_either_shown_to_its_reporter_or_kept_among_the_offices() -> None:
    of_complaints = {fact for name, fact in TOPICS.items() if name.startswith("complaint.")}
    assert set(PUBLIC_STEPS) | INNER_STEPS == of_complaints
    assert not set(PUBLIC_STEPS) & INNER_STEPS
    assert all(public_step(fact) is None for fact in INNER_STEPS)


def test_the_road_marks_what_lies_behind_and_ahead() -> None:
    reached = [stage.reached for stage in road(PublicStage.HANDLING)]
    assert reached == [Reached.DONE, Reached.DONE, Reached.CURRENT, Reached.AHEAD, Reached.AHEAD]
    assert [stage.words.zh for stage in road(PublicStage.WITHDRAWN)] == ["已登记", "已撤回"]


@pytest.mark.parametrize(
    ("row", "today", "words", "tone"),
    [
        (work_row(), date(2025, 10, 10), "余 6 天", ""),
        (work_row(), date(2025, 10, 15), "余 1 天", "warning"),
        (work_row(), date(2025, 10, 16), "今日到期", "warning"),
        (work_row(), date(2025, 10, 17), "超 1 天", "bad"),
        (work_row(answered_at=at(10, 10)), date(2025, 10, 17), "已答复", "good"),
        (work_row(state=State.WITHDRAWN), date(2025, 10, 17), "—", ""),
        (work_row(deadline=None), date(2025, 10, 17), "—", ""),
    ],
)
def test_a_case_stands_by_its_deadline(row: WorkRow, today: date, words: str, tone: str) -> None:
    stand = standing(row, today)
    assert (stand.words, stand.tone) == (words, tone)


def test_the_calendar_shows_every_day_of_the_clock_once_under_its_weekday() -> None:
    weeks = clock().weeks
    shown = [line.day for week in weeks for line in week if line is not None]
    assert shown == [line.day for line in clock().days]
    assert all(line.day.weekday() == n for week in weeks for n, line in enumerate(week) if line is not None)


def test_a_clock_is_named_in_chinese() -> None:
    assert [replace(clock(), name=name).words for name in ("citizen", "leg 2", "dispatch")] == [
        "诉求人时限",
        "承办环节 2",
        "dispatch",
    ]


def test_a_sealed_narrative_is_said_to_be_sealed() -> None:
    assert "本令牌不能查看诉求内容" in PAGES["console_case_sealed"]
    assert "晚上不敢走" in PAGES["console_case"]


def test_an_unknown_flag_is_shown_as_it_is_written() -> None:
    assert "something_new" in PAGES["console_list"]


def cells_of(edition: dict[str, Any]) -> list[dict[str, Any]]:
    tables = [table for section in edition["sections"] for table in section["tables"]]
    rows = [row for table in tables for row in [*table["rows"], *([table["total"]] if table["total"] else [])]]
    return [cell for row in rows for cell in row["cells"]]


def test_the_bulletin_shows_the_text_of_every_cell_at_its_own_address() -> None:
    texts = Outline(PAGES["bulletin_file"]).texts
    for cell in cells_of(sample_edition()):
        assert texts[f"cell-{cell['id']}"].startswith(cell["text"])


def test_without_the_editions_texts_no_figure_is_left_on_the_page() -> None:
    edition = sample_edition()
    worded = {
        **edition,
        "sections": [
            {**without_digits(section), "no": section["no"], "key": section["key"]} for section in edition["sections"]
        ],
    }
    texts = Outline(render_bulletin(worded)).texts
    for section in edition["sections"]:
        assert not re.search(r"[0-9]", texts[section["key"]])


def without_digits(node: Any) -> Any:  # noqa: ANN401 - a tree of JSON
    """The same tree with every text spelt without digits, no fraction, and every value left as it is."""
    if isinstance(node, dict):
        kept = {key: value for key, value in node.items() if key not in {"numerator", "denominator"}}
        return {key: value if key in {"value", "id"} else without_digits(value) for key, value in kept.items()}
    if isinstance(node, list):
        return [without_digits(value) for value in node]
    return re.sub(r"[0-9]", "x", node) if isinstance(node, str) else node


def test_the_bulletin_has_all_ten_sections_and_an_annex() -> None:
    ids = Outline(PAGES["bulletin"]).values("id")
    keys = [section["key"] for section in sample_edition()["sections"]]
    assert [one for one in ids if one in {*keys, "annex"}] == [*keys, "annex"]
    assert len(keys) == 10


def test_an_empty_section_says_why() -> None:
    assert "本季度没有提交联席会议的疑难事项" in Outline(PAGES["bulletin"]).texts["hard_cases"]


def test_an_empty_section_without_a_cause_is_no_edition() -> None:
    edition = sample_edition()
    edition["sections"][7]["empty_because"] = None
    with pytest.raises(NotAnEdition, match=r"sections\[7\]"):
        render_bulletin(edition)


def test_a_missing_section_is_no_edition() -> None:
    edition = sample_edition()
    del edition["sections"][3]
    with pytest.raises(NotAnEdition, match="1 to 10"):
        render_bulletin(edition)


def test_a_figure_that_is_not_covered_names_its_cause_below_the_table() -> None:
    edition = read_edition(sample_edition())
    table = next(one for one in edition.sections[0].tables if one.key == "received_by_channel")
    assert [(note.mark, note.cause.zh) for note in table.notes] == [("①", "上季度微信渠道停用维护，未收件")]
    assert [row.cells[2].mark for row in table.rows] == ["", "", "①", ""]


def test_a_weighted_numerator_is_shown_as_the_edition_writes_it() -> None:
    edition = sample_edition()
    cell = cells_of(edition)[2]
    cell.update(numerator="1044.5", id="summary.on time")
    texts = Outline(render_bulletin(edition)).texts
    assert texts["cell-summary.on_time"] == "96.58% 1044.5/1082"


def test_the_same_edition_gives_the_same_bytes() -> None:
    assert render_bulletin(sample_edition()) == PAGES["bulletin_file"]


def test_a_bulletin_as_a_file_needs_nothing_beside_it_and_a_served_one_no_style_of_its_own() -> None:
    alone, served = Outline(PAGES["bulletin_file"]), Outline(PAGES["bulletin"])
    assert (alone.tags["link"], alone.tags["style"]) == (0, 1)
    assert (served.tags["link"], served.tags["style"]) == (2, 0)  # the style sheet and the feed
    assert [href for href in alone.values("href") if not href.startswith("#")] == []


def test_a_draft_says_that_it_must_not_be_quoted() -> None:
    assert "不得引用" in render_bulletin({**sample_edition(), "status": "figures_frozen"})
    assert "不得引用" not in PAGES["bulletin"]


def test_columns_may_head_the_rows_too() -> None:
    edition = sample_edition()
    table = edition["sections"][0]["tables"][1]
    table["columns"].insert(0, {"key": "channel", "label": "渠道"})
    shown = read_edition(edition).sections[0].tables[1]
    assert shown.head_label == Words("渠道")
    assert [column.key for column in shown.columns] == ["now", "year_before", "quarter_before"]


def test_a_table_may_say_how_it_is_drawn() -> None:
    edition = sample_edition()
    table = edition["sections"][6]["tables"][0]
    table["chart"] = {"form": "bars", "column": "corrected"}
    chart = read_edition(edition).sections[6].tables[0].chart
    assert chart is not None
    assert [(item.text, item.mark.length) for item in chart.items][:2] == [("27", 100.0), ("16", 59.259)]


def test_a_long_table_is_drawn_in_part_and_says_so() -> None:
    edition = sample_edition()
    table = edition["sections"][3]["tables"][0]
    row = table["rows"][0]
    table["rows"] = [renamed(row, n) for n in range(CHART_ROWS_MAX + 5)]
    chart = read_edition(edition).sections[3].tables[0].chart
    assert chart is not None
    assert (len(chart.items), chart.left_out) == (CHART_ROWS_MAX, 5)


def renamed(row: dict[str, Any], number: int) -> dict[str, Any]:
    changed = copy.deepcopy(row)
    for cell in changed["cells"]:
        cell["id"] += f".{number}"
    return changed


def places_in(node: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    below: list[tuple[str | int, ...]] = [path] if path else []
    if isinstance(node, dict):
        for key, value in node.items():
            below += places_in(value, (*path, key))
    if isinstance(node, list):
        for index, value in enumerate(node):
            below += places_in(value, (*path, index))
    return below


PLACES = places_in(sample_edition())


@given(st.sampled_from(PLACES), st.sampled_from([None, True, 7, 1.5, "x", "NaN", [], [None], {}, {"zh": 1}]))
def test_a_damaged_edition_is_shown_or_refused_by_name(place: tuple[str | int, ...], damage: object) -> None:
    edition = sample_edition()
    node: Any = edition
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = damage
    try:
        page = render_bulletin(edition)
    except NotAnEdition as refused:
        page = f"<p>{refused}</p>"
    assert Outline(page).open == []


VALUES = st.lists(st.none() | st.floats(-1e6, 1e9), max_size=30)


@given(VALUES)
def test_bars_stay_in_their_box(values: list[float | None]) -> None:
    lengths = [mark.length for mark in bar_marks(values)]
    assert all(length is None or 0 <= length <= 100 for length in lengths)
    if any(value is not None and value > 0 for value in values):
        assert max(length for length in lengths if length is not None) == 100


@given(VALUES)
def test_shares_fill_the_strip_and_no_more(values: list[float | None]) -> None:
    marks = share_marks(values)
    assert all(0 <= mark.start <= 100.1 for mark in marks)
    drawn = sum(mark.length for mark in marks if mark.length is not None)
    assert drawn == pytest.approx(100, abs=0.1) or drawn == 0


@given(VALUES)
def test_a_line_breaks_where_a_value_is_unknown(values: list[float | None]) -> None:
    line = line_through(values)
    assert len(line.dots) == sum(value is not None and value >= 0 for value in values)
    assert all(0 < x < 100 and 10 <= y <= 100 for x, y in line.dots)


def test_a_line_is_drawn_from_the_foot_to_near_the_head() -> None:
    assert line_through([0.0, 5.0, None, 10.0]).dots == ((12.5, 100.0), (37.5, 55.0), (87.5, 10.0))
    assert line_through([0.0, 5.0, None, 10.0]).stretches == ("12.5,100 37.5,55",)


def test_a_heading_of_a_wide_table_is_broken_between_its_words() -> None:
    labels = {"受理": 1, "应办结": 1, "按时办结": 2, "超时未办结": 2, "P90 用时": 2}
    for label, pieces in labels.items():
        column = ColumnView("key", Words(label), "件")
        assert len(column.pieces) == pieces
        assert "".join(column.pieces) == label


def test_the_annex_names_every_line_of_its_cutoff_in_words() -> None:
    samples = (ROOT / "tests" / "services" / "publication" / "samples").glob("evaluator-*.json")
    printed = [json.loads(sample.read_text("utf-8")) for sample in samples]
    assert printed
    for edition in printed:
        assert set(edition["annex"]["cutoff"]) <= set(CUTOFF_WORDS)


def test_a_figure_that_cannot_be_compared_stands_apart_from_the_line() -> None:
    line = line_through([1.0, 2.0, 4.0, 3.0], frozenset({2}))
    assert len(line.dots) == 4
    assert len(line.stretches) == 1
    assert "62.5" not in line.stretches[0]


def test_parts_of_what_was_due_leave_the_rest_empty() -> None:
    marks = part_marks([2.0, 1.0, None], 4.0)
    assert [(mark.start, mark.length) for mark in marks] == [(0.0, 50.0), (50.0, 25.0), (75.0, None)]
    assert [mark.length for mark in part_marks([0.0, 0.0], 0.0)] == [None, None]
