"""Rules for names of persons, of officials too: a surname where people are named, and names that the segmenter knows.

What stays: a surname with 先生, 女士 or 同志 alone, or with 某, for it says no more than the mask "张某" does. What goes
though there is no given name: a surname before a post ("钟县长"), for the post points at one person.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.redaction.lexicon import Word, alternatives, has_word, listed, surnames, words
from services.redaction.reading import Reading
from services.redaction.spans import Kind, Span

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff〇]")
_GIVEN_MAX = 2
_NEVER_GIVEN = frozenset(
    "的了是我你他她它们这那没吗呢吧啊被把您并且若但咱啥么就给让跟某与及或于从至向对在为因到去说称诉述曾已也都均未系即则其此等又再还很不有将要会能可应该该每各个只些两几谁何怎哪请找问答打拿让使用过着"
)
_AFTER_A_NAME = frozenset(
    "的了是我你他她它们这那没吗呢吧啊被把您并且若但就给让跟与及或于从至向对在为因到去说称诉述曾已也都均未系即则其此等又再还很不有将要会能可应和同女男反以自由先打拿住因做当找来于出"
)
"""What comes after a name more often than in it."""
_WORDLIKE = frozenset(
    "和向于从同由时都有能应来过要全单万百党关任安方常高明成水国公经平后管车查计项路江金钱费温解容那强满盘连边利智花门班干但敬司何余章相别权包易封"
)
"""Surnames that are everyday words too: alone before a post they are taken for a name only where a greeting is."""


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    words: tuple[Word, ...]
    starts: tuple[int, ...] = field(default=())

    def word_at(self, at: int) -> Word:
        return self.words[bisect_right(self.starts, at) - 1]

    def begins(self, at: int) -> bool:
        return at >= len(self.text) or self.word_at(at).start == at


def names(reading: Reading) -> Iterator[Span]:
    """Yield the names of a text; a full name found once is found wherever it stands again."""
    if not reading.text:
        return
    cut = words(reading.text)
    text = _Text(reading.text, cut, tuple(word.start for word in cut))
    found: dict[tuple[int, int], str] = {}
    for rule, start, end in _all(text):
        found.setdefault((start, end), rule)
    for rule, start, end in _beside(text, found):
        found.setdefault((start, end), rule)
    for rule, start, end in _again(text, found):
        found.setdefault((start, end), rule)
    for (start, end), rule in found.items():
        yield reading.span(start, end, Kind.PERSON, rule)


def _all(text: _Text) -> Iterator[tuple[str, int, int]]:
    yield from _labelled(text)
    yield from _before_a_title(text)
    yield from _known(text)
    yield from _signed(text)
    yield from _foreign(text)


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


def _name_end(text: _Text, at: int) -> int:
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


def _ordinary(text: _Text, start: int, end: int) -> bool:
    """Say whether what might be a name is an everyday word, or the beginning of one."""
    said = text.text[start:end]
    word = text.word_at(start)
    if any(said.startswith(entry) for entry in (said[:2], said[:3], said) if entry in listed("not_names")):
        return True
    if word.text in listed("not_names") or word.start != start:
        return True
    return len(word.text) > 1 and not word.tag.startswith("nr") and has_word(word.text)


# --- the rules ------------------------------------------------------------------------------------------------------

_SURE = re.compile(
    rf"(?:{alternatives('surely_labels')})(?:[(（][^)）]{{1,6}}[)）])?(?P<sign>(?:是|为|叫|:|：|\s|“|\"|，(?=\s))*)"
)
_ROLE = re.compile(rf"(?:{alternatives('roles')})(?P<sign>[:：\s，,“\"(（]{{0,2}})")
_SURNAMED = re.compile(r"(?:[他她其]叫|叫做?|名为|写成|应为|误写为|改名为?|更名为?)[“\"]?")
_NICK = re.compile(
    r"(?:叫他?她?|喊|外号|绰号|人称|找|联系)(?P<it>[老小阿][\u4e00-\u9fff]|[\u4e00-\u9fff](?:老|麻|胖|瘦)[一二三四五六七八九十子])(?=[，。；、（(,.\s)）]|$)"
)
_END = re.compile(r"[\s，。；、：:,.;!?！？（）()“”\"'《》\[\]【】\d]|$")


def _labelled(text: _Text) -> Iterator[tuple[str, int, int]]:
    said = text.text
    for match in _SURE.finditer(said):
        at = match.end()
        end = _name_end(text, at)
        if end > at and not (
            not match.group("sign") and _ordinary(text, at, end) and not match.group().startswith("我叫")
        ):
            yield "labelled", at, end
        elif (":" in match.group("sign") or "叫" in match.group()) and (
            alone := re.compile(r"[\u4e00-\u9fff]{2,4}(?=[\s，。；、,.;()（）\d”\"]|$)").match(said, at)
        ):
            if "某" not in alone.group() and alone.group() not in listed("roles"):
                yield "labelled", at, alone.end()
    for match in _ROLE.finditer(said):
        at = match.end()
        end = _name_end(text, at)
        if end > at and not _ordinary(text, at, end) and _reasonable(text, at, end):
            yield "after-a-role", at, end
    for match in _SURNAMED.finditer(said):
        at = match.end()
        end = _name_end(text, at)
        if end > at and not _ordinary(text, at, end) and _END.match(said, end):
            yield "called", at, end
    for match in _NICK.finditer(said):
        start, end = match.span("it")
        if said[start + 1] in surnames() or said[start] in surnames():
            yield "nickname", start, end


def _reasonable(text: _Text, start: int, end: int) -> bool:
    """After a role a name stands where a word begins and where one ends, or where the segmenter sees a person."""
    word = text.word_at(start)
    return word.start == start and (word.tag.startswith("nr") or text.begins(end) or bool(_END.match(text.text, end)))


_POST = re.compile(rf"(?:{alternatives('posts')})")
_HONORIFIC = re.compile(rf"(?:{alternatives('honorifics')})")
_ONE_CHARACTER_POST = re.compile(r"[总工局处科所队董校院导](?=[，。；、：:,.;!?！？您你好说\s]|$)")


def _before_a_title(text: _Text) -> Iterator[tuple[str, int, int]]:
    said = text.text
    for match in _POST.finditer(said):
        if len(match.group()) == 1 and not _ONE_CHARACTER_POST.match(said, match.start()):
            continue
        yield from _name_before(text, match.start(), alone=True, short=len(match.group()) == 1)
    for match in _HONORIFIC.finditer(said):
        yield from _name_before(text, match.start(), alone=False, short=False)


def _name_before(text: _Text, at: int, *, alone: bool, short: bool) -> Iterator[tuple[str, int, int]]:
    said = text.text
    for length in (4, 3, 2):
        start = at - length
        if start < 0:
            continue
        surname = _surname(said, start)
        if surname and 0 < length - surname <= _GIVEN_MAX and _given(said, start + surname) >= length - surname:
            if (
                not _ordinary(text, start, at)
                and (text.word_at(start).tag.startswith("nr") or length == 3)
                and not (short and length == 2)
            ):
                yield "before-a-title", start, at
                return
    if alone:
        for length in (2, 1):
            start = at - length
            if start >= 0 and _surname(said, start) == length and _stands_alone(text, start, at, short=short):
                yield "before-a-post", start, at
                return


_GREETED = re.compile(r"(?:尊敬的|敬爱的|亲爱的|尊敬|你好|您好|请问|感谢|姓|^)[\s，,:：“]*$")


def _stands_alone(text: _Text, start: int, at: int, *, short: bool) -> bool:
    """Say whether a surname right before a post is a surname: a word of its own, not the end of another."""
    said = text.text
    word = text.word_at(start)
    if word.start != start:
        return False
    greeted = _GREETED.search(said[:start]) is not None or (start > 0 and said[start - 1] in "、\n\u3000 ，。：:")
    if said[start:at] in _WORDLIKE:
        return greeted
    if short:
        return word.tag.startswith("nr") or greeted
    return word.end in (at, at + 1) or word.tag.startswith("nr") or word.end > at


def _known(text: _Text) -> Iterator[tuple[str, int, int]]:
    """Yield what the segmenter takes for persons, and a surname with the unknown word behind it."""
    said = text.text
    for place, word in enumerate(text.words):
        if not word.tag.startswith("nr") or word.text in listed("not_names"):
            continue
        surname = _surname(said, word.start)
        length = word.end - word.start
        if not surname or not all(map(_HAN.match, word.text)) or "某" in word.text:
            continue
        if surname < length <= surname + _GIVEN_MAX and not any(c in _NEVER_GIVEN for c in word.text[surname:]):
            yield "segmenter", word.start, word.end
        elif length == surname and place + 1 < len(text.words):
            after = text.words[place + 1]
            ends = after.end - after.start
            if (
                ends <= _GIVEN_MAX
                and _given(said, after.start) >= ends
                and not has_word(word.text + after.text)
                and _closed(text, after.end)
                and after.text not in listed("honorifics") | listed("posts")
            ):
                if said[word.start] not in _WORDLIKE:
                    yield "surname-and-word", word.start, after.end


_CLOSING = re.compile(r"(?:[，。；、：:,.;!?！？（）()“”\"\s\d]|等|说|称|诉|是|和|与|及|在|把|被|于|系|因|的|$)")


def _closed(text: _Text, at: int) -> bool:
    return _CLOSING.match(text.text, at) is not None


_SIGNATURE = re.compile(
    r"(?:^|[。！!？?；;\s：:、，,])(?P<it>[\u4e00-\u9fff]{2,4})(?=\s*(?:敬上|敬启|谨上|呈上|拜上|上(?=\s*$)|呈(?=\s*$)|(?:19|20)\d\d\s*[年.\-/]|\s*\d{1,2}月\d{1,2}日\s*$|(?<=[\u4e00-\u9fff])\s*$|\s*1[3-9]\d{9}))"
)


def _signed(text: _Text) -> Iterator[tuple[str, int, int]]:
    for match in _SIGNATURE.finditer(text.text):
        start, end = match.span("it")
        if _name_end(text, start) == end and not _ordinary(text, start, end):
            yield "signature", start, end


_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,6}[·•・‧∙](?:[\u4e00-\u9fff]{1,6})(?:[·•・‧∙][\u4e00-\u9fff]{1,6})*")
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
    r"(?:(?<=我叫)|(?<=名叫)|(?<=姓名)|(?<=本人)|(?<=姓名:)|(?<=姓名：))\s*(?P<it>[A-Z][A-Za-z]+(?:[ .·]+[A-Z][A-Za-z]*){0,3})|"
    r"(?P<its>[A-Z][a-z]+(?:[ .·]+[A-Z][a-z]*){0,3})(?=先生|女士|老师|教授|小姐)"
)


def _foreign(text: _Text) -> Iterator[tuple[str, int, int]]:
    for match in _DOTTED.finditer(text.text):
        if not match.group().endswith(_PLACE_END):
            start = match.start()
            while start < match.end() and not text.begins(start):
                start -= 1
            yield "dotted", max(start, match.start()), match.end()
    for match in _LATIN.finditer(text.text):
        group = "it" if match.group("it") else "its"
        yield "latin", match.start(group), match.end(group)


def _beside(text: _Text, found: dict[tuple[int, int], str]) -> Iterator[tuple[str, int, int]]:
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
                and (said[end] in "、和与及" or after - end == 4)
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


def _again(text: _Text, found: dict[tuple[int, int], str]) -> Iterator[tuple[str, int, int]]:
    said = text.text
    for name in {said[start:end] for start, end in found if end - start > 1}:
        if has_word(name) and len(name) == 2:  # noqa: PLR2004 - two characters
            continue
        at = said.find(name)
        while at >= 0:
            if (at, at + len(name)) not in found:
                yield "again", at, at + len(name)
            at = said.find(name, at + 1)
