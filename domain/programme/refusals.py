"""Why an episode does not go on: each rule of the programme has a name, as the rules of a complaint have."""

from __future__ import annotations

from domain.refusals import Refusal


class NoSuchEpisode(Refusal):
    """There is no such episode."""

    zh = "没有“{episode}”这一期节目，请先排期：hangfeng episode schedule {episode}"
    en = "there is no episode {episode}: schedule it first (hangfeng episode schedule {episode})"


class EpisodeCalledOff(Refusal):
    """Nothing is prepared for an episode that was called off."""

    zh = "“{episode}”已取消（{reason}）；如恢复播出请另立一期"
    en = "{episode} was called off ({reason}): schedule another one in its place"


class EpisodeAired(Refusal):
    """What was prepared is not changed any more once the episode was broadcast; the broadcast is told anew instead."""

    zh = "“{episode}”已播出，不能再改编排；播出情况有误请重新记录播出"
    en = "{episode} was broadcast, its preparation stands; tell the broadcast anew to put it right"


class NotOnAirYet(Refusal):
    """Nothing was broadcast or promised before the day of the episode."""

    zh = "“{episode}”定于 {airs_on} 播出，此前不能记录播出情况和现场承诺"
    en = "{episode} airs on {airs_on}: nothing is aired or promised before that day"


class UnitNotOnAir(Refusal):
    """Only a unit that comes can be stood in for or promise something."""

    zh = "“{unit}”未确认上线本期；请先邀请并确认"
    en = "{unit} has not confirmed for this episode: invite and confirm it first"
    field = "unit"


class UnitInvitedAlready(Refusal):
    """The unit was asked already."""

    zh = "“{unit}”已在本期邀请之列"
    en = "{unit} is invited already"
    field = "unit"


class UnitNotInvited(Refusal):
    """Only a unit that was asked confirms or withdraws."""

    zh = "“{unit}”未被邀请；请先邀请"
    en = "{unit} is not invited: invite it first"
    field = "unit"


class NobodyOnAir(Refusal):
    """An episode is not broadcast without a unit in the studio."""

    zh = "尚无单位确认上线，不能记录播出"
    en = "no unit has confirmed, so nothing was broadcast: confirm who comes first"


class NoSuchItem(Refusal):
    """The run-down has no such item."""

    zh = "编排单中没有第 {item} 号环节"
    en = "the run-down has no item {item}"
    field = "item"


class NoSuchPlace(Refusal):
    """The run-down has no such place."""

    zh = "位置须在 1 与 {places} 之间"
    en = "a place lies between 1 and {places}"
    field = "place"


class RunDownFull(Refusal):
    """The run-down has as many items as it may."""

    zh = "编排单最多 {items_max} 个环节；请先删去其他环节"
    en = "a run-down has at most {items_max} items: take one out first"


class RunDownBegun(Refusal):
    """A run-down that has items is not filled a second time by mistake."""

    zh = "编排单已有 {items} 个环节；如要加在其后，请注明（--append，接口：append）"
    en = "the run-down has {items} items already: ask to put these behind them (--append, API: append)"
    field = "append"


class NoEarlierEpisode(Refusal):
    """There is no run-down of an earlier episode to take over."""

    zh = "此前没有编排过的节目可以沿用；请逐项添加环节（episode rundown add）"
    en = "no earlier episode has a run-down to take over: add the items one by one (episode rundown add)"
    field = "from_episode"


class NothingToTakeOver(Refusal):
    """The episode that was named has no run-down, or is the very one that is to be filled."""

    zh = "“{source}”没有可沿用的编排单；请换一期"
    en = "{source} has no run-down to take over: name another episode"
    field = "from_episode"


class BadAirTime(Refusal):
    """The hour or the length of an episode or an item is none."""

    zh = "播出时间写作 09:00，时长在 1 与 {minutes_max} 分钟之间"
    en = "an hour is written 09:00, a length lies between 1 and {minutes_max} minutes"
    field = "airs_at"


class NoSuchAirDay(Refusal):
    """An episode airs in the years that a calendar can tell of."""

    zh = "播出日期须在 {first} 年至 {last} 年之间"
    en = "an episode airs between the years {first} and {last}"
    field = "airs_on"


class NoStation(Refusal):
    """An episode airs somewhere."""

    zh = "请至少写一个播出台（不超过 {stations_max} 个）"
    en = "name one station at least, {stations_max} at the most"
    field = "stations"


