"""Rules for places that lead to a door: house and room numbers, residential estates, villages and their groups.

Province, city, county, town and street district stay readable, for they single out nobody; what is masked begins below
them. A road without a house number, a station, a school, a public office stay readable too.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from services.redaction.divisions import behind_a_division
from services.redaction.lexicon import Cut, Word, alternatives, has_word, listed
from services.redaction.reading import Reading
from services.redaction.spans import Kind, Span

_NAME_MAX = 14
"""A place's name reaches so many characters to the left of what gives it away."""

_NUM = r"(?:[A-Za-z]?\d{1,5}[A-Za-z]?|[A-Za-z](?![A-Za-z])|[甲乙丙丁戊]\d*|[一二三四五六七八九十百]{1,4})"
_PART = r"(?:号院|号楼|支弄|单元|号|弄|栋|幢|座|楼|层|室|房|门|户|铺|床|区|期|梯|排|院|甲|组团|组)"
_DETAIL = re.compile(
    rf"(?:第?{_NUM}(?:[\-—–~至、]{_NUM})*{_PART}(?:之{_NUM})?[,，\s]?\s?)+(?:[\-—]?[A-Za-z]?\d{{2,4}}[A-Za-z]?(?![\d年月日元万%.个人次多余]))?"
    r"(?:[室房号户铺])?(?:[东西南北中左右][户侧边]?(?=[，。、；;,\s]|$)|[东西]户|地下室|阁楼|车库)?"
)
_DOOR = re.compile(
    rf"(?:弄|栋|幢|单元|号楼|号院|支弄|床)|{_NUM}座|\d{{3,4}}[室房]|(?<!\d)\d{{1,3}}[室房](?![一两二三\d]厅)|[A-Za-z]\d+铺|\d铺"
)
_NOT_A_DOOR = re.compile(
    r"^\s*(?:线|电梯|文件|公告|令|机|桥|公路|车|早|晚|上午|下午|凌晨|起|前|后|左右|地铁|专线|航站|工程|房源|店?长|闸)"
)
_COUNTED = re.compile(r"(?:[一两几多]|十几|好几)(?:栋|幢|座|单元|弄|床|层)")
_ROOMS = re.compile(rf"{_NUM}室[一两二三\d]厅")
_CODE = re.compile(
    r"(?<![\dA-Za-z/\-])\d{1,3}(?:栋|幢|座|期)?[\-—–]\d{1,3}[\-—–](?:\d{1,2}[\-—–])?\d{2,4}(?![\d\-年月])"
)
_SHOP_CODE = re.compile(r"(?:[-—–]\d{1,3}){1,3}[-—–]\d{2,4}(?=商铺|室|房|号|的?业主|铺|门面)")
_STALL = re.compile(
    rf"(?:商铺|门面|铺面|摊位|车位|档口|店铺|门店|市场|商城)(?:[A-Za-z]区)?(?:{_NUM}(?:[\-—、]{_NUM})*号)+"
)
_FLAT = re.compile(r"(?<![\d.])[A-Za-z]?\d{3,4}(?:室|房)?(?=的?(?:邻居|业主|住户|租户|租客|房主|户主|房东|房客))")
_ROAD = r"(?:路|环|街|道|巷|弄|里|胡同|村|镇|坊|桥头|堤|线|园|苑|寨|屯|湾|院|场|庄)"
_NUMBERED = re.compile(
    rf"(?:大道|社区|[\u4e00-\u9fff]{_ROAD}[东西南北中]?(?:[一二三四五六七八九十\d]{{1,2}}段|[段路街])?){_NUM}(?:[\-—]\d+)?号(?!线|文件|令|公告|电梯)"
)

