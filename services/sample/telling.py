"""How a story is told (行文): by whom, through which door, where and when; and how a unit answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from domain.words import Channel, ComplaintKind, Finding
from services.sample.chance import likely
from services.sample.city import City, CityUnit, District
from services.sample.stories import Route, Story

NUMBER_PREFIX = "1380000"
"""Every telephone number of the sample begins so: a block that stands for an example, not for a person."""

_COUNTS = "两三四五六七八"
_TIMES = ("晚上九点多", "清早六点不到", "中午吃饭的时候", "傍晚下班点", "天刚擦黑", "早上七点来钟")
_NIGHTS = ("晚上十点多", "凌晨两三点", "夜里十一点以后", "后半夜", "凌晨四点左右", "过了零点")
_COMPLAINING = frozenset({ComplaintKind.COMPLAINT, ComplaintKind.HELP, ComplaintKind.REPORT})

_I = {
    Channel.HOTLINE: "来电人",
    Channel.VISIT: "来访人",
    Channel.ON_AIR: "听众",
    Channel.UPPER_LEVEL: "反映人",
    Channel.PARTNER: "市民",
}
_OPENING: dict[Channel, tuple[str, ...]] = {
    Channel.HOTLINE: ("来电人反映：", "来电反映：", "{先生}来电称：", "{先生}来电，"),
    Channel.WEB_MAILBOX: ("", "您好！", "你们好，", "反映一个情况："),
    Channel.WECHAT: ("你好，", "在吗？想反映个事。", "麻烦问一下，", "行风热线你好！", "我说个情况啊，"),
    Channel.LETTER: ("尊敬的行风热线：\n", "行风热线的同志们：\n", "负责同志：\n"),
    Channel.VISIT: ("来访人当面反映：", "{先生}到接待室反映："),
    Channel.LEADER_MAILBOX: ("尊敬的领导：您好！", "领导您好，百忙之中打扰了。"),
    Channel.EMAIL: ("您好，来信反映如下：", "编辑您好："),
    Channel.WEIBO: ("#澜州行风热线# ", "@澜州行风热线 "),
    Channel.ON_AIR: ("（直播来电）听众{先生}：", "（直播间热线）{先生}说，"),
    Channel.UPPER_LEVEL: ("（上级转办）群众反映：", "（上级转办件）"),
    Channel.PARTNER: ("（12345平台转入）", "（平台转入工单）市民反映："),
}
_CLOSING: dict[Channel, tuple[str, ...]] = {
    Channel.HOTLINE: ("", "", "已告知来电人受理编号。", "来电人情绪激动，已安抚。"),
    Channel.WECHAT: ("", "谢谢", "麻烦了🙏", "盼回复"),
    Channel.LETTER: ("\n此致\n敬礼！\n{署名}\n{信日}",),
    Channel.LEADER_MAILBOX: ("此致敬礼！", "盼复，谢谢！"),
    Channel.WEIBO: ("", "求扩散！", "有图有真相。"),
}
_PLAINTS = (
    "{我}已经是第二次反映这件事了。",
    "{我}不是爱找事的人，实在是没有办法。",
    "周围邻居也都是这个意见。",
    "之前在社区群里问过，没有人给个准话。",
    "这件事拖得越久越麻烦。",
    "有照片和视频，需要的话可以提供。",
)
_REQUESTS = (
    "请不要公开姓名。",
    "方便的话请下午五点以后回电话。",
    "{我}白天上班，短信回复也可以。",
    "如果需要补充材料，请一次说清楚。",
)

_GREETING = (
    "{先生}：您好！您反映的“{题}”一事收悉，现答复如下。",
    "您好！您反映的问题我单位已安排专人调查，现将情况回复如下。",
    "尊敬的{先生}：您好。关于您反映的事项，我们已逐项核实，答复如下。",
    "{先生}您好，感谢您对我单位工作的关注和监督，现就有关情况答复如下：",
    "您好！来件收到后，我单位当日即与您取得联系，核实情况如下：",
)
_PARTLY = "您反映的其他情况，经查与事实不完全相符，已在电话中向您说明。"
_UNVERIFIABLE = (
    "因现有线索不足，经走访和调取资料仍无法核实具体时间和人员；如您有新的证据，请随时提供，我单位将继续调查。"
)
_SORRY = (
    "因协调环节较多，本次答复超过了承诺时限，向您诚恳致歉。",
    "由于内部流转不畅，未能按时答复，我们已作检讨，请您谅解。",
)
_AGAIN = "接到重办要求后，分管负责人{办日}带队到现场与您当面沟通，对上次答复不够具体的问题作了改正。"
_PARTING = (
    "感谢您的监督，如有疑问请拨打我单位公示电话。",
    "再次感谢您的理解与支持，祝生活愉快！",
    "欢迎您继续监督我们的工作。",
    "如您对办理结果不满意，可在回访时提出，我们继续改进。",
    "",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who turns to the hotline; all of it invented."""

    name: str
    woman: bool
    number: str
    openid: str
    home: str

    @property
    def addressed(self) -> str:
        """How the person is spoken to."""
        return f"{self.name[0]}{'女士' if self.woman else '先生'}"


