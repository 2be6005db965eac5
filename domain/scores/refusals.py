"""Why the score ledger says no: each rule has a name, as the rules of a complaint have."""

from __future__ import annotations

from domain.refusals import Refusal


class NoScoreRules(Refusal):
    """Nothing is scored before an edition of score rules was adopted for the quarter."""

    zh = "{quarter} 没有适用的考核规则版本，请先发布：hangfeng scores editions load"
    en = "no edition of score rules governs {quarter}: adopt one first (hangfeng scores editions load)"


class NoSuchScoreItem(Refusal):
    """The edition has no such item."""

    zh = "考核规则 {edition} 没有项目“{item}”，可用 {known}"
    en = "score rules {edition} have no item {item}; known: {known}"
    field = "item"


class NothingToScore(Refusal):
    """An entry rests on a cause that the log holds: what is proposed, or an event of the case."""

    zh = "日志中没有可据以记分的这一事由；请先看 hangfeng scores propose {quarter}"
    en = "the log holds no such cause in {quarter}: look at hangfeng scores propose first"


class ManualItemsOnly(Refusal):
    """What the log itself tells is entered from the proposals, never by hand."""

    zh = "项目“{item}”由日志事实提出，请按建议清单登记，不得手工记分"
    en = "the item {item} is proposed from the log's facts: enter the proposal instead of writing it by hand"
    field = "item"


class AlreadyScored(Refusal):
    """The same cause is entered once (一事不再罚): by item, case, leg, the event it rests on, and its step."""

    zh = "同一事由已记分（{entry}，{by}），不得重复；已撤销的也不再记"
    en = "this cause was entered before ({entry}, by {by}) and is never entered twice, voided or not"


class AccusationNotScored(Refusal):
    """A unit never learns of an accusation, so nothing is scored on one (信访工作条例第十四条)."""

    zh = "检举控告件不记分"
    en = "nothing is scored on an accusation"


class NoSuchScoreEntry(Refusal):
    """There is no such entry, or it is another unit's."""

    zh = "没有这一考核记录，请核对编号"
    en = "there is no such score entry; check its number"
    field = "entry"


class NotYourScoreEntry(Refusal):
    """A unit appeals against its own entries only."""

    zh = "该记录不是“{unit}”的，不得代为申诉"
    en = "the entry is not one of {unit}: only the unit concerned appeals"
    field = "unit"


class ScoreVoidedAlready(Refusal):
    """The entry was voided and counts no more."""

    zh = "该记录已撤销，不再计分"
    en = "the entry was voided and counts no more"


class ScoreAppealedAlready(Refusal):
    """A unit appeals once against an entry."""

    zh = "对该记录已申诉过一次，不再受理"
    en = "the unit appealed against this entry before; it may do so once"


class ScoreAppealTooLate(Refusal):
    """A unit appeals within the limit of the score rules, frozen when the entry was made."""

    zh = "申诉期已于 {due} 届满（考核规则 {edition}：登记后 {days} 个工作日内）"
    en = "the time to appeal ended at {due} (score rules {edition}: within {days} working days of the entry)"


class NoScoreAppeal(Refusal):
    """No appeal against this entry waits for a decision."""

    zh = "该记录没有待决定的申诉"
    en = "no appeal against this entry waits for a decision"


class ScoreSecondPerson(Refusal):
    """Whoever made an entry does not decide the appeal against it (双人复核)."""

    zh = "申诉须由登记人以外的人决定；{name} 是登记人或申诉人"
    en = "another person decides the appeal: {name} made the entry or the appeal"


class ReducedToMore(Refusal):
    """An upheld appeal leaves less than was entered, or nothing."""

    zh = "减少后的分值须在 0 与原分值 {points} 之间，且不等于原分值"
    en = "what is left lies between 0 and the {points} entered, and differs from them"
    field = "points"
