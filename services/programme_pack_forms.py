"""The forms of a pack: Markdown, the host's script, PDF and DOCX, each drawn from the one document alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import orjson

from domain.figures.figure import NONE
from domain.periods import Quarter
from domain.programme.commitments import Standing
from domain.programme.state import CallStatus
from domain.words import CHINESE, State
from services.programme_pack import dated
from services.publication.spoken import near_day, text_aloud
from services.typesetting.paper import (
    Block,
    Body,
    Card,
    Cell,
    Column,
    Heading,
    PageBreak,
    Paper,
    Row,
    Table,
    chinese_date,
)
from services.typesetting.pdf import pdf_of
from services.typesetting.typefaces import Typefaces
from services.typesetting.word import docx_of

Pack = Mapping[str, Any]

FORMS: Final = ("pdf", "docx", "md", "script", "json")
SUFFIXES: Final = {"pdf": ".pdf", "docx": ".docx", "md": ".md", "script": ".txt", "json": ".json"}
MEDIA: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "script": "text/plain; charset=utf-8",
    "json": "application/json",
}

_ECHO: Final = (("open", "未了"), ("kept", "已兑现"), ("broken", "未兑现"))
_STANDING_ALOUD: Final = {
    Standing.OPEN: "正在履行",
    Standing.AWAITING_CHECK: "结果已经报告，正在核验",
    Standing.OVERDUE: "还没有兑现",
    Standing.KEPT: "已经按期兑现",
    Standing.KEPT_LATE: "已经兑现，但是晚于期限",
    Standing.BROKEN: "没有兑现",
}
_NTH: Final = ("一", "二", "三")
_ENDS: Final = ("。", "！", "？", "……", "”")
_ORDINALS: Final = "一二三"
_NUMBERS: Final = "一二三四五六七八九"


def form_of(pack: Pack, form: str, typefaces: Typefaces) -> bytes:
    """Return a pack in one of its forms. Raises ``KeyError`` for a form that there is none of, and ``NotSet``."""
    match form:
        case "pdf":
            return pdf_of(paper_of(pack), typefaces)
        case "docx":
            return docx_of(paper_of(pack))
        case "md":
            return markdown(pack).encode()
        case "script":
            return script(pack).encode()
        case "json":
            return orjson.dumps(pack, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        case _:
            raise KeyError(form)


# --- words that the forms share -------------------------------------------------------------------------------------


def _title(pack: Pack) -> str:
    return f"{pack['hotline']}节目资料"


def _stations(pack: Pack) -> str:
    return "、".join(f"{one['name']}（{one['level']}）" for one in pack["episode"]["stations"])


def _when(pack: Pack) -> str:
    head = pack["episode"]
    hour = f" {head['airs_at']}" if head["airs_at"] else ""
    return f"{head['episode']}  {chinese_date(dated(dict(pack)))}（{head['weekday']}）{hour}".rstrip()


def _brief_line(line: Mapping[str, Any]) -> str:
    if line["cause"] is not None:
        return f"{NONE}（{line['cause']['zh']}）"
    return str(line["said"])


def _trace(line: Mapping[str, Any]) -> str:
    """Return where a line of a brief comes from, in one short phrase."""
    return "，".join(part for part in (_source(line["trace"]), _as_of(line["trace"])) if part)


def _source(trace: Mapping[str, Any]) -> str:
    if "commitment" in trace:
        return f"{trace['episode']} 第 {trace['commitment']} 项承诺，事件第 {trace['position']} 条"
    if "receipt_no" in trace:
        return f"{trace['receipt_no']} 第 {trace['leg']} 环节"
    return f"{trace['quarter']} {trace.get('cell', trace['figure'])}" if trace else ""


def _as_of(trace: Mapping[str, Any]) -> str:
    return f"截至 {trace['as_of']}、第 {trace['position']} 条" if "as_of" in trace else ""


def _traces(lines: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Return where the lines of a brief come from: each its own source, and once as of when their figures are."""
    sources = [f"{label} {said}" for label, line in lines if (said := _source(line["trace"]))]
    as_of = dict.fromkeys(said for _, line in lines if (said := _as_of(line["trace"])))
    return "；".join((*sources, *(f"数字{said}" for said in as_of)))