@dataclass(frozen=True, slots=True)
class Scene:
    """A story at a place, a time and a door, with the words that fill its gaps."""

    story: Story
    variant: int
    unit: CityUnit
    district: District
    person: Person
    channel: Channel
    day: date
    words: dict[str, str]

    @property
    def title(self) -> str:
        """The title of the case."""
        return self._said(_aligned(self.story.title, self.variant))

    @property
    def place(self) -> str:
        """Where it happened, as an address."""
        return self.words["园"]

    def text(self, rng: Random) -> str:
        """Return what the person said, as it was written down at the door."""
        story = self.story
        parts = [rng.choice(_OPENING[self.channel]), _aligned(story.what, self.variant)]
        parts += rng.sample(story.more, rng.randint(1, len(story.more)))
        if story.kind in _COMPLAINING and story.route is Route.ORDINARY and likely(rng, 40):
            parts.append(rng.choice(_PLAINTS))
        parts.append(
            _aligned(story.ask, self.variant) if len(story.ask) == len(story.what) else rng.choice(story.ask),
        )
        if story.route is Route.ORDINARY and likely(rng, 20):
            parts.append(rng.choice(_REQUESTS))
        parts.append(rng.choice(_CLOSING.get(self.channel, ("",))))
        return self._said("".join(parts))

    def reply(
        self,
        rng: Random,
        at: datetime,
        finding: Finding | None = None,
        *,
        late: bool = False,
        again: bool = False,
    ) -> str:
        """Return the unit's answer to the person, as of the day on which it is written."""
        story = self.story
        parts = [rng.choice(_GREETING)]
        if again:
            parts.append(_AGAIN)
        match finding:
            case Finding.NOT_SUBSTANTIATED:
                parts.append(_aligned(story.clear, self.variant))
            case Finding.UNVERIFIABLE:
                parts.append(_UNVERIFIABLE)
            case _:
                parts += [_aligned(story.check, self.variant), _aligned(story.fix, self.variant)]
        if finding is Finding.PARTLY:
            parts.append(_PARTLY)
        if late:
            parts.append(rng.choice(_SORRY))
        parts.append(rng.choice(_PARTING))
        return self._said("".join(parts), **_days_around(rng, self.day, at.date()))

    def direct_answer(self) -> str:
        """Return what the hotline itself answered."""
        return self._said(_aligned(self.story.check, self.variant) + _aligned(self.story.fix, self.variant))

    def _said(self, text: str, **more: str) -> str:
        title = _aligned(self.story.title, self.variant).format_map(self.words)
        return text.format_map({**self.words, "题": title, **more})


def set_scene(
    rng: Random,
    city: City,
    story: Story,
    unit: CityUnit,
    district: District,
    person: Person,
    channel: Channel,
    day: date,
) -> Scene:
    """Put a story at a place; the same random numbers give the same scene."""
    happened = day - timedelta(days=rng.randint(1, 9))
    street = rng.choice(district.streets)
    window = rng.choice(unit.windows).format_map({"街": street, "区": district.name})
    words = {
        "我": _I.get(channel, "我"),
        "区": district.name,
        "街": street,
        "路": rng.choice(district.roads),
        "园": rng.choice(district.estates),
        "社": rng.choice(district.communities),
        "村": rng.choice(district.villages),
        "校": rng.choice(district.schools),
        "医": rng.choice(district.hospitals),
        "店": rng.choice(city.shops),
        "线": rng.choice(city.buses),
        "厅": window,
        "号": str(rng.randint(1, 28)),
        "天": rng.choice(_COUNTS),
        "月": rng.choice(_COUNTS),
        "时": rng.choice(_TIMES),
        "夜": rng.choice(_NIGHTS),
        "人": str(rng.randint(9, 68)),
        "小钱": str(rng.randint(6, 48) * 10),
        "大钱": str(rng.randint(12, 96) * 100),
        "日": _day(happened),
        "年": str(day.year),
        "先生": person.addressed,
        "署名": person.name,
        "信日": f"{day.year}年{_day(day - timedelta(days=3))}",
        "办日": _day(day),
        "限日": _day(day + timedelta(days=20)),
    }
    return Scene(story, rng.randrange(len(story.what)), unit, district, person, channel, day, words)


def _aligned(wordings: tuple[str, ...], variant: int) -> str:
    return wordings[variant % len(wordings)]


def _days_around(rng: Random, came: date, answered: date) -> dict[str, str]:
    """Name the day on which the unit went to look, and the day by which it promises to be done."""
    waited = max((answered - came).days, 0)
    looked = answered - timedelta(days=rng.randint(0, min(waited, 4)))
    return {"办日": _day(looked), "限日": _day(answered + timedelta(days=rng.randint(8, 40)))}


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
