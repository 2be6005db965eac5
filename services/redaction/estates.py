"""Rules for estates and hamlets that do not end as one expects: by their builder, rarer endings, what is said of them.

Homes are masked under either policy for places. A stretch is taken for a name only where it is no everyday word.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from services.redaction.addresses import is_a_name, name_start
from services.redaction.divisions import behind_a_division
from services.redaction.lexicon import Cut, Word, alternatives, has_word, listed
from services.redaction.reading import Reading
from services.redaction.spans import Kind, Span

_NAME_MAX = 10
_NAME_MIN = 3
_NOT_BEHIND = (
    "公司|集团|有限|股份|物业(?:服务|管理)?有限|地产|置业|银行|街道|派出所|路(?!口)|大道|镇|乡|站|小学|中学|学校|幼儿园|医院|酒店|宾馆|法院|电影|人民政府|"
    "政府|区政府|工业|科技园|产业园|公园|高速|立交|大桥|隧道|分局|支行|信访|教育|市场监"
)
_TAIL = r"(?:第?[一二三四五六七八九十\d]{1,2}(?:期|区)|[东西南北][区苑])*(?:小区)?"
_ENDING = re.compile(rf"(?:{alternatives('estate_endings')}){_TAIL}(?!{_NOT_BEHIND})")
_BRAND = re.compile(rf"(?:{alternatives('estate_brands')})")
_CUE = re.compile(
    r"(?:[一二三四五六七八九十\d]{1,2}(?:期|号院)|小区)?"
    r"(?=的?(?:全体|广大|部分)?(?:业主(?!大会)|业委会|物业|楼盘|开发商|售楼|营销中心|居民楼|购房|住户|楼栋|商品房|房屋质量|楼下|楼上|地下车库|地下室|车位|停车|露天|别墅|工地|烂尾|不动产|捆绑|违建|小区|商铺|门面|交房|延期|二手房|门口|大门|正门|对面|旁边?|附近|后面|隔壁|一带|群里|师生)"
    r"|[一二三四五六七八九十\d]{1,2}(?:期|栋|幢|号楼|#)|(?:的)?[东西南北](?:大?门|侧门)(?:口|对面|旁|外|附近|处|到|至|的|，|,|。|$))"
)
_HAMLET = re.compile(
    r"[湾冲坪坳塘垅垸墩坑岭坨凼屯坝沟坡嘴寨庄垭坞畈圩塝](?:上|里)?(?:组|片区|屋场|院子)?"
    r"(?=[与和及、到至]|的|一?共?[几一二三四五六七八九十\d]+[户里公]|这段|村民|居民|一带|交界|这|有|没|附近|里|，|。|；|,|\s|$)"
)
_RURAL = re.compile(r"村|组|乡|镇|田|地|山|农|水库|屋场|硬化")


def estates(reading: Reading, text: Cut) -> Iterator[Span]:
    """Yield estates and hamlets by the looser rules, and every further place where their names stand."""
    found = {*_by_brand(text), *_by_ending(text), *_by_cue(text), *_hamlets(text)}
    for rule, start, end in found:
        yield reading.span(start, end, Kind.ADDRESS, rule)
    for name in {text.text[start:end] for rule, start, end in found if end - start >= _NAME_MIN}:
        at = text.text.find(name)
        while at >= 0:
            yield reading.span(at, at + len(name), Kind.ADDRESS, "place-again")
            at = text.text.find(name, at + len(name))


def _by_brand(cut: Cut) -> Iterator[tuple[str, int, int]]:
    text = cut.text
    for match in _BRAND.finditer(text):
        end = _forward(cut, match.end())
        said = text[match.start() : end]
        if end > match.end() and not _COMPANY.search(said) and not re.match(_NOT_BEHIND, text[end:]):
            yield "estate-brand", match.start(), end


_COMPANY = re.compile(
    r"公司|集团|地产|置业|物业|银行|建设|开发|广场|公园|高速|中心|证券|保险|局|部门|学校|小学|大学|电器|合作|工程|业主|路|项目部|项目$"
)


def _forward(cut: Cut, at: int) -> int:
    """Return the end of a name whose first word ends at a place: nouns and unknown words, two or more characters."""
    end = at
    while end < len(cut.text) and end - at < _NAME_MAX:
        word = cut.word_at(end)
        said = cut.text[end : word.end]
        if not _in_a_name(said, word):
            break
        end = word.end
    return end


_ENDS_IT = frozenset(
    [
        "业主",
        "小区",
        "物业",
        "楼盘",
        "项目",
        "开发商",
        "业委会",
        "房屋",
        "商品房",
        "房子",
        "问题",
        "车位",
        "地下车库",
        "二期",
        "一期",
        "三期",
        "居民",
        "住户",
        "期",
        "栋",
        "幢",
        "号",
        "楼",
        "房",
        "地块",
        "门口",
        "对面",
        "旁边",
        "附近",
        "周边",
        "销售",
        "精装",
        "装修",
        "房产",
        "房地产",
        "工地",
        "施工",
        "楼下",
        "楼上",
        "交房",
        "南门",
        "北门",
        "东门",
        "西门",
        "保安",
        "电梯",
        "质量",
        "售楼部",
        "营销中心",
        "新房",
        "住宅",
        "门面",
        "商铺",
    ]  # noqa: E501, RUF100
)


def _in_a_name(said: str, word: Word) -> bool:
    if said in _ENDS_IT or not re.fullmatch(r"[\u4e00-\u9fffA-Za-z·]+", said) or said in listed("not_places"):
        return False
    return word.tag.startswith(("n", "t", "s", "f", "a", "j", "z", "b", "vn", "eng", "m")) or not has_word(said)


def _by_ending(cut: Cut) -> Iterator[tuple[str, int, int]]:
    text = cut.text
    for match in _ENDING.finditer(text):
        word = cut.word_at(match.start())
        if word.text in listed("not_estates") or word.tag in {"r", "m", "d", "p"}:
            continue
        start = behind_a_division(text, name_start(cut, min(word.start, match.start())), match.start())
        said = text[start : match.end()]
        if len(said) < _NAME_MIN or said in listed("not_estates") or said.endswith(_never_at_the_end()):
            continue
        if (
            is_a_name(text[start : match.start()])
            and _uncommon(cut, start, match.end())
            and _of_nouns(cut, start, match.end())
        ):
            yield "estate-ending", start, match.end()


@functools.cache
def _never_at_the_end() -> tuple[str, ...]:
    return tuple(word for word in listed("not_estates") if len(word) > 1)


def _by_cue(cut: Cut) -> Iterator[tuple[str, int, int]]:
    text = cut.text
    for match in _CUE.finditer(text):
        if match.start() == 0:
            continue
        start = behind_a_division(text, name_start(cut, match.start()), match.start())
        said = text[start : match.start()]
        if not _NAME_MIN <= len(said) <= _NAME_MAX or not is_a_name(said) or _INSTITUTION.search(said):
            continue
        if _strange(cut, start, match.start()) and _of_nouns(cut, start, match.start()):
            yield "estate-cue", start, match.end()


_INSTITUTION = re.compile(
    r"(?:公司|幼儿园|学校|小学|中学|集团|局|所|部|政府|委|会|院|校|中心|银行|厅|站|路|街|道|线|号|案|费|权|证|法|口|两|所有|部分|以上|多户|户|第|元|万|常|数位|内|外|里|上|下|处|侧|边|段|入住|年|月|日|时|天|个|物业|地产|置业|办|队|员|人|者|楼盘|项目|平台|楼|房|处|室|门|层|高层|单位|商场|超市)$"
)


def _uncommon(cut: Cut, start: int, end: int) -> bool:
    """Say whether a stretch is no dictionary word and holds more than one everyday word's worth."""
    said = cut.text[start:end]
    if has_word(said):
        return cut.word_at(start).tag in {"nz", "nr", "nrt", "ns"}
    return True


