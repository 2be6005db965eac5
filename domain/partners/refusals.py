"""Why dealings with media partners and exposures are refused: each rule has a name, as those of a complaint have."""

from __future__ import annotations

from domain.refusals import Refusal


class PartnerKnown(Refusal):
    """A partner is registered once; what changes is changed."""

    zh = "媒体 {partner} 已登记，请用 change 更改"
    en = "the outlet {partner} is registered: change it instead"
    field = "partner"


class NoSuchPartner(Refusal):
    """No outlet goes by this code."""

    zh = "没有媒体 {partner}，请先登记（hangfeng partners register）"
    en = "there is no outlet {partner}: register it first (hangfeng partners register)"
    field = "partner"


class PartnerIsSuspended(Refusal):
    """Nothing is offered to an outlet while it is suspended."""

    zh = "媒体 {partner} 已暂停合作，请先恢复"
    en = "the outlet {partner} is suspended: resume it first"
    field = "partner"


class EmbargoOutOfRange(Refusal):
    """An embargo lasts between nothing and so many minutes."""

    zh = "禁发时间须在 0 与 {minutes_max} 分钟之间"
    en = "an embargo lasts between 0 and {minutes_max} minutes"
    field = "embargo_minutes"


class MaterialNotPublic(Refusal):
    """Only what was published for the public is given to the media."""

    zh = "“{material}”不是已公开发布的内容；写作 bulletin:2026Q1/1 或 exposure:批次"
    en = "{material} is nothing that was published for the public; write bulletin:2026Q1/1 or exposure:BATCH"
    field = "material"


class NoSuchOffer(Refusal):
    """The outlet was made no such offer."""

    zh = "没有向媒体 {partner} 提供过第 {offer} 号内容"
    en = "the outlet {partner} was made no offer {offer}"
    field = "offer"


class EmbargoStands(Refusal):
    """Nothing is aired before its embargo ends."""

    zh = "禁发至 {until}，播出时间不能更早"
    en = "the embargo stands until {until}: nothing is aired before"
    field = "aired_at"


class NotAiredYet(Refusal):
    """Only what was aired is recorded as aired."""

    zh = "播出时间不能晚于现在"
    en = "what is recorded as aired lies in the past"
    field = "aired_at"


class NoSuchCoverage(Refusal):
    """No coverage goes by this number, or it did not name the unit."""

    zh = "没有涉及该单位的第 {coverage} 号报道"
    en = "there is no coverage {coverage} that named this unit"
    field = "coverage"


class CoverageIsAnswered(Refusal):
    """A unit responds to a coverage once."""

    zh = "{unit} 已回应第 {coverage} 号报道"
    en = "{unit} has responded to coverage {coverage}"
    field = "coverage"


class NoSuchExposure(Refusal):
    """No batch of exposures goes by this code, or it has no such item."""

    zh = "没有曝光批次或条目 {exposure}"
    en = "there is no batch or item of exposures {exposure}"
    field = "exposure"


class ExposureKnown(Refusal):
    """A batch is drafted once."""

    zh = "曝光批次 {exposure} 已存在"
    en = "the batch of exposures {exposure} exists"
    field = "exposure"


class ExposureNotThere(Refusal):
    """A batch is written while it is a draft, approved once it has items, published once approved, then withdrawn."""

    zh = "曝光批次 {exposure} 当前为“{status}”，不能执行该操作"
    en = "the batch {exposure} is {status}: that cannot be done now"
    field = "exposure"


class SecondPersonNeeded(Refusal):
    """Whoever wrote a batch does not approve it."""

    zh = "曝光须由未参与编写的第二人批准，{name} 参与了编写"
    en = "a batch is approved by a second person; {name} had a part in writing it"
    field = "exposure"


class MatterNotForExposure(Refusal):
    """An accusation, a confidential matter and one withdrawn from publication are never exposed (事涉保密不得曝光)."""

    zh = "检举控告、保密或已撤回公开的事项不得曝光"
    en = "an accusation, a confidential matter, or one withdrawn from publication is never exposed"
    field = "complaint"


class ExposureTellsWho(Refusal):
    """Published words name nobody; what looks like a person, a number or an address is masked first."""

    zh = "曝光文字中似有个人信息（{found}），请改写；脱敏后为：{masked}"
    en = "the words seem to tell who somebody is ({found}); masked they read: {masked}"
    field = "words"


class WebhookRefused(Refusal):
    """A webhook goes to a public address over TLS, unless the settings say otherwise (防止请求伪造)."""

    zh = "不能向该地址发送：{why_zh}"
    en = "nothing is sent to that address: {why_en}"
    field = "webhook"


class NoSuchDelivery(Refusal):
    """No delivery goes by this number, or it is not dead."""

    zh = "没有可重发的第 {delivery} 号投递"
    en = "there is no delivery {delivery} to be sent again"
    field = "delivery"
