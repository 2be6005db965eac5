"""Rules for names of persons, of officials too: a surname where people are named, and names that the segmenter knows.

What stays: a surname with 先生, 女士 or 同志 alone, or with 某, for it says no more than the mask "张某" does. What
goes though there is no given name: a surname before a post ("钟县长"), for the post points at one person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.redaction.divisions import divisions
from services.redaction.lexicon import (
    Cut,
    Word,
    alternatives,
    common_surnames,
    everyday_surnames,
    has_word,
    listed,
    surnames,
)
from services.redaction.reading import Reading
from services.redaction.spans import Kind, Span

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff〇]")
_GIVEN_MAX = 2
_COMPOUND = 2
_NEVER_GIVEN = frozenset(
    "的了是我你他她它们这那没吗呢吧啊被把您并且若但咱啥么就给让跟某与及或从至对因到去说诉述曾已均系即则此等很不将要谁何怎哪请找打拿让使每"
)
"""What no given name holds."""
_AFTER_A_NAME = frozenset(
    "的了是我你他她它们这那没吗呢吧啊被把您并且若但就给让跟与及或于从至向对在为因到去说称诉述曾已也都均未系即则其此等又再还很不有将要会能"
    "可应和同女男反以自由先打拿住因做当找来于出家两三几共各处"
)
"""What comes after a name more often than in it."""
_WORD_ENDS = frozenset(
    "路镇村桥苑馆局厅院区线站校庄巷渡店性法书者化部委费员某姓坪塘湾湖庙台市县乡省府楼栏权证款制卡环灯网版类型率额厂队组所科亩元米吨层号期"
)
"""What an everyday word or a place ends in that the segmenter takes for a person."""


def names(reading: Reading, text: Cut) -> Iterator[Span]:
    """Yield the names of a text; a full name found once is found wherever it stands again."""
    found: dict[tuple[int, int], str] = {}
    for rule, start, end in _all(text):
        found.setdefault((start, end), rule)
    for rule, start, end in _beside(text, found):
        found.setdefault((start, end), rule)
    for rule, start, end in _again(text, found):
        found.setdefault((start, end), rule)
    for (start, end), rule in found.items():
        yield reading.span(start, end, Kind.PERSON, rule)


def _all(text: Cut) -> Iterator[tuple[str, int, int]]:
    yield from _labelled(text)
    yield from _before_a_title(text)
    yield from _known(text)
    yield from _signed(text)
    yield from _foreign(text)
    yield from _closed_in(text)
    yield from _rows(text)
    yield from _called_by(text)


# --- the parts of a name --------------------------------------------------------------------------------------------


def _surname(text: str, at: int) -> int:
    """Return how many characters of a surname stand at a place, 0 where none does."""
    if text[at : at + 2] in listed("compound_surnames"):
        return 2
    return 1 if at < len(text) and text[at] in surnames() else 0


def _given(text: str, at: int, most: int = _GIVEN_MAX) -> int:
    """Return how many characters at a place may be a given name."""
    count = 0
    while (
        count < most
        and at + count < len(text)
        and _HAN.match(text[at + count])
        and text[at + count] not in _NEVER_GIVEN
    ):
        count += 1
    return count


def _name_end(text: Cut, at: int) -> int:
    """Return the end of the name that begins at a place, or the place itself where none does."""
    said = text.text
    surname = _surname(said, at)
    if not surname:
        return at
    given = _given(said, at + surname)
    if not given:
        return at
    long, short = at + surname + given, at + surname + 1
    if given == 1:
        return short
    cut_short, cut_long = text.begins(short), text.begins(long)
    if said[short] in _AFTER_A_NAME or (cut_short and not cut_long):
        return short
    if cut_short and cut_long and text.word_at(short).end - short > 1 and text.word_at(at).tag.startswith("nr"):
        return short
    return long


def _ordinary(text: Cut, start: int, end: int) -> bool:
    """Say whether what might be a name is an everyday word, or the beginning of one."""
    said = text.text[start:end]
    word = text.word_at(start)
    if not listed("not_names").isdisjoint((said[:2], said[:3], said, word.text)) or word.start != start:
        return True
    if said[-1] in _PLACE_ENDS and end - start > _COMPOUND:
        return True
    if said[0] in everyday_surnames() and said[:2] not in listed("compound_surnames"):
        return not word.tag.startswith("nr")
    return len(word.text) > 1 and not word.tag.startswith("nr") and has_word(word.text)


_PLACE_ENDS = frozenset("镇路村局区县院厅线站校乡市")
_PLACE_BEHIND = re.compile(
    r"(?:[东西南北中冲坪塘湾山坝岭家河]?[路街镇村桥站区县](?!长|支书|干部)|[河江湖溪]|超?市(?!民)|政府|国土所|派出所|工业园|大道|社区|小区|公园|广场|中学|小学|医院|国际|新村|新城|花园|家园|地铁|高速|立交|片区|水库|乡(?!亲)|集团|公司|物业|银行|超市|酒店)"
)


_TOLD_OF = re.compile(rf"(?:{alternatives('told_of')})(?P<sign>(?:[:：\s“\"]|为|是|叫|系|名叫){{0,2}})")
_SIGNS = ':：为是叫系 \u3000“"'
_SURELY_DOES = re.compile(r"系|确系|诉称|反映[的其]|反映$|等\d+人|反映(?=[\u4e00-\u9fff]{2})")
_OF_ONE = tuple(sorted(listed("told_of_one")))
_HURT = re.compile(
    r"(?:被|遭|经调查[，,]?|经查[，,]?|经核实[，,]?|与邻居|和邻居|邻居|同村的?|本村的?|村里的|一个叫|老板是|老板叫|其妻|其夫|之妻|其子|其女)"
)
_DOES = re.compile(
    r"反映|诉称|答应|中途|帮|打成|逼|砸|推|拒|强|擅|私自|多次|一直|明确|未|也|都|让|叫|给|来|去|跑|失联|拿|卖|买|开|违|伪|虚|冒|侵|贪|挪|截|克扣|隐|欺|骂|追|带|系|确系|名下|失|负责|态度|声称|跟|和我|与我|对|报称|举报|投诉|申请|表示|承诺|带领|带人|利用|打伤|殴打|打了|打成|骗|辱骂|威胁|欠|拖欠|承包|户(?!外)|家(?=[的里盖修建有在占])|一家|夫妇|夫妻|兄弟|之[妻子女父母]|"
    r"等\d*[人户家]|等[几多]?[人户]|说|称|要求|的(?:身份|电话|手机|户口|号码|成绩|低保|房|遗|社保|医保|高龄|津贴|养老|残疾|退休|工资|补贴|孩子|儿子|女儿|家|车|店|账户|名字)|和他|及其|已(?:经)?[于死去故]|没有|收了|收取|当|在(?!于)|于\d|办案|把|将|从|确系|系(?=[我本该])|是(?=[我本该])"
)


def _closed_in(text: Cut) -> Iterator[tuple[str, int, int]]:
    """Yield names between a word that persons follow and a stop or something that persons do."""
    said = text.text
    for pattern, rule in ((_TOLD_OF, "told-of"), (_HURT, "done-to")):
        for match in pattern.finditer(said):
            at = match.end()
            surname = _surname(said, at)
            if said[at : at + 1] in _AND and not (match.groupdict().get("sign") or ""):
                continue
            for given in (2, 1) if surname else ():
                end = at + surname + given
                alone = match.group().endswith(_OF_ONE) or match.group().rstrip(_SIGNS).endswith(_OF_ONE)
                if (
                    _given(said, at + surname) >= given
                    and (
                        _could_be(text, at, end)
                        or ((alone or _SURELY_DOES.match(said, end)) and _could_be_called(said[at:end]))
                    )
                    and _ended(said, end, rule)
                ):
                    yield rule, at, end
                    break


_AND = ("和", "从", "于", "由", "但", "承", "家", "同", "与", "都", "有", "要", "向", "过")
"""Surnames that say something else where a person was told of and no sign stands between."""


def _ended(said: str, end: int, rule: str) -> bool:
    return _DOES.match(said, end) is not None or (rule == "told-of" and _END.match(said, end) is not None)


def _could_be(text: Cut, start: int, end: int) -> bool:
    """Say whether a stretch may be a name though its surname is an everyday character."""
    said = text.text[start:end]
    generic = listed("not_names")
    if (
        not generic.isdisjoint((said, said[:2], text.word_at(start).text))
        or said[-1] in _WORD_ENDS
        or said in listed("roles")
    ):
        return False
    if said.endswith((*listed("honorifics"), *listed("posts"))):
        return False
    word = text.word_at(start)
    if word.start != start and not has_word(said[:2]):
        return word.end >= end
    return not (has_word(said) and word.end == end and not word.tag.startswith(("nr", "i", "nz"))) and not (
        word.end > end and has_word(word.text)
    )


def _could_be_called(said: str) -> bool:
    """Behind what one person is called by, everyday words are names too, but for those that are surely none."""
    generic = listed("not_behind_a_role") | listed("roles") | listed("honorifics")
    if said in generic or said[-1] in _WORD_ENDS or said.endswith((*listed("honorifics"), *listed("posts"))):
        return False
    return len(said) > _COMPOUND or said[:2] not in generic


_LISTED_BEFORE = re.compile(r"(?:联名|签名|签字|名单|属实|村民|业主|居民|反映人|如下|的有|包括)[^。；;]{0,6}$")
_ROW = re.compile(r"(?:[\u4e00-\u9fff]{2,4}[ \u3000、]{1,3})+[\u4e00-\u9fff]{2,4}(?=[\s，,。；;（(等]|$)")


def _rows(text: Cut) -> Iterator[tuple[str, int, int]]:
    """Yield rows of what all may be names, most of them no everyday words."""
    for match in _ROW.finditer(text.text):
        parts = list(re.finditer(r"[\u4e00-\u9fff]+", match.group()))
        told = _LISTED_BEFORE.search(text.text[: match.start()]) is not None and " " in match.group()
        named = [
            part
            for part in parts
            if (told and _surname(part.group(), 0) and _could_be_called(part.group()))
            or _whole_name(text, match.start() + part.start(), match.start() + part.end())
        ]
        unknown = [part for part in named if not has_word(part.group())]
        if len(named) * 3 >= len(parts) * 2 and (told or len(unknown) * 2 >= len(named)) and len(named) > 1:
            for part in named:
                yield "in-a-row", match.start() + part.start(), match.start() + part.end()


def _whole_name(text: Cut, start: int, end: int) -> bool:
    surname = _surname(text.text, start)
    return (
        bool(surname)
        and 1 <= end - start - surname <= _GIVEN_MAX
        and (_given(text.text, start + surname) == end - start - surname or end - start - surname == 1)
        and _could_be(text, start, end)
    )


_AMONG_FRIENDS = re.compile(
    r"(?:(?<=[，,。、找叫的是和与给让被向：:；;人])|^)(?P<it>[\u4e00-\u9fff](?:姐|哥|嫂|叔|婶|总|老板))(?=[，。、（(,\s告说要是和与给在负收签]|$)"
)
_CALLED = re.compile(
    r"(?:大家都?叫他?她?|都[喊叫][他她]?|[喊叫][他她](?:为|做)?|外号|绰号|人称|花名|小名|乳名|别名|自称)[“\"]?(?P<it>[\u4e00-\u9fff]{2,3})(?=[”\"，。、；;（(,的\s]|$)"
)
_DESCRIBED = re.compile(
    r"(?:(?<=[，,。、；;\s：:])|^)(?P<it>[\u4e00-\u9fff]{2,3})(?=[（(，,](?:男|女|系|(?:19|20)\d\d年|身份证|公民身份|电话|手机|网名|现年|\d{2}岁))"
)
_HOUSEHOLD = re.compile(
    rf"(?:(?<=[，,。、；;的组拆是和到在与给为如])|^)(?P<it>[{''.join(sorted(common_surnames() - everyday_surnames()))}]"
    r"[\u4e00-\u9fff]{2})(?=家(?:[时的里盖修建拆在有，,。、]|房|田|地))"
)
_SURE_SURNAMES = "".join(sorted(common_surnames() - everyday_surnames()))
_OLD_OR_YOUNG = re.compile(
    rf"(?:(?<=[，,。、：:；;\s和与叫找给跟让向被的是人长工理头])|^)(?P<it>[老小阿][{_SURE_SURNAMES}])"
    r"(?=[，,。、；;（(\s]|克扣|拖欠|欠|收|可以|说|要|每次|总|就|不|也|都|把|将|没|打|带|在|来|去|给|让|一直|和|的|却|又|从|是|答应|承诺|签|家)"
)
_NUMBERED_SON = re.compile(
    rf"(?:叫|是|的|和|与|被|找|、)(?P<it>[{''.join(sorted(surnames() - set('周高初单第万千百双全和于从都有班那单九时')))}][一二三四五六七八九幺])(?=[，。、的和把在（(霸打,\s带]|$)"  # noqa: E501
)
_PEN_NAME = re.compile(r"(?P<it>[\u4e00-\u9fff]{2,5})(?=[（(](?:网名|化名|笔名|曾用名|小名|乳名|音)[)）])")
_BOSS = re.compile(
    rf"(?P<it>[{_SURE_SURNAMES}])(?=(?:总(?![是结体共量数部理经计局统会价是公则归和算长之裁而面]|有一)|老板|董(?![事会])|医生|老师|阿姨|经理|主任))"
)
_NO_FRIENDS = frozenset("大小表堂空的帅老二三四五六七八同全汇共部店公行各副胖瘦我他她你两几个这那")
_SAYS_NOTHING = frozenset(
    [
        "社区",
        "居委",
        "领导",
        "记者",
        "村民",
        "群众",
        "负责",
        "工作",
        "医生",
        "老师",
        "警察",
        "物业",
        "业主",
        "公司",
        "没人",
        "不到",
        "不应",
        "不动",
    ]  # noqa: E501, RUF100
)


def _called_by(text: Cut) -> Iterator[tuple[str, int, int]]:  # noqa: C901, PLR0912
    for match in _AMONG_FRIENDS.finditer(text.text):
        said = match.group("it")
        if said[0] not in _NO_FRIENDS and (said[0] in surnames() or said[-1] in "姐哥嫂叔婶"):
            start, end = match.span("it")
            yield "among-friends", start, start + 1 if said.endswith(("总", "老板")) else end
    for match in _BOSS.finditer(text.text):
        start, end = match.span("it")
        if text.word_at(start).start == start and not text.text.startswith(("阿姨",), end):
            yield "before-a-post", start, end
    for match in _DESCRIBED.finditer(text.text):
        start, end = match.span("it")
        if _surname(text.text, start) and _could_be_called(match.group("it")):
            yield "described", start, end
    for match in _HOUSEHOLD.finditer(text.text):
        if not has_word(match.group("it")) and match.group("it")[:2] not in listed("not_names"):
            yield "household", *match.span("it")
    for match in _OLD_OR_YOUNG.finditer(text.text):
        yield "nickname", *match.span("it")
    for match in _NUMBERED_SON.finditer(text.text):
        yield "nickname", *match.span("it")
    for match in _PEN_NAME.finditer(text.text):
        yield "pen-name", *match.span("it")
    for match in _CALLED.finditer(text.text):
        said = match.group("it")
        if said[:2] not in _SAYS_NOTHING and said not in listed("roles") and said not in listed("honorifics"):
            yield "nickname", *match.span("it")


# --- the rules ------------------------------------------------------------------------------------------------------

_SURE = re.compile(
    rf"(?:{alternatives('surely_labels')})(?:[(（][^)）]{{1,6}}[)）])?(?P<sign>(?:是|为|叫|:|：|\s|“|\"|，(?=\s))*)"
)
_ROLE = re.compile(rf"(?:{alternatives('roles')})(?P<sign>[:：\s，,“\"(（]{{0,2}})")
_SURNAMED = re.compile(r"(?:[他她其]叫|叫做?|名为|[写打录登]成了?|应为|误写为|改名为?|更名为?)[“\"]?")
_NICK = re.compile(
    r"(?:叫他?她?|喊|外号|绰号|人称|找|联系)(?P<it>[老小阿][\u4e00-\u9fff]|[\u4e00-\u9fff](?:老|麻|胖|瘦)[一二三四五六七八九十子])(?=[，。；;、（(,.\s)）]|$)"
)
_ALONE = re.compile(r"[\u4e00-\u9fff]{2,4}(?=[\s，。；、,.;()（）\d”\"]|$)")
_END = re.compile(r"[\s，。；、：:,.;!?！？（）()“”\"'《》\[\]【】\d]|$")


_HEADED = re.compile(r"(?:告知|答复|意见|复查|复核|受理|决定)书\s*")
"""A heading that runs into the person it is for (答复意见书…同志)."""


def _labelled(text: Cut) -> Iterator[tuple[str, int, int]]:
    yield from _surely_labelled(text)
    yield from _after_a_role(text)
    said = text.text
    for match in _SURNAMED.finditer(said):
        at = match.end()
        end = _name_end(text, at)
        if end > at and not _ordinary(text, at, end) and _END.match(said, end):
            yield "called", at, end
    for match in _HEADED.finditer(said):
        at = match.end()
        for length in (2, 3):
            if _surname(said, at) and said.startswith(("同志", "先生", "女士"), at + length):
                yield "headed", at, at + length
    for match in _NICK.finditer(said):
        start, end = match.span("it")
        if said[start + 1] in surnames() or said[start] in surnames():
            yield "nickname", start, end
    for match in _GREETED_BY_GIVEN_NAME.finditer(said):
        if not match.group("it").endswith(_OF_AN_OFFICE):
            yield "greeted", *match.span("it")


_GREETED_BY_GIVEN_NAME = re.compile(
    r"(?:尊敬的|敬爱的|亲爱的)(?P<it>[\u4e00-\u9fff]{2})(?=(?:书记|市长|县长|区长|局长|镇长|乡长|主任|校长|院长|老师))"
)
_OF_AN_OFFICE = (
    "委",
    "局",
    "府",
    "市",
    "县",
    "区",
    "副",
    "总",
    "位",
    "省",
    "镇",
    "乡",
    "党",
    "部",
    "校",
    "院",
    "村",
    "班",
    "各",
    "任",
    "厅",
    "科",
    "处",
)


def _surely_labelled(text: Cut) -> Iterator[tuple[str, int, int]]:
    said = text.text
    for match in _SURE.finditer(said):
        at = match.end()
        end = _name_end(text, at)
        surely = bool(match.group("sign")) or match.group().startswith("我叫") or _likely(text, at)
        if end > at and surely:
            yield "labelled", at, end
        elif ":" in match.group("sign") or "叫" in match.group():
            alone = _ALONE.match(said, at)
            if alone and "某" not in alone.group() and alone.group() not in listed("roles"):
                yield "labelled", at, alone.end()


def _after_a_role(text: Cut) -> Iterator[tuple[str, int, int]]:
    said = text.text
    for match in _ROLE.finditer(said):
        at = match.end()
        end = _name_end(text, at)
        if end > at and not _ordinary(text, at, end) and _reasonable(text, at, end):
            yield "after-a-role", at, end


def _likely(text: Cut, at: int) -> bool:
    """Say whether what follows a label that nothing parts from it may be a name."""
    said = text.text
    if at >= len(said):
        return False
    return said[at : at + 2] not in listed("not_names") and (
        said[at] not in everyday_surnames() or text.word_at(at).tag.startswith("nr")
    )


def _reasonable(text: Cut, start: int, end: int) -> bool:
    """After a role a name stands where a word begins and where one ends, or where the segmenter sees a person."""
    word = text.word_at(start)
    return word.start == start and (word.tag.startswith("nr") or text.begins(end) or bool(_END.match(text.text, end)))


_POST = re.compile(rf"(?:{alternatives('posts')})")
_HONORIFIC = re.compile(rf"(?:{alternatives('honorifics')})")
_ONE_CHARACTER_POST = re.compile(r"[总工局处科所队董](?=[，。；、：:,.;!?！？您你好说\s]|$)")


def _before_a_title(text: Cut) -> Iterator[tuple[str, int, int]]:
    said = text.text
    for match in _POST.finditer(said):
        if len(match.group()) == 1 and not _ONE_CHARACTER_POST.match(said, match.start()):
            continue
        yield from _name_before(text, match.start(), alone=True, short=len(match.group()) == 1)
    for match in _HONORIFIC.finditer(said):
        yield from _name_before(text, match.start(), alone=False, short=False)


def _name_before(text: Cut, at: int, *, alone: bool, short: bool) -> Iterator[tuple[str, int, int]]:
    said = text.text
    for length in (4, 3, 2):
        start = at - length
        if start < 0:
            continue
        surname = _surname(said, start)
        if (
            surname
            and 0 < length - surname <= _GIVEN_MAX
            and _given(said, start + surname) >= length - surname
            and not _ordinary(text, start, at)
            and (text.word_at(start).tag.startswith("nr") or (length > _COMPOUND and not short))
        ):
            yield "before-a-title", start, at
            return
    if alone:
        for length in (2, 1):
            start = at - length
            if start >= 0 and _surname(said, start) == length and _stands_alone(text, start, at, short=short):
                yield "before-a-post", start, at
                return


_GREETED = re.compile(
    r"(?:(?:主任|书记|长|经理|师|医生)[和与、及]|班主任|辅导员|主治医生|客户经理|尊敬的|敬爱的|亲爱的|尊敬|你好|您好|请问|感谢|姓|^)[\s，,:：“]*$"
)


def _stands_alone(text: Cut, start: int, at: int, *, short: bool) -> bool:
    """Say whether a surname right before a post is a surname: a word of its own, not the end of another."""
    said = text.text
    word = text.word_at(start)
    if word.start != start:
        return False
    greeted = _GREETED.search(said[:start]) is not None or (start > 0 and said[start - 1] in "、\n\u3000 ，。：:")
    if said[start:at] in everyday_surnames():
        return greeted or (word.tag.startswith("nr") and not short)
    if short:
        return word.tag.startswith("nr") or greeted
    return word.end in (at, at + 1) or word.tag.startswith("nr") or word.end > at


def _known(text: Cut) -> Iterator[tuple[str, int, int]]:
    """Yield what the segmenter takes for persons, and a surname with the word behind it."""
    for place, word in enumerate(text.words):
        if word.text in listed("not_names") or "某" in word.text or not all(map(_HAN.match, word.text)):
            continue
        surname = _surname(text.text, word.start)
        length = word.end - word.start
        if _nickname(text, word):
            yield "nickname", word.start, word.end
        elif surname == _COMPOUND:
            if word.text[:surname] not in listed("not_names") and (end := _name_end(text, word.start)) > word.start:
                yield "compound-surname", word.start, end
        elif word.tag.startswith("nr") and 1 <= surname < length <= surname + _GIVEN_MAX and _person_like(text, word):
            yield "segmenter", word.start, _with_its_last(text, place)
        elif length == surname and _lone_surname(word) and place + 1 < len(text.words):
            after = text.words[place + 1]
            if _given_name(text, word, after):
                yield "surname-and-word", word.start, after.end


def _lone_surname(word: Word) -> bool:
    return word.text in common_surnames() and word.tag.startswith("nr")


def _person_like(text: Cut, word: Word) -> bool:
    """Say whether what the segmenter takes for a person is one: its surname, its end and its neighbours say so."""
    said = word.text
    if _PLACE_BEHIND.match(text.text, word.end) and (len(said) == _COMPOUND or text.text[word.end] in "镇乡路街超村"):
        return False
    if any(f"{said}{kind}" in divisions() for kind in ("镇", "乡", "街道", "县", "市")):
        return False
    if said[-1] in _WORD_ENDS or any(character in _NEVER_GIVEN for character in said[1:]):
        return False
    if said.endswith((*listed("honorifics"), *listed("posts"))) or said[:2] in listed("not_names"):
        return False
    if said[0] in common_surnames():
        return True
    if said[0] in everyday_surnames():
        closed = _closed(text, word.end) and _opened(text, word.start)
        return len(said) > _COMPOUND and not has_word(said) and closed
    return not has_word(said)


def _with_its_last(text: Cut, place: int) -> int:
    """Return the end of a name of which the segmenter cut off the last character."""
    word = text.words[place]
    if len(word.text) == _COMPOUND and place + 1 < len(text.words):
        after = text.words[place + 1]
        lone = len(after.text) == 1 and _given(text.text, after.start, 1) == 1 and after.text not in _AFTER_A_NAME
        if lone and _closed(text, after.end):
            return after.end
    return word.end


def _given_name(text: Cut, word: Word, after: Word) -> bool:
    ends = after.end - after.start
    whole = word.text + after.text
    return (
        ends <= _GIVEN_MAX
        and _given(text.text, after.start) >= ends
        and after.text[-1] not in _WORD_ENDS
        and after.text not in listed("honorifics") | listed("posts")
        and whole not in listed("not_names")
        and not has_word(whole)
        and not _PLACE_BEHIND.match(text.text, after.end)
        and (ends == _GIVEN_MAX or after.text not in _AFTER_A_NAME)
        and (_closed(text, after.end) or (ends == _GIVEN_MAX and _opened(text, word.start)))
    )


def _nickname(text: Cut, word: Word) -> bool:
    """Say whether a word is a name among people who know each other: 老王, 小秦, 阿强."""
    said = word.text
    return (
        len(said) == _COMPOUND
        and said[0] in "老小阿"
        and said[1] in surnames()
        and said[1] not in everyday_surnames()
        and _closed(text, word.end)
        and (word.tag.startswith("nr") or not has_word(said))
    )


_CLOSING = re.compile(
    r"(?:[，。；、：:,.;!?！？（）()“”\"\s\d《》【】\[\]/—-]|反映|表示|答复|回复|先生|女士|同志|$)"
    rf"|[{''.join(sorted(_AFTER_A_NAME))}]"
)
_OPENING = re.compile(r"[，。；、：:,.;!?！？（）()“”\"\s\d《》【】\[\]/—-]|[和与由经向对将被把让给请找叫的是为]")


def _opened(text: Cut, at: int) -> bool:
    return at == 0 or _OPENING.match(text.text, at - 1, at) is not None


def _closed(text: Cut, at: int) -> bool:
    return _CLOSING.match(text.text, at) is not None


_SIGNATURE = re.compile(
    r"(?:^|[。！!？?；;\s：:、，,])(?P<it>[\u4e00-\u9fff]{2,4}?)(?=\s*(?:敬上|敬启|谨上|呈上|拜上|敬呈|谨启|叩首|上(?=\s*$)|呈(?=\s*$)|(?:19|20)\d\d\s*[年.\-/]|\s*\d{1,2}月\d{1,2}日\s*$|(?<=[\u4e00-\u9fff])\s*$|\s*1[3-9]\d{9}))"
)


_SIGNED_SURELY = re.compile(r"\s*(?:敬上|敬启|谨上|呈上|拜上|敬呈|谨启|叩首)")


def _signed(text: Cut) -> Iterator[tuple[str, int, int]]:
    for match in _SIGNATURE.finditer(text.text):
        start, end = match.span("it")
        plainly = _name_end(text, start) == end and not _ordinary(text, start, end)
        surely = _SIGNED_SURELY.match(text.text, end) is not None and _could_be_called(match.group("it"))
        surely = surely and _surname(text.text, start) > 0 and end - start <= _COMPOUND + _GIVEN_MAX - 1
        if (plainly or surely) and not match.group("it").endswith((*listed("honorifics"), *listed("posts"))):
            yield "signature", start, end


_DOTTED = re.compile(r"(?<=[\u4e00-\u9fff])(?P<dot>[·•・‧∙])(?=[\u4e00-\u9fff])")
_DOTTED_PART_MAX = 6
_PLACE_END = (
    "苑",
    "园",
    "城",
    "府",
    "湾",
    "区",
    "家",
    "国际",
    "期",
    "邸",
    "庭",
    "都",
    "郡",
    "店",
    "公馆",
    "广场",
    "中心",
    "路",
    "村",
)
_LATIN = re.compile(
    r"(?:我叫|名叫|姓名|本人|联系人|申请人|反映人|来信人|投诉人|收件人|收款人|负责人|外教|老师|经理|户名|署名|老板)(?:是|为|叫|:|：)?\s*"
    r"(?P<it>[A-Z][A-Za-z]+(?:[ .·]+[A-Z][A-Za-z]*){0,3})|"
    r"(?P<its>[A-Z][a-z]+(?:[ .·]+[A-Z][a-z]*){0,3})(?=先生|女士|老师|教授|小姐)"
)


def _parts_of_a_dotted_name(text: Cut, dot: int) -> Iterator[tuple[str, int, int]]:
    """Yield a name written with a dot (库尔班·买买提): syllables that make no words, on both sides."""
    start, end = dot, dot + 1
    while start > 0 and dot - start < _DOTTED_PART_MAX and _syllables(text, start - 1):
        start = max(text.word_at(start - 1).start, dot - _DOTTED_PART_MAX)
    while end < len(text.text) and end - dot <= _DOTTED_PART_MAX and _syllables(text, end):
        end = min(text.word_at(end).end, dot + 1 + _DOTTED_PART_MAX)
    if start < dot and end > dot + 1 and end - start > _SYLLABLES and not text.text[start:end].endswith(_PLACE_END):
        yield "dotted", start, end


def _syllables(text: Cut, at: int) -> bool:
    word = text.word_at(at)
    if not _HAN.match(text.text, at):
        return False
    alone = len(word.text) == 1 and word.text not in _AFTER_A_NAME
    return word.tag.startswith("nr") or alone or not has_word(word.text) or len(word.text) == _SYLLABLES


_SYLLABLES = 3
"""Of so many characters no everyday word consists that stands beside a dot, but many names of peoples do."""


def _foreign(text: Cut) -> Iterator[tuple[str, int, int]]:
    for match in _DOTTED.finditer(text.text):
        yield from _parts_of_a_dotted_name(text, match.start("dot"))
    for match in _LATIN.finditer(text.text):
        group = "it" if match.group("it") else "its"
        yield "latin", match.start(group), match.end(group)


def _beside(text: Cut, found: dict[tuple[int, int], str]) -> Iterator[tuple[str, int, int]]:
    """Yield what stands in a row with a name: 张某、李某、赵某."""
    said = text.text
    pending = [span for span in found if span[1] - span[0] > 1]
    while pending:
        start, end = pending.pop()
        if end < len(said) and said[end] in "、,，和与及" and (after := _name_end(text, end + 1)) > end + 1:
            row = (end + 1, after)
            if (
                row not in found
                and _CLOSING.match(said, after)
                and not _ordinary(text, *row)
                and (said[end] in "、和与及" or after - end == _COMPOUND * 2)
            ):
                pending.append(row)
                found[row] = "in-a-row"
                yield "in-a-row", *row
        if start and said[start - 1] in "、和与及":
            for length in (3, 2, 4):
                row = (start - 1 - length, start - 1)
                if row[0] >= 0 and row not in found and _name_end(text, row[0]) == row[1] and not _ordinary(text, *row):
                    pending.append(row)
                    found[row] = "in-a-row"
                    yield "in-a-row", *row
                    break


def _always_behind(said: str, name: str) -> int:
    """Return 1 where one character follows a name of two wherever it stands: the segmenter cut it off (胡平坚)."""
    behind = [match.group(1) for match in re.finditer(re.escape(name) + r"(.)", said)]
    if len(name) != _COMPOUND or len(behind) < _COMPOUND or len(set(behind)) > 1:
        return 0
    return int(_HAN.match(behind[0]) is not None and behind[0] not in _AFTER_A_NAME | _NEVER_GIVEN)


def _again(text: Cut, found: dict[tuple[int, int], str]) -> Iterator[tuple[str, int, int]]:
    said = text.text
    for name in {said[start:end] for start, end in found if end - start > 1}:
        if has_word(name) and len(name) == 2:  # noqa: PLR2004 - two characters
            continue
        at = said.find(name)
        more = _always_behind(said, name)
        while at >= 0:
            if (at, at + len(name)) not in found or more:
                yield "again", at, at + len(name) + more
            at = said.find(name, at + 1)
