"""Rules for what is written in digits and letters: telephones, certificates, accounts, plates, addresses on the net.

A rule is a pattern over the text as read (``reading.py``); what it masks is its group ``it``, or all of it. Recall
comes first: a label before a number ("户号", "卡号") is enough, whatever the check digit says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from services.redaction.reading import Reading
from services.redaction.spans import Kind, Span

_CARD_DIGITS = range(13, 20)
_LONG_DIGITS_MIN = 8

_SAY = (
    r"(?:号码|号|账号|帐号|名|编码|代码|卡号)?\s*(?:是|为|叫|:|：|＝|=|】|\)|）|\]|No\.?|no\.?|、|,|，|“|\"|\s){0,4}\s*"
)
_GAP = r"[ \-/\u2010-\u2015—\u2212.·\u00a0]"


@dataclass(frozen=True, slots=True)
class NumberRule:
    """A pattern and the kind of what it finds; ``holds`` says of the digits whether they may be it."""

    name: str
    kind: Kind
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] | None = None


def luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit of a bank card (ISO/IEC 7812)."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0  # noqa: PLR2004 - one digit


def identity_check(number: str) -> bool:
    """Return whether the 18th sign of an identity number is the one that the other 17 give (GB 11643)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


def _card(found: str) -> bool:
    digits = re.sub(r"\D", "", found)
    return len(digits) in _CARD_DIGITS and luhn(digits)


def _not_a_date(found: str) -> bool:
    return re.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", found) is None


def _rule(name: str, kind: Kind, pattern: str, holds: Callable[[str], bool] | None = None) -> NumberRule:
    return NumberRule(name, kind, re.compile(pattern), holds)


_DAY = r"(?:\d{4}\s*(?:年|[-./])\s*\d{1,2}(?:\s*(?:月|[-./])(?:\s*\d{1,2}\s*[日号]?)?)?)"
_DAY_ZH = r"(?:[一二三四五六七八九〇零○O]{2,4}年(?:[一二三四五六七八九十]{1,3}|正|腊|冬)月(?:(?:初|廿)?[一二三四五六七八九十]{1,3}[日号])?)"  # noqa: E501
_DAY_SHORT = r"(?:\d{1,2}月\d{1,2}[日号])"
_YEAR_MONTH = r"(?:\d{2,4}年(?:\d{1,2}月(?:\d{1,2}[日号])?)?)"
_ANY_DAY = rf"(?:{_DAY}|{_DAY_ZH}|{_YEAR_MONTH}|{_DAY_SHORT})"

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_TITLED = (
    r"户号|编号|合同号|单号|学号|工号|警号|准考证号?|保单号?|车架号|发动机号|案号|立案号|档案号|房产证号?|产权证号?|证号|卡号|表号|流水号|受理号|"
    r"备案号|序列号|登记号|住院号|门诊号|病历号|考号|会员号|社保号|医保号|低保证|残疾证|优待证|老年证|退役证"
)