def _standing(promise: Mapping[str, Any]) -> str:
    over = f" {promise['days_over']} 天" if promise["days_over"] else ""
    put_off = f"（延期 {promise['put_off']} 次）" if promise["put_off"] else ""
    return f"{promise['standing_zh']}{over}{put_off}"


def _planned(head: Mapping[str, Any]) -> str:
    """Say how long the run-down is, beside how long the episode is on air."""
    planned, minutes = head["planned_minutes"], head["minutes"]
    over = f"，超 {planned - minutes} 分钟" if minutes is not None and planned > minutes else ""
    return f"编排 {planned} 分钟，排定 {minutes or NONE} 分钟{over}"


def _guests(pack: Pack) -> Iterator[tuple[str, str, str, str]]:
    for one in pack["episode"]["units"]:
        head = {True: "是", False: "否", None: NONE}[one["head"]]
        stands_in = ""
        if one["substitutes_for"]:
            reason = f"（{one['reason']}）" if one["reason"] else ""
            stands_in = f"代{one['substitutes_for'].replace(' ', '')}{reason}"
        yield one["unit"], f"{one['leader'] or NONE} {one['post'] or ''}".rstrip(), head, stands_in


# --- Markdown -------------------------------------------------------------------------------------------------------


def markdown(pack: Pack) -> str:
    """Return a pack as Markdown."""
    return "\n".join(_markdown(pack)) + "\n"


def _markdown(pack: Pack) -> Iterator[str]:
    head = pack["episode"]
    yield from (f"# {_title(pack)}", "", f"**{_when(pack)}**  ")
    yield f"播出台：{_stations(pack)}  "
    yield f"主题：{head['theme'] or NONE}"
    yield from ("", "## 一、上线单位", "")
    yield from _rows(("单位", "上线领导", "一把手", "替代"), list(_guests(pack)))
    yield from ("", "## 二、主持人开场", "")
    yield from (f"> {line}  " for line in pack["opening"])
    yield from ("", f"## 三、编排单（{_planned(head)}）", "")
    yield from _rows(
        ("序", "开始", "分钟", "环节", "标题", "单位", "受理编号"),
        [
            (
                str(one["place"]),
                one["starts_at"] or NONE,
                str(one["minutes"]),
                one["kind_zh"],
                one["title"],
                one["unit"] or "",
                one["receipt_no"] or "",
            )
            for one in pack["run_down"]
        ],
    )
    yield from ("", "## 四、单位情况（一点成绩、两点问题、三点措施）")
    for brief in pack["unit_briefs"]:
        yield from ("", f"### {_brief_title(brief)}", "")
        for label, line in _labelled(brief):
            yield f"- {label}：{_brief_line(line)}" + (f" 〔出处 {_trace(line)}〕" if _trace(line) else "")
    yield from ("", "## 五、上期承诺兑现情况", "")
    yield from _markdown_promises(pack["last_promises"])
    yield from ("", f"## 六、回音壁（上期 {pack['echo']['last_episode'] or NONE}）", "")
    yield from _markdown_promises(pack["echo"])
    yield from ("", "上期来电：", "")
    yield from _rows(
        ("受理编号", "节目中", "事项", "现状", "单位"),
        [
            (one["receipt_no"], one["status_zh"], one["subject"], one["state"], one["unit"] or NONE)
            for one in pack["echo"]["last_cases"]
        ],
    )
    yield from ("", "## 七、案例卡（已脱敏）")
    for card in pack["case_cards"]:
        yield from ("", f"### {card['receipt_no']} {card['title']}", "")
        for label, text in _card_lines(card):
            yield f"- {label}：{text}"
    if pack["case_cards_left_out"]:
        yield from ("", f"另有 {pack['case_cards_left_out']} 件未列。")


