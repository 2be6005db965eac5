"""Rules for the name of a one-person business (个体字号): whoever reads it knows whose it is."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from services.redaction.addresses import name_start
from services.redaction.divisions import behind_a_division
from services.redaction.lexicon import Cut, alternatives, common_surnames, entries, listed
from services.redaction.reading import Reading
from services.redaction.spans import Kind, Span

_SHOP = rf"(?:{alternatives('shops')})"
_STOPS = r"[^\s，。；、：:,.;!?！？（）()“”\"'《》【】\[\]的了是在我你他它把被和与]"
_SAID = re.compile(
    r"(?:我(?:自己)?(?:经营|开|家开|家|在)(?:了|的|办的?)*(?:一家|一个|一间)?|名下(?:有)?的?|个体工商户|个体户|合作社|字号(?:为|是|叫|:|：)*|店名(?:为|是|叫|:|：)*|"
    rf"开了?一?[家间个]|在(?=[^，,。；;]{{2,12}}(?:办|充|消费|做了|买|预付|打工|上班))|注册了?一?个?|经营的|经营者为?|开的|家的)[“\"]?(?P<it>{_STOPS}{{1,12}}?{_SHOP})(?![\u4e00-\u9fff]?[主员长])"
)
_OWNED = re.compile(
    rf"(?P<it>(?:[老小阿大]?[{''.join(sorted(common_surnames()))}])(?:[一二三四五六七八九十大小老]?(?:记|氏|嫂|姐|哥|妹|叔|婶|婆|爷|妈|娘|胖子|胡子|麻子|师傅|老[一二三四五六七八九幺]|一手|瞎子|驼子))[\u4e00-\u9fff]{{0,6}}?{_SHOP})"
)
_OLD = re.compile(rf"(?P<it>[老小阿][{''.join(sorted(common_surnames()))}][\u4e00-\u9fff]{{0,4}}?{_SHOP})")
_QUOTED = re.compile(rf"[“\"「](?P<it>[^”\"」\n]{{2,12}}{_SHOP})[”\"」]")
_RUN_BY = re.compile(
    rf"(?P<it>{_STOPS}{{1,10}}{_SHOP})(?=[“”\"（(，, ]{{0,2}}(?:经营者|业主[:：]|店主|老板|法人|负责人)[:：]?"
    rf"[{''.join(sorted(common_surnames()))}][\u4e00-\u9fff])"
)


_ENDING = re.compile(
    rf"(?:{alternatives('shops')}|{alternatives('small_shops')})(?![\u4e00-\u9fff]?(?:公司|集团|行业|协会|街(?!道)|大厦))"
)
_NAME_MIN = 2
_NAME_MAX = 8


def _by_ending(cut: Cut) -> Iterator[tuple[int, int]]:
    """Yield shops by what their names end in, where something stands before it that says more than the sort of shop."""
    text = cut.text
    for match in _ENDING.finditer(text):
        word = cut.word_at(match.start())
        start = behind_a_division(text, name_start(cut, min(word.start, match.start())), match.start())
        start = max(start, text.rfind("路", start, match.start()) + 1, text.rfind("街", start, match.start()) + 1)
        name = text[start : match.start()]
        left, before = name, ""
        while left and left != before:
            before = left
            for sort in _sorts():
                left = left.removesuffix(sort)
        if len(left) >= _NAME_MIN and len(name) <= _NAME_MAX and re.search(r"[\u4e00-\u9fffA-Za-z]", left):
            yield start, match.end()


@functools.cache
def _sorts() -> tuple[str, ...]:
    words = (*entries("not_shops"), *entries("not_public_places"), *entries("not_places"))
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def businesses(reading: Reading, text: Cut) -> Iterator[Span]:
    """Yield the names of one-person businesses."""
    for start, end in _by_ending(text):
        yield reading.span(start, end, Kind.BUSINESS, "shop")
    for name, pattern in (
        ("owner-said", _SAID),
        ("owner-in-name", _OWNED),
        ("owner-in-name", _OLD),
        ("quoted", _QUOTED),
        ("run-by", _RUN_BY),
    ):
        for match in pattern.finditer(reading.text):
            start, end = match.span("it")
            start += _after_the_county(match.group("it"))
            if reading.text[start:end] not in listed("shops") and end - start > 2:  # noqa: PLR2004 - two name nothing
                yield reading.span(start, end, Kind.BUSINESS, name)


_COUNTY = re.compile(r".{0,6}(?:省|市|区|县|镇|乡|街道)(?=.{3})")


def _after_the_county(said: str) -> int:
    found = _COUNTY.match(said)
    return found.end() if found else 0