RULES: tuple[NumberRule, ...] = (
    _rule("link", Kind.LINK, r"(?i)(?:https?|ftp)://[^\s\u3000-\u303f\u4e00-\u9fff，。；！？、（）“”]+"),
    _rule(
        "link-bare",
        Kind.LINK,
        r"(?i)(?<![\w@.])(?:[a-z0-9\-]+\.)+(?:com|cn|net|org|gov|edu|cc|top|vip|example)(?:\.cn)?/[^\s\u3000-\u303f\u4e00-\u9fff，。；！？、（）“”]+",
    ),
    _rule("email", Kind.EMAIL, r"(?i)[a-z0-9][a-z0-9._%+\-]*\s?@\s?[a-z0-9\-]+(?:\.[a-z0-9\-]+)+"),
    _rule(
        "identity-18",
        Kind.IDENTITY,
        rf"(?<!\d)[1-9]\d{{5}}{_GAP}?(?:18|19|20)\d{{2}}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]){_GAP}?\d{{3}}[\dXx×](?!\d)",
    ),
    _rule(
        "identity-15",
        Kind.IDENTITY,
        r"(?<!\d)[1-9]\d{7}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}(?!\d)",
    ),
    _rule(
        "identity-said",
        Kind.IDENTITY,
        rf"(?:身份证|公民身份号码|证件号码?|身份号码){_SAY}(?P<it>\d[\d\s\-*Xx]{{5,24}}[\dXx])",
    ),
    _rule("identity-part", Kind.IDENTITY, r"(?<![\dA-Za-z])\d{6,14}[*＊]{2,}\d{0,4}[Xx]?"),
    _rule(
        "tail-identity",
        Kind.IDENTITY,
        r"(?:身份证|证件)(?:号码?)?(?:的)?(?:后[四六46]位|尾号|末[四4]位)(?:数|号)?(?:是|为|:|：|\s)*(?P<it>\d{3,6}[\dXx])",
    ),
    _rule(
        "tail-card",
        Kind.CARD,
        r"(?:卡|账户|账号|存折)(?:号)?(?:的)?(?:后[四4]位|尾号|末[四4]位)(?:数|号)?(?:是|为|:|：|\s)*(?P<it>\d{3,6})",
    ),
    _rule(
        "tail-phone",
        Kind.PHONE,
        r"(?:后四位|尾号|末四位)(?:数|号)?(?:是|为|:|：|\s)*(?P<it>\d{3,4})(?!\d|[号路线])",
    ),
    _rule(
        "phone-mobile",
        Kind.PHONE,
        rf"(?<!\d)(?:(?:\+|00)?86{_GAP}*)?1[3-9]\d(?:{_GAP}?\d{{4}}{_GAP}?\d{{4}}|{_GAP}?\d{{3}}{_GAP}?\d{{5}})(?!\d)",
    ),
    _rule("phone-spaced", Kind.PHONE, rf"(?<!\d)1{_GAP}[3-9](?:{_GAP}{{0,2}}\d){{9}}(?!\d)"),
    _rule(
        "phone-landline",
        Kind.PHONE,
        rf"(?<!\d)(?:\+?86{_GAP}*)?[(]?0\d{{2,3}}[)]?(?:{_GAP}{{0,3}}\d{{7,8}}|{_GAP}{{1,3}}\d{{3,4}}{_GAP}\d{{3,4}})(?!\d)"
        rf"(?:(?:[\-—]|转|分机)+\d{{1,5}}(?![\d年.]))?(?:[、/,或和]\s*\d{{7,8}}(?!\d)(?:(?:[\-—]|转|分机)+\d{{1,5}}(?![\d年.]))?)*",
    ),
    _rule("phone-extension", Kind.PHONE, r"(?<=转)(?:分机)?\s*(?P<it>\d{2,5})(?=[，。；、,.;)\s]|$)"),
    _rule(
        "phone-chinese",
        Kind.PHONE,
        r"[一幺么1壹][三四五六七八九3-9](?:[\s、，,]?[一二三四五六七八九零〇○幺两\d]){9}(?![一二三四五六七八九零〇\d])",
    ),
    _rule(
        "phone-said",
        Kind.PHONE,
        r"(?i)(?:电\s?话|手\s?机|联系方式|致电|拨打|直接打|打|座机|传真|号码|联系|tel|phone|来电|呼叫|热线|咨询)"
        r"(?:号码?|是|为|:|：|\s|（|\(|了)*"
        r"(?P<it>[2-9]\d{2,3}[ \-]?\d{4}(?![\d元万亿.])(?:(?:[、/,或和]\s*|转)\d{1,8})*)(?!\d)",
    ),
    _rule(
        "phone-part",
        Kind.PHONE,
        r"(?<!\d)1[3-9]\d{2,8}[*＊xX]{1,3}\d{0,4}(?![\d*＊])|(?<!\d)1[3-9]\d[*＊]{4}\d{4}(?!\d)",
    ),
    _rule(
        "passport-said",
        Kind.PASSPORT,
        r"(?:护照|通行证|台胞证|回乡证|居留证|居留许可|军官证|士兵证|警官证|海员证|往来[^，。]{0,8}证)[^。；\n]{0,6}?"
        r"(?P<it>[军武海空]字?第?\d{5,8}号?|(?<![A-Za-z0-9])[A-Za-z]{1,3}\d{6,12}|(?<!\d)\d{8,10}(?!\d))",
    ),
    _rule("passport", Kind.PASSPORT, r"(?<![A-Za-z0-9])(?:[EGDSPH]\d{8}|E[A-Z]\d{7}|[CHM]\d{8,10})(?![A-Za-z0-9])"),
    _rule(
        "card-said",
        Kind.CARD,
        r"(?:卡号|银行卡|账号|帐号|账户|帐户|存折|一卡通|信用卡|储蓄卡|工资卡|社保卡|金融卡|户头|对公户|打到|汇到|转到|转入)"
        r"[^\d，。；\n]{0,8}(?P<it>\d(?:[\d \-]{5,28})\d)(?![\d元万])",
    ),
    _rule("card", Kind.CARD, r"(?<![\d.])[3-9]\d{3}(?:[ \-]?\d{4}){2}[ \-]?\d{1,4}(?:[ \-]?\d{1,3})?(?![\d.])", _card),
    _rule(
        "plate",
        Kind.PLATE,
        rf"[{_PROVINCES}]\s?[A-Za-z]\s?[·•・．.\-\u2014]?\s?(?=[A-Za-z0-9]*\d)[A-HJ-NP-Za-hj-np-z0-9]{{4,6}}[警学挂港澳领试超临]?"
        r"(?![A-Za-z0-9])",
    ),
    _rule(
        "plate-said",
        Kind.PLATE,
        r"(?:车牌号?码?|牌照|车号)(?:是|为|:|：|\s|（|\()*(?P<it>[\u4e00-\u9fff]?[A-Za-z]?[·\-]?(?=[A-Za-z0-9]*\d)[A-Za-z0-9*]{4,7})",
    ),
    _rule("plate-special", Kind.PLATE, rf"WJ\s?[{_PROVINCES}]?\s?\d{{4,5}}[A-Z]?|(?<![\d\u4e00-\u9fff])\d{{6}}使"),
    _rule(
        "account-said",
        Kind.ACCOUNT,
        r"(?i)(?:微信号?|v信|威信|wechat|weixin|QQ群?|扣扣|企鹅号|抖音号?|快手号?|小红书号?|微博号?|旺旺|支付宝|闲鱼|陌陌|钉钉|B站|知乎|贴吧|加[Vv]|飞信|YY)"
        r"(?:号码?|群号?|账号|帐号|账户|昵称|名|id|ID|是|为|叫|:|：|=|\s|（|\(|“|\"|@|）)*(?P<it>(?=[A-Za-z0-9_\-]*[0-9A-Za-z])[A-Za-z0-9][A-Za-z0-9_\-]{4,24})",
    ),
    _rule(
        "account-named",
        Kind.ACCOUNT,
        r"(?:网\s?友|昵称|网名|用户名?|ID|账号|旺旺|小红书|抖音|快手|微博)(?:是|为|叫|:|：|\s|（)*[“\"「『‘'【](?P<it>[^”\"」』’'】\n]{1,24})[”\"」』’'】]",
    ),
    _rule("account-quoted", Kind.ACCOUNT, r"[“\"「](?P<it>[^”\"」\n]{1,24})[”\"」](?=网友)"),
    _rule(
        "account-colon",
        Kind.ACCOUNT,
        r"(?:昵称|网名|用户名|账号|帐号|旺旺|微博名?)(?:是|为|叫|:|：)+\s*(?P<it>[^\s，。；、）)（(“”\"]{2,20})",
    ),
    _rule("account-wangwang", Kind.ACCOUNT, r"(?:旺旺)\s*(?P<it>[\u4e00-\u9fffA-Za-z0-9_]*\d{2,}[A-Za-z0-9_]*)"),
    _rule("account-at", Kind.ACCOUNT, r"(?<![A-Za-z0-9._])@\s?(?P<it>[\u4e00-\u9fffA-Za-z0-9_\-]{2,20})"),
    _rule("account-forum", Kind.ACCOUNT, r"(?<![A-Za-z0-9])(?:UU\d{3,12}|A\d{5,12})(?![A-Za-z0-9])"),
    _rule(
        "account-greeted",
        Kind.ACCOUNT,
        r"网\s?友(?!您好|你好|们|同志|朋友|所反映|反映|反馈)(?P<it>[^\s，。：:,“”\"、！!]{2,16}?)(?=\s*(?:您好|你好|:|：|，您好))",
    ),
    _rule("account-vx", Kind.ACCOUNT, r"(?i)(?<![A-Za-z0-9])(?:wx|wxid_|vx|qq)[:：]?[A-Za-z0-9_\-]{5,20}"),
    _rule(
        "birth-after",
        Kind.BIRTH,
        rf"(?P<it>{_ANY_DAY}(?:\([^)]{{1,8}}\))?)\s*(?:出生|生人|生于|降生|诞生|生(?=[，。；、,.;\s)]|$))",
    ),
    _rule(
        "birth-said",
        Kind.BIRTH,
        rf"(?:出生(?:日期|年月日?|时间)?|生日|生于|诞生于|出生于)[^\d一二三四五六七八九〇零，。；\n]{{0,10}}(?P<it>{_ANY_DAY})",
    ),
    _rule(
        "birth-also",
        Kind.BIRTH,
        rf"(?:生日|出生)[^。；\n]{{1,30}}(?:写成|录成|登记成|登记为|实际是|应为|改成|改为|误为)了?(?P<it>{_ANY_DAY})",
    ),
    _rule(
        "number-case",
        Kind.NUMBER,
        r"[(（〔\[]\s*(?:19|20)\d\d\s*[)）〕\]]\s*[\u4e00-\u9fff]{1,3}\d{0,4}[\u4e00-\u9fff]{1,4}(?:字第?)?\s*\d{1,7}号?(?:之[一二三四五六七八九十])?",
    ),
    _rule(
        "number-property",
        Kind.NUMBER,
        r"[\u4e00-\u9fff]{0,3}[(（]\d{4}[)）][\u4e00-\u9fff]{1,12}不动产权第?\s*\d{4,10}号?",
    ),
    _rule(
        "number-deed",
        Kind.NUMBER,
        r"[\u4e00-\u9fff]{1,4}(?:房|土|国用|林)[\u4e00-\u9fff]{0,4}证?字第?\s*[A-Za-z0-9\-]{4,14}号?",
    ),
    _rule("number-petition", Kind.NUMBER, r"[\u4e00-\u9fff]{0,3}[\[〔(]\s*(?:19|20)\d\d\s*[\])〕]\s*\d{6,12}号?"),
    _rule(
        "number-said",
        Kind.NUMBER,
        rf"(?:{_TITLED}|编\s?号|序号为)(?:码)?(?:是|为|:|：|\s|（|\(|“|\"|No\.?|【|\[)*(?P<it>(?=[A-Za-z\-_]*\d)[A-Za-z0-9][A-Za-z0-9\-_/]{{2,31}})(?![元%])",
    ),
    _rule(
        "number-certificate",
        Kind.NUMBER,
        r"(?:证|卡|照)(?:号码?|编号)?(?:是|为|:|：|\s|（|\()*(?P<it>[A-Za-z]{0,4}\d{6,24}[A-Za-z]?\d{0,4})(?![\dA-Za-z元])",
    ),
    _rule(
        "number-long",
        Kind.NUMBER,
        rf"(?<![\d.A-Za-z])\d{{{_LONG_DIGITS_MIN},}}(?![\dA-Za-z]|\.\d|[元万亿平])",
        _not_a_date,
    ),
    _rule(
        "number-code",
        Kind.NUMBER,
        r"(?<![A-Za-z0-9./])(?!GB|DB|DG|JGJ|CJ|JT|HJ|ISO|TJ)[A-Z]{1,6}-?[A-Z0-9\-]*\d{6,}[A-Z0-9]*(?![A-Za-z0-9])",
    ),
)
"""Every rule, in the order in which a stretch that two of them find is given to one."""


def numbers(reading: Reading) -> Iterator[Span]:
    """Yield what the rules find, the earlier rule first."""
    for rule in RULES:
        for match in rule.pattern.finditer(reading.text):
            group = "it" if "it" in rule.pattern.groupindex else 0
            found = match.group(group)
            if found and (rule.holds is None or rule.holds(found)):
                start, end = match.span(group)
                yield reading.span(start, end, rule.kind, rule.name)