_ESTATE = re.compile(
    rf"(?:[一二三四五六七八九十\d]{{1,2}}期)?(?:{alternatives('estates')})(?!民|街道|镇|路|大道|站|小学|中学|幼儿园|医院|酒店)(?:[一二三四五六七八九十\d]{{1,2}}(?:期|区)|[东西南北]区)?"
)
_ESTATE_LIVED_IN = re.compile(
    r"(?:苑|园|城|(?<!政)府|湾|郡|邸|庭|居|轩|阁|天地|国际|广场|大厦|中心|都|岸|山水|庄|墅|水岸|世家|一号|壹号|时代|印象|里|公元|年华|世纪|港|岛|台|峰|汇|堡|洲|境|城邦)"
    r"(?=(?:第?[一二三四五六七八九十\d]{1,2}(?:期|区|标段)|[东西南北]区|[一二三四五六七八九十\d]居委|的?(?:全体|部分|广大|众多)?(?:业主|居民|住户|房主|物业|房子|购房者|购房户|小区|楼盘|商品房|房屋|开发商)))(?:第?[一二三四五六七八九十\d]{1,2}(?:期|区))?"
)
_VILLAGE = re.compile(
    rf"村(?:第?(?:{_NUM}|[\d、/]+)(?:村民小组|村民组|生产队|组|队|社)|[\u4e00-\u9fff]{{1,4}}?(?:村民小组|自然村|组(?![织建成长合])|屋场|湾(?=组|的|，|。|里)|寨(?=，|。|的)))?"
)
_GROUP = re.compile(
    rf"(?<=[\u4e00-\u9fff])(?:第)?(?:{_NUM}|[\d、/]+)(?:村民小组|村民组|组(?=[，。；、村,.;\s的]|$)|生产队|队(?=[，。；、村,.;\s的]|$))"
)
_NAMED_GROUP = re.compile(
    r"(?:[坝湾冲坪屋塘寨庄岭坡垅垸墩坑洞溪坳坨凼头口边前后上下角尾井田方]|(?<![专大国各])家)组(?![织建成长合团员])"
)
_AREA = re.compile(r"(?:社区|村)(?P<it>[\u4e00-\u9fff]{1,5}?)(?:片区|屋场|大屋|老屋|院子|组团)")
_FARM = re.compile(
    r"(?:农场|林场|茶场|渔场|牧场|农垦)(?:第?[一二三四五六七八九十\d]{1,3}(?:分场|队|连|工区|管区|组)|[\u4e00-\u9fff]{1,3}(?:分场|队(?=的|职工|，|。)|工区))"
)
_OF_A_VILLAGE = listed("of_a_village")
_BEFORE_A_GROUP = ("村", "社区", "居委会", "大队", *"坝湾冲坪屋塘寨庄岭坡垅垸墩坑洞溪桥坳湖坨嘴凼")
_COMMUNITY = re.compile(
    r"社区(?!卫生|服务|医院|医生|工作|书记|主任|干部|居委|活动|街道|党|团购|矫正|民警|管理|治理|文化|养老|食堂|公交|巴士|环境)"
)

_STOP_TAGS = ("v", "d", "p", "c", "u", "r", "y", "e", "o", "t", "x", "l", "i", "ad", "q", "w", "vd", "vg", "df", "zg")
_STOP_WORDS = listed("beside_places")
_DISTRICT_END = re.compile(
    r"(?:省|市|自治州|自治区|县|街道|(?<![小社新园校景片库老厂营城村])区|新区|开发区|(?<![小城])镇|(?<!家)乡|旗)$"
)

_DWELLING = re.compile(
    r"(?:家住|住在|居住于|居住在|租住在|租住于|租住|现住|家庭住址|住址|户籍地址|地\s?址|户籍地(?!址)|户口所在地|户籍所在地|寄到|寄往|邮寄至|坐落于|坐落在|座落于|家在)"
    r"(?:是|为|:|：|\s|了)*(?P<it>[\u4e00-\u9fffA-Za-z0-9#\-—·（(]{2,40})"
)
_DWELLING_END = re.compile(
    r"(?:的(?=业主|居民|住户|村民|租户|平房里|房子里)|里住|，|,|了|已|现在|今年|因|因为|由于|有|是|没|一直|最近|每|旁边正|楼上|楼下(?!室)|于(?=\d)|到现在|多年|\d+年(?!代)|十几年|期间|附近|周边|请|电话|手机|邮编|收)"
)
_PLACE_WORD = re.compile(
    r"[路街道巷弄村组号栋幢楼室院园苑城厂场屯庄寨湾坪冲桥坡岭塘沟堡店港洲府庭邸郡旁边房\d](?:[东西南北][边侧])?$"
)


def addresses(reading: Reading, text: Cut) -> Iterator[Span]:
    """Yield the places of a text that lead to a door."""
    found = [*_doors(text), *_estates(text), *_villages(text), *_dwellings(text)]
    for name, start, end in (*found, *_again(text.text, found)):
        if end > start:
            yield reading.span(start, end, Kind.ADDRESS, name)


