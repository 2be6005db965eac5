"""Rules for named places that anybody may go to: roads, crossings, stops, schools, hospitals, markets, towers.

They are masked under the strict policy alone (``Places.STRICT``): beside a person's story a school or a crossing
narrows it down, in words about public works it names the works. Motorways, metro lines, rivers, parks, stations of the railway,
offices of authorities and companies stay under either policy.
"""  # noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterator

from services.redaction.addresses import name_start
from services.redaction.divisions import behind_a_division
from services.redaction.lexicon import Cut, entries, has_word, listed
from services.redaction.reading import Reading
from services.redaction.spans import Kind, Span

_NAME_MIN = 2
_ROAD = re.compile(
    r"(?:大道|大街|公路|(?:[东西南北中][一二三四五六]?|[一二三四五六])?支?(?:路|街|巷)|胡同|弄)(?:[东西南北中]段)?(?![过边人道]|坊|街道)"
)
_PLACE = re.compile(
    r"(?:幼儿园|幼稚园|托儿所|(?:第?[一二三四五六七八九十]+)?(?:实验)?(?:小学|中学|初中|高中|初级中学|高级中学|学校|附中|附小|职高|中专)|"
    r"第?[一二三四五六七八九十]{1,2}(?:小|中)(?![时学个组队间心央旬午])|(?:职业|技术|师范|进修|理工|工程|医学|农业)+(?:学院|大学)|大学|学院|"
    r"(?:卫生|保健|中医|人民|妇幼|中心|骨科|口腔)*(?:医院|卫生院|保健院|卫生所|诊所)|"
    r"(?:农贸|批发|建材|集贸|花鸟|菜)*市场|菜场|购物中心|购物广场|广场|商场|商城|百货|大厦|大楼|写字楼|商务楼|体育中心|体育馆|文化中心|商业中心|汽车站|公交站|地铁站|"
    r"(?<![车网油费电圾转泵水总终到本该全进出火派理检务作投岗变监收加充])站(?:[东西南北]?\d{1,2}号口|[东西南北]口|\d口)?(?![在位点着长起出立稳住岗台内务区队不前点])|"
    r"(?:敬老院|养老院|福利院|教堂|寺|清真寺)(?![\u4e00-\u9fff]?路))"
    r"(?:(?:东|西|南|北|新|分|老)?校区|[东西南北]区|分校|分院)?(?!路|街道|镇|大道)"
)
_COMMITTEE = re.compile(r"(?:居民区|社区)?(?:居委会|居委|居民委员会|村委会|村委|村民委员会)")
_SHORT_CLOSED = re.compile(r"[，。、；,;\s的（(）)]|$")


def public_places(reading: Reading, text: Cut) -> Iterator[Span]:
    """Yield the named places of a text that stay in words about public matters."""
    found = {*_roads(text), *_houses(text), *_committees(text)}
    for rule, start, end in found:
        yield reading.span(start, end, Kind.PLACE, rule)
    for name in {text.text[start:end] for rule, start, end in found if end - start > _NAME_MIN}:
        at = text.text.find(name)
        while at >= 0:
            yield reading.span(at, at + len(name), Kind.PLACE, "place-again")
            at = text.text.find(name, at + len(name))


def _roads(cut: Cut) -> Iterator[tuple[str, int, int]]:
    text, last = cut.text, 0
    for match in _ROAD.finditer(text):
        word = cut.word_at(match.start())
        start = max(last, behind_a_division(text, name_start(cut, min(word.start, match.start())), match.start()))
        said = text[start : match.end()]
        if (
            (match.start() - start < 1 and match.end() - start < _BARE_ROAD)
            or len(said) > _ROAD_MAX
            or not _is_a_road(cut, start, match.start(), match.end())
        ):
            continue
        last = match.end()
        yield "road", start, match.end()


_ROAD_MAX = 12
_BARE_ROAD = 3
"""A road may be called by its bearing and number alone (东六路)."""