class CallNotQueued(Refusal):
    """The call is not in the screener's queue, or has passed that point."""

    zh = "该来电不在本期导播清单的待接入或已播出之列；请先接入（link-call）"
    en = "the call does not wait in this episode's queue: link it first (link-call)"


class CallLinkedAlready(Refusal):
    """The call stands in the queue already."""

    zh = "该来电已在本期导播清单中"
    en = "the call is in this episode's queue already"


class NoSuchCall(Refusal):
    """No call may be linked under this evidence: none is registered, or what is never goes on air."""

    zh = "没有可接入节目的这一来电；请核对来电编号或受理编号（检举控告与保密件不得进入节目）"
    en = "no such call can go on air; check the call id or receipt number (accusations and confidential ones never do)"
    field = "call"


class CallStillOpen(Refusal):
    """What was settled on air stands closed; a word alone settles nothing."""

    zh = "该件尚未办结，不能记为当场办结；请先直接答复办结，或只记播出"
    en = "the case is still open: answer it directly first, or say only that it was aired"


class FiguresFollowCalls(Refusal):
    """Where calls are linked, their number is counted and not typed."""

    zh = "本期已接入来电，接听 {aired}、当场办结 {closed} 由导播清单计出，不能另填"
    en = "calls are linked: {aired} aired and {closed} closed live are counted from the queue, not typed"


class FiguresMissing(Refusal):
    """Where no call is linked, somebody says how many there were."""

    zh = "本期没有接入来电，请填写接听数和当场办结数（当场办结不多于接听）"
    en = "no call is linked: say how many were aired and closed live (no more closed than aired)"
    field = "calls_aired"


class NoDueDay(Refusal):
    """A promise has a day: a date, or a number of working days, and not both."""

    zh = "承诺须有期限：到期日或工作日数，二者取一，且不早于承诺当日"
    en = "a promise has its day: a date or a number of working days, one of the two, not before the day it was made"
    field = "due"


class NoSuchCommitment(Refusal):
    """There is no such promise."""

    zh = "本期没有第 {commitment} 号承诺"
    en = "the episode has no promise {commitment}"
    field = "commitment"


class CommitmentsFull(Refusal):
    """The episode has as many promises as are written down of one."""

    zh = "一期最多记录 {commitments_max} 项承诺"
    en = "at most {commitments_max} promises are written down of one episode"


class OutcomeAwaitsCheck(Refusal):
    """One report at a time: the one before waits for its check."""

    zh = "第 {commitment} 号承诺的结果正待核验"
    en = "a report on promise {commitment} waits for its check"


class OutcomeStandsAlready(Refusal):
    """The promise stands so already."""

    zh = "第 {commitment} 号承诺已核验为“{outcome}”"
    en = "promise {commitment} was checked as {outcome_value} already"


class NothingToCheck(Refusal):
    """Nothing was reported that could be checked."""

    zh = "第 {commitment} 号承诺没有待核验的结果；请先报告结果"
    en = "promise {commitment} has no report to check: report its outcome first"


class AnotherPersonChecks(Refusal):
    """Who reports an outcome does not check it, and no unit checks its own promise."""

    zh = "须由报告人以外、且不属承诺单位的人核验"
    en = "it is checked by somebody else than who reported it, and not by the unit that promised"


class TooLong(Refusal):
    """A text that is read out is short."""

    zh = "“{name}”不超过 {characters_max} 字"
    en = "{name} has at most {characters_max} characters"


class TellsWho(Refusal):
    """What is read out holds no telephone or identity number."""

    zh = "“{name}”含长数字，可能是电话或证件号码；请删去后重试"
    en = "{name} holds a long number, as of a telephone or an identity card: take it out"


class SaysWhoCalled(Refusal):
    """What is said on air, or on the way there, identifies nobody (脱敏)."""

    zh = (
        "{name_zh}中有不得播出的个人信息：{found}。请改写，或脱敏后写入（命令行 --mask，接口 mask）；"
        "确属误报的，请另一人说明理由后放行（let-stand）"
    )
    en = (
        "{name} holds what identifies somebody ({found}): put it otherwise, or have it masked (--mask, API: mask); "
        "what identifies nobody a second person lets stand (let-stand)"
    )


class LetStandOftenEnough(Refusal):
    """An episode in which so much is let stand is better put in other words."""

    zh = "一期最多放行 {stretches_max} 处误报；请改写"
    en = "at most {stretches_max} stretches of an episode are let stand: put it in other words"
    field = "said"