def _doors(cut: Cut) -> Iterator[tuple[str, int, int]]:
    text = cut.text
    for match in _DETAIL.finditer(text):
        said = match.group().rstrip(" ,，、\u3000")
        if _ROOMS.search(text, match.start(), match.end() + 3) or _NOT_A_DOOR.match(text, match.start() + len(said)):
            continue
        if _DOOR.search(said) and not (_COUNTED.fullmatch(said) and name_start(cut, match.start()) == match.start()):
            yield "door", name_start(cut, match.start()), match.start() + len(said)
    for match in _NUMBERED.finditer(text):
        yield "house-number", name_start(cut, match.start()), match.end()
    for match in _STALL.finditer(text):
        yield "stall", name_start(cut, match.start()), match.end()
    for match in _CODE.finditer(text):
        start = name_start(cut, match.start())
        if start < match.start():
            yield "room-code", start, match.end()
    for match in _SHOP_CODE.finditer(text):
        yield "room-code", name_start(cut, match.start()), match.end()
    for match in _FLAT.finditer(text):
        yield "room", match.start(), match.end()


def _estates(cut: Cut) -> Iterator[tuple[str, int, int]]:
    text = cut.text
    for pattern, name in ((_ESTATE, "estate"), (_ESTATE_LIVED_IN, "estate-lived-in"), (_COMMUNITY, "community")):
        for match in pattern.finditer(text):
            start = name_start(cut, match.start())
            if start == match.start() and name == "estate-lived-in":
                start = _over_a_verb(cut, start)
            if is_a_name(text[start : match.start()]) and match.end() - start > 2:  # noqa: PLR2004 - two name nothing
                yield name, start, match.end()


def _villages(cut: Cut) -> Iterator[tuple[str, int, int]]:
    text = cut.text
    for match in _VILLAGE.finditer(text):
        start = name_start(cut, match.start())
        name = text[start : match.start()]
        if cut.word_at(match.start()).text in _OF_A_VILLAGE:
            continue
        if is_a_name(name) and not text.startswith(tuple(listed("not_after_village")), match.end()):
            yield "village", start, match.end()
    for match in _AREA.finditer(text):
        yield "area", name_start(cut, match.start()), match.end()
    for match in _FARM.finditer(text):
        yield "farm", name_start(cut, match.start()), match.end()
    for match in _NAMED_GROUP.finditer(text):
        start = name_start(cut, match.start())
        if is_a_name(text[start : match.start()]):
            yield "named-group", start, match.end()
    for match in _GROUP.finditer(text):
        if text[: match.start()].endswith(_BEFORE_A_GROUP):
            yield "group", name_start(cut, match.start()), match.end()


def _dwellings(cut: Cut) -> Iterator[tuple[str, int, int]]:
    text = cut.text
    for match in _DWELLING.finditer(text):
        start, end = match.span("it")
        stopped = _DWELLING_END.search(text, start, end)
        end = stopped.start() if stopped else end
        start += _after_the_district(text[start:end])
        if end - start > 1 and is_a_name(text[start:end]) and _place_like(cut, start, end):
            yield "dwelling", start, end
    for match in _RESIDENT.finditer(text):
        start, end = match.span("it")
        start += _after_the_district(text[start:end])
        if end - start > 1 and is_a_name(text[start:end]) and _nothing_but_names(cut, start, end):
            yield "resident", start, end


def _place_like(cut: Cut, start: int, end: int) -> bool:
    return _PLACE_WORD.search(cut.text[start:end]) is not None or _nothing_but_names(cut, start, end)


def _nothing_but_names(cut: Cut, start: int, end: int) -> bool:
    """Say whether a stretch consists of words that a place can be called by, and not of everyday ones alone."""
    inside = cut.words[cut.place(start) : cut.place(end - 1) + 1]
    if end - start > _NAME_MAX or inside[0].start != start or inside[-1].end != end:
        return False
    return all(_belongs(word.text, word) for word in inside) and any(
        not has_word(word.text) or word.tag in {"ns", "nz", "nr", "nrt"} or len(inside) > 1 for word in inside
    )


_RESIDENT = re.compile(
    r"(?:我是|我们是|本人是|本人系|本人为|作为)(?:一名|一位|一个)?(?P<it>[\u4e00-\u9fffA-Za-z0-9]{2,14}?)的?(?:一名|一位)?(?:业主|居民|住户|村民|租户)"
)


_DISTRICT = re.compile(
    r".*(?:省|市|自治州|自治区|县|街道|(?<![小社园校景片库厂])(?<!农场)区|新区|(?<!小)镇|(?<!家)乡)", re.DOTALL
)