def _of_nouns(cut: Cut, start: int, end: int) -> bool:
    """Say whether a stretch holds no verb, no number and nothing else that names are not made of."""
    inside = cut.words[cut.place(start) : cut.place(end - 1) + 1]
    for word in inside:
        if word.text in _ENDS_IT or re.search(r"\d|[的了是在有和]", word.text):
            return False
        if (
            word.end - word.start > 1
            and has_word(word.text)
            and word.tag.startswith(("v", "d", "p", "c", "r", "u", "m", "q", "l", "i"))
        ):
            return word.text in _VERBS_IN_NAMES
    return True


_VERBS_IN_NAMES = frozenset(
    [
        "融创",
        "保利",
        "越秀",
        "创业",
        "创新",
        "发展",
        "解放",
        "建设",
        "劳动",
        "奋斗",
        "团结",
        "胜利",
        "飞跃",
        "开元",
        "领航",
        "领秀",
        "安居",
        "和谐",
        "幸福",
        "团圆",
        "盛开",
        "流星",
        "归来",
        "望江",
        "听涛",
        "观澜",
    ]  # noqa: E501, RUF100
)


def _strange(cut: Cut, start: int, end: int) -> bool:
    """Say whether a name holds a word that no dictionary has, or one of a person, a place or a brand."""
    inside = cut.words[cut.place(start) : cut.place(end - 1) + 1]
    return any(
        not has_word(word.text) or word.tag in {"nr", "nrt", "ns", "nz"} for word in inside if word.end - word.start > 1
    )


def _hamlets(cut: Cut) -> Iterator[tuple[str, int, int]]:
    text = cut.text
    if not _RURAL.search(text):
        return
    for match in _HAMLET.finditer(text):
        word = cut.word_at(match.start())
        start = behind_a_division(text, name_start(cut, min(word.start, match.start())), match.start())
        said = text[start : match.end()]
        if (
            2 < len(said) <= _HAMLET_MAX  # noqa: PLR2004
            and is_a_name(text[start : match.start()])
            and _unheard(cut, start, match.end())
        ):
            yield "hamlet", start, match.end()


_HAMLET_MAX = 6


def _unheard(cut: Cut, start: int, end: int) -> bool:
    said = cut.text[start:end]
    if said.endswith(tuple(listed("not_hamlets"))):
        return False
    word = cut.word_at(end - 1)
    if len(word.text) > 1 and has_word(word.text) and word.tag not in {"ns", "nr", "nz"}:
        return False
    return not has_word(said) or word.tag in {"ns", "nr"}