def _is_a_road(cut: Cut, start: int, suffix: int, end: int) -> bool:
    said, name = cut.text[start:end], cut.text[start:suffix]
    if name in _ROADS_TOO:
        return True
    if said in listed("not_roads") or name in listed("not_places") or said.endswith(_NOT_ROADS):
        return False
    inside = cut.word_at(suffix)
    if inside.start <= start and inside.start < suffix and inside.text in listed("not_roads"):
        return False
    return _NEVER_A_ROAD.search(said) is None and (not name or _told(name) or (len(name) > 1 and not has_word(name)))


_ROADS_TOO = frozenset(
    ("人民", "中心", "文化", "学院", "体育", "车站", "工业", "科技", "商业", "公园", "大学", "行政", "市场", "和谐")
)
"""Words of a sort that roads are called by all the same (人民路)."""
_NEVER_A_ROAD = re.compile(
    r"\d+路$|级公路$|(?:铁|马|线|道|水|思|电|网)路$|之路$|[叉之]路$|[这那条个该此每多各几两]路$|向上.*路$|半.*一路$"
)
_NOT_ROADS = tuple(sorted(word for word in entries("not_roads") if len(word) > _NAME_MIN))


def _told(name: str) -> bool:
    """Say whether a name is more than words that say what sort a place is of."""
    left = name
    while left:
        generic = next((word for word in _GENERIC if left.endswith(word)), None)
        if generic is None:
            return True
        left = left.removesuffix(generic)
    return False


_GENERIC = tuple(sorted((*entries("not_public_places"), *entries("not_places")), key=lambda word: (-len(word), word)))


def numbered_school(said: str) -> bool:
    """Say whether a school is called by its number alone (五中)."""
    return re.match(r"第?[一二三四五六七八九十]{1,2}(?:小|中)", said) is not None


def _houses(cut: Cut) -> Iterator[tuple[str, int, int]]:
    text, last = cut.text, 0
    for match in _PLACE.finditer(text):
        word = cut.word_at(match.start())
        inner = min(word.start, match.start())
        start = max(last, name_start(cut, inner))
        if re.search(r"\d路$", text[start : match.start()]):
            continue
        numbered = re.match(r"第?[一二三四五六七八九十]", match.group()) is not None
        name = text[start : match.start()]
        of_a_town = not name and text.startswith(("镇", "乡"), start - 1) and match.group()[:1] in "中小幼卫初"
        of_a_county = not name and numbered_school(match.group()) and text.startswith(("县", "市", "区"), start - 1)
        if of_a_county:
            yield "public-house", start, match.end()
            continue
        if len(name) > _HOUSE_MAX or (not name and not match.group().startswith("第") and not of_a_town):
            continue
        if of_a_town:
            begins = name_start(cut, start - 1)
            yield "public-house", begins if 0 < start - begins <= _TOWN_MAX else start, match.end()
            continue
        if name and not _told(name) and not numbered and not match.group().startswith(("中心小学", "妇幼保健院")):
            continue
        if name in _BARE or (len(name) == 1 and has_word(text[start : match.end()])):
            continue
        if any(word in name for word in _NOT_IN_A_NAME):
            continue
        last = match.end()
        yield "public-house", start, match.end()
    for match in _WELL_KNOWN.finditer(text):
        yield "public-house", match.start(), match.end()


_NOT_IN_A_NAME = (
    "投资",
    "违规",
    "违法",
    "违建",
    "垃圾",
    "堆放",
    "停靠",
    "设线",
    "彻查",
    "全日制",
    "申请",
    "报名",
    "进入",
    "进站",
    "的",
    "了",
)
_WELL_KNOWN = re.compile(r"中心小学|中心幼儿园|妇幼保健院|第[一二三四五六七八九十]+(?:人民医院|中学|小学|医院)")
_BARE = frozenset("一二三四五六七八九十")
_HOUSE_MAX = 14
_TOWN_MAX = 5
"""A school that bears the town's name goes with the name, as long as the name is so short."""


def _committees(cut: Cut) -> Iterator[tuple[str, int, int]]:
    text = cut.text
    for match in _COMMITTEE.finditer(text):
        start = behind_a_division(text, name_start(cut, match.start()), match.start())
        if match.start() - start >= _NAME_MIN and _told(text[start : match.start()]):
            yield "committee", start, match.end()