def _after_the_district(said: str) -> int:
    found = _DISTRICT.match(said)
    return found.end() if found else 0


def name_start(text: Cut, at: int) -> int:
    """Return where the name begins that ends right before ``at``: it reaches back over nouns and unknown words.

    A district's name ends it, and so does a word that no place is called by.
    """
    begin = at
    while begin > 0:
        word = text.word_at(begin - 1)
        said = text.text[word.start : begin]
        if not _belongs(said, word) or at - word.start > _NAME_MAX:
            break
        begin = word.start
    begin = max((found.end() for found in _DISTRICTS.finditer(text.text, begin, at) if found.end() < at), default=begin)
    return _behind_small_words(text, behind_a_division(text.text, begin, at), at)


_LEADING = frozenset(
    "走离待经至到往从沿由在自后前原现如若就等及和与该本我某过去来绕靠距向对隔出进入开是为有无被把将让使给要请望盼求问据按则但且或并又也都还再才只仅可能会应须得不没未别住买办这那多个条段各每"
)
"""What no place's name begins with, though the segmenter takes it for a word beside one."""


_AND = frozenset("和与及等")
_OPENS = frozenset('（(“"《、/-—')
"""Right behind these a word for "and" begins a name (和静路)."""


def _behind_small_words(text: Cut, start: int, at: int) -> int:
    """Return where a name begins when verbs and small words before it are left out."""
    while start < at:
        word = text.word_at(start)
        end = min(word.end, at)
        said = text.text[start:end]
        if start and said in _AND and text.text[start - 1] in _OPENS:
            return start
        if said not in _LEADING and said not in listed("before_places"):
            return start
        start = end
    return start


def _over_a_verb(cut: Cut, at: int) -> int:
    """Return where a name begins whose last word is a verb by the dictionary, as estates like to be called."""
    word = cut.word_at(at - 1) if at else None
    if word is None or word.tag != "v" or len(word.text) != _VERB or word.text in _STOP_WORDS | listed("not_places"):
        return at
    begin = name_start(cut, word.start)
    return begin if begin < word.start else at


_VERB = 2


def _belongs(said: str, word: Word) -> bool:
    if said == "都" and word.end - word.start == 1:
        return True
    if said in _STOP_WORDS or not _IN_A_NAME.fullmatch(said) or _DISTRICT_END.search(said):
        return False
    if len(said) > 1 and not has_word(said) and word.tag in {"d", "r", "p", "c", "y"}:
        return True  # no dictionary holds it: the model's guess at its sort says nothing
    if not has_word(said) or len(said) == 1:
        return word.tag not in {"p", "c", "uj", "ul", "r", "d", "y", "x"}
    return not word.tag.startswith(_STOP_TAGS) or word.tag == "vn" or said in _TIMELESS


_TIMELESS = frozenset(
    (
        "青年",
        "世纪",
        "春天",
        "清明",
        "少年",
        "明日",
        "朝阳",
        "晨光",
        "解放",
        "建设",
        "幸福",
        "和谐",
        "团结",
        "胜利",
        "前进",
        "向阳",
    )
)
"""Words of time or of deed that places are called by."""
_IN_A_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·•.\-—#]+")
_DISTRICTS = re.compile(
    r"(?:省|市|自治州|自治区|县|街道|(?<![小社园校景片库老厂营城村])区|(?<![小城])镇|(?<!家)乡(?!村))"
)


def is_a_name(name: str) -> bool:
    """Say whether words before 小区 or 村 name a place: generic ones ("老旧", "本") say nothing, alone or in a row."""
    left = name.strip(" \u3000")
    while left:
        generic = next((word for word in _generic() if left.endswith(word)), None)
        if generic is None:
            return True
        left = left.removesuffix(generic)
    return False


@functools.cache
def _generic() -> tuple[str, ...]:
    return tuple(sorted(listed("not_places"), key=lambda word: (-len(word), word)))


def _again(text: str, found: list[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    """Yield every other place where a named estate or village stands."""
    for name in {text[start:end] for rule, start, end in found if rule in _NAMED and end - start >= _NAMED_MIN}:
        for spelling in {name, name.removesuffix("小区")}:
            at = text.find(spelling) if len(spelling) >= _NAMED_MIN else -1
            while at >= 0:
                yield "place-again", at, at + len(spelling)
                at = text.find(spelling, at + len(spelling))


_NAMED = frozenset({"estate", "estate-lived-in", "village", "resident"})
_NAMED_MIN = 3
"""A place's name of fewer characters could be part of another word."""