def _brief_title(brief: Mapping[str, Any]) -> str:
    return f"{brief['unit']}（{Quarter.parse(brief['quarter']).chinese}）"


def _labelled(brief: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "成绩", brief["achievement"]
    for number, line in zip(_ORDINALS, brief["problems"], strict=False):
        yield f"问题{number}", line
    for number, line in zip(_ORDINALS, brief["measures"], strict=False):
        yield f"措施{number}", line


def _markdown_promises(parts: Mapping[str, Any]) -> Iterator[str]:
    rows = [(said, one["unit"], one["text"], one["due"], _standing(one)) for key, said in _ECHO for one in parts[key]]
    yield from _rows(("类", "单位", "承诺", "期限", "现状"), rows)


def _rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        yield "（无）"
        return
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "／") for cell in row) + " |"


def _card_lines(card: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    lines = [
        ("事项", f"{card['subject']}（{card['kind']}）"),
        ("登记", card["registered_on"]),
        ("单位", card["unit"] or NONE),
        ("现状", card["state"]),
        ("内容", card["text"]),
    ]
    if card["reply"] is not None:
        lines.append(("答复", card["reply"]))
    return tuple(lines)


# --- the script -----------------------------------------------------------------------------------------------------


def script(pack: Pack) -> str:
    """Return what the host reads aloud: item by item of the run-down, numbers written as they are said."""
    return "\n".join(_script(pack)) + "\n"


def _script(pack: Pack) -> Iterator[str]:
    yield from (f"【{pack['hotline']}播报稿】", _when(pack), _planned(pack["episode"]), "〖〗内为提示，不读。")
    # The opening words are said where the run-down has an opening, and before everything where it has none; an echo
    # list that has anything is read where the run-down has its place, and before the closing words where it has none.
    items = pack["run_down"]
    opening = next((item for item in items if item["kind"] == "opening"), None)
    closing = next((item for item in items if item["kind"] == "closing"), None)
    echo = pack["echo"]
    told = any(echo[key] for key, _ in _ECHO) or bool(echo["last_cases"])
    homeless = told and not any(item["kind"] == "echo" for item in items)
    if opening is None:
        yield from ("", "〖开场〗")
        yield from _opening_aloud(pack)
    for item in items:
        if item is closing and homeless:
            yield from ("", "〖回音壁〗", *_echo_aloud(pack))
        at = f"{item['starts_at']} " if item["starts_at"] else ""
        yield from ("", f"〖{item['kind_zh']}〗{at}{item['title']}（{item['minutes']} 分钟）")
        if item is opening:
            yield from _opening_aloud(pack)
        yield from _said_in(pack, item)
    if closing is None and homeless:
        yield from ("", "〖回音壁〗", *_echo_aloud(pack))


def _said_in(pack: Pack, item: Mapping[str, Any]) -> Iterator[str]:
    match item["kind"]:
        case "brief":
            yield from _briefs_aloud(pack, item)
        case "echo":
            yield from _echo_aloud(pack)
        case "case" | "live_call":
            yield from _case_aloud(pack, item)
        case "closing":
            yield "今天的节目就到这里。直播中没有答复的问题，我们会逐件转办、逐件回访，感谢您的收听。"
        case _:
            return


def _opening_aloud(pack: Pack) -> Iterator[str]:
    yield from (text_aloud(line) for line in pack["opening"])


def _briefs_aloud(pack: Pack, item: Mapping[str, Any]) -> Iterator[str]:
    """Read the brief of the item's unit; items that name none share the units that no item names, in order."""
    briefs = pack["unit_briefs"]
    items = [one for one in pack["run_down"] if one["kind"] == "brief"]
    named = {one["unit"] for one in items}
    free = [brief for brief in briefs if brief["unit"] not in named]
    nameless = [one["place"] for one in items if one["unit"] is None]
    if item["unit"] is not None:
        mine = [brief for brief in briefs if brief["unit"] == item["unit"]]
    else:
        turn = nameless.index(item["place"])
        # The last of them takes all that are left.
        mine = free[turn:] if item["place"] == nameless[-1] else free[turn : turn + 1]
    if not mine:
        yield "〖没有可介绍的上线单位。〗"
    for brief in mine:
        yield from _brief_aloud(brief, first=brief is briefs[0])


def _brief_aloud(brief: Mapping[str, Any], *, first: bool) -> Iterator[str]:
    yield f"{'先看' if first else '再看'}{brief['unit']}本季度的办理情况。"
    parts = (
        ("成绩方面，", [brief["achievement"]]),
        ("问题方面，", brief["problems"]),
        ("接下来要落实的，", brief["measures"]),
    )
    nothing = True
    for head, lines in parts:
        told = [line["spoken"] or line["said"] for line in lines if line["cause"] is None]
        for at, one in enumerate(told):
            nothing = False
            # A line a point: what one breath carries.
            nth = f"{_NTH[at]}是" if len(told) > 1 else ""
            yield text_aloud(f"{head if at == 0 else ''}{nth}{_sentence(one)}")
    if nothing:
        yield f"本季度可以比较的数据还不多，请{brief['unit']}介绍情况。"


def _case_aloud(pack: Pack, item: Mapping[str, Any]) -> Iterator[str]:
    cards = [card for card in pack["case_cards"] if card["receipt_no"] == item["receipt_no"]]
    if not cards:
        live = item["kind"] == "live_call"
        yield "现在接听热线电话，请导播接进听众。" if live else "〖没有指定事项，由主持人组织。〗"
    for card in cards:
        yield text_aloud(f"有市民反映：{_sentence(card['title'])}")
        yield text_aloud(_sentence(card["text"]))
        by = f"由{card['unit']}办理，" if card["unit"] else ""
        yield f"这件事{by}目前{card['state']}。"


def _sentence(text: str) -> str:
    return text if text.endswith(_ENDS) else f"{text}。"


def _echo_aloud(pack: Pack) -> Iterator[str]:
    echo, today = pack["echo"], dated(dict(pack))
    if not any(echo[key] for key, _ in _ECHO):
        yield "此前各期没有记录现场承诺。"
    heads = {"open": "还没有了结的承诺有{}项。", "kept": "已经兑现的有{}项。", "broken": "没有兑现的有{}项。"}
    for key, head in heads.items():
        if echo[key]:
            yield text_aloud(head.format(len(echo[key])))
            yield from (_promise_aloud(one, today) for one in echo[key])
    yield from _last_cases_aloud(echo["last_cases"])


def _promise_aloud(one: Mapping[str, Any], today: date) -> str:
    aired, due = (near_day(date.fromisoformat(one[name]), today) for name in ("aired_on", "due"))
    put_off = f"延期{one['put_off']}次后，" if one["put_off"] else ""
    over = f"到今天已经逾期{one['days_over']}天，" if one["days_over"] else ""
    stands = _STANDING_ALOUD[one["standing"]]
    return text_aloud(
        f"{aired}的节目里，{one['unit']}承诺：{one['text'].rstrip('。')}。{put_off}期限是{due}，{over}{stands}。"
    )


def _last_cases_aloud(cases: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    heard = [one for one in cases if one["status"] in {CallStatus.AIRED, CallStatus.CLOSED_LIVE}]
    if not heard:
        return
    live = sum(one["status"] == CallStatus.CLOSED_LIVE for one in heard)
    closed = sum(one["state"] == CHINESE[State.CLOSED] for one in heard)
    at_once = f"，其中{live}个当场办结" if live else ""
    rest = f"，{len(heard) - closed}件还在办理" if closed < len(heard) else ""
    now = f"{closed}件已经办结{rest}" if closed else f"{len(heard)}件都还在办理"
    yield text_aloud(f"上一期节目播出了{len(heard)}个来电{at_once}；到现在，{now}。")


# --- on paper -------------------------------------------------------------------------------------------------------


def paper_of(pack: Pack) -> Paper:
    """Return a pack as it stands on paper: what the host needs first on the first page, a card never cut in two."""
    return Paper(
        title=_title(pack),
        subtitle=_when(pack),
        author=pack["hotline"],
        dated=dated(dict(pack)),
        blocks=tuple(_blocks(pack)),
        subject=pack["episode"]["theme"] or "",
        keywords=("节目资料", pack["episode"]["episode"]),
    )


def _blocks(pack: Pack) -> Iterator[Block]:
    head = pack["episode"]
    yield Body(
        f"播出台：{_stations(pack)}。主题：{head['theme']}。" if head["theme"] else f"播出台：{_stations(pack)}。"
    )
    yield Table(
        "上线单位",
        "单位",
        (Column("上线领导", wordy=True), Column("一把手", wordy=True), Column("替代", wordy=True)),
        tuple(Row(one[0], tuple(Cell(text) for text in one[1:])) for one in _guests(pack)),
    )
    number = iter(_NUMBERS)
    yield Heading(1, f"{next(number)}、主持人开场")
    yield from (Body(line) for line in pack["opening"])
    yield Heading(1, f"{next(number)}、编排单")
    yield from _run_down_blocks(pack)
    yield Heading(1, f"{next(number)}、单位情况")
    for brief in pack["unit_briefs"]:
        lines = [(label, line) for label, line in _labelled(brief)]
        told = tuple((label, _brief_line(line)) for label, line in lines)
        traces = _traces(lines)
        yield Card(_brief_title(brief), (*told, ("出处", traces)) if traces else told)
    yield Heading(1, f"{next(number)}、上期承诺兑现情况")
    yield from _promise_blocks("本期上线单位此前的承诺", pack["last_promises"])
    yield Heading(1, f"{next(number)}、回音壁")
    yield from _promise_blocks("此前各期的承诺", pack["echo"])
    yield from _last_cases(pack["echo"])
    if pack["case_cards"]:
        yield PageBreak()
        yield Heading(1, f"{next(number)}、案例卡（已脱敏）")
        for card in pack["case_cards"]:
            yield Card(f"{card['receipt_no']}  {card['title']}", _card_lines(card))
        if pack["case_cards_left_out"]:
            yield Body(f"另有 {pack['case_cards_left_out']} 件未列。")


def _run_down_blocks(pack: Pack) -> Iterator[Block]:
    head = pack["episode"]
    if not pack["run_down"]:
        yield Body("尚未编排。")
        return
    yield Table(
        _planned(head),
        "开始",
        (
            Column("分钟", wordy=True),
            Column("环节", wordy=True),
            Column("标题", wordy=True),
            Column("单位", wordy=True),
        ),
        tuple(
            Row(
                one["starts_at"] or str(one["place"]),
                (Cell(str(one["minutes"])), Cell(one["kind_zh"]), Cell(_titled(one)), Cell(one["unit"] or "")),
            )
            for one in pack["run_down"]
        ),
    )


def _titled(item: Mapping[str, Any]) -> str:
    """Return an item's title, with the number under which its card is found."""
    return f"{item['title']}（{item['receipt_no']}）" if item["receipt_no"] else str(item["title"])


def _promise_blocks(title: str, parts: Mapping[str, Any]) -> Iterator[Block]:
    rows = tuple(
        Row(one["unit"], (Cell(one["text"]), Cell(one["due"]), Cell(_standing(one))))
        for key, _ in _ECHO
        for one in parts[key]
    )
    if not rows:
        yield Body(f"{title}没有记录。")
        return
    yield Table(
        title,
        "单位",
        (Column("承诺", wordy=True), Column("期限", wordy=True), Column("现状", wordy=True)),
        rows,
    )


def _last_cases(echo: Mapping[str, Any]) -> Iterator[Block]:
    if not echo["last_cases"]:
        return
    yield Table(
        f"上期（{echo['last_episode']}）来电",
        "受理编号",
        (Column("节目中", wordy=True), Column("事项", wordy=True), Column("现状", wordy=True)),
        tuple(
            Row(one["receipt_no"], (Cell(one["status_zh"]), Cell(one["subject"]), Cell(one["state"])))
            for one in echo["last_cases"]
        ),
    )
