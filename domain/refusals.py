"""Why the hotline says no: each rule has a name, a stable code, and a sentence in Chinese and in English.

Only the gateways know what a refusal looks like over HTTP or on a terminal.
"""

from __future__ import annotations


class Refusal(Exception):
    """A wish that the rules do not allow.

    ``zh`` and ``en`` say which rule and what to do instead; ``field`` names the offending field, where one offends.
    """

    zh: str = ""
    en: str = ""
    field: str | None = None

    def __init__(self, *, field: str | None = None, **words: object) -> None:
        self.zh = type(self).zh.format(**words)
        self.en = type(self).en.format(**words)
        self.field = field or type(self).field
        super().__init__(f"{self.zh} / {self.en}")

    @property
    def code(self) -> str:
        """The stable code of the rule, such as ``already-answered``."""
        return code_of(type(self))


def code_of(rule: type[Refusal]) -> str:
    """Return the stable code of a rule: its class name with hyphens, such as ``already-answered``."""
    name = rule.__name__
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


class NotAllowedNow(Refusal):
    """The state of the case has no such step."""

    zh = "当前状态为“{state}”，不能执行“{verb}”，须在：{states}；请先查看该件的办理进程"
    en = "the case is {state_value}: {verb_value} is a step from {states_values} only; look at its history first"


class NoSuchComplaint(Refusal):
    """There is no such complaint."""

    zh = "没有这一诉求，请核对编号"
    en = "there is no such complaint; check the id"


class EmptyText(Refusal):
    """A text that the record needs is empty."""

    zh = "“{name}”不能为空"
    en = "{name} must not be empty"


class NotACodeWord(Refusal):
    """A field that stays readable for ever holds a short word, never a narrative, a telephone or an identity number."""

    zh = "“{name}”只填简短用语（不超过 {characters_max} 字，不含电话号码等长数字），详情请写入正文"
    en = "{name} takes a short word (at most {characters_max} characters, no long number); details belong in the text"


class AccusationGoesToDiscipline(Refusal):
    """An accusation leaves to the discipline organ only; the accused unit never sees it (信访工作条例第十四条)."""

    zh = "检举控告类只能移送纪检监察机关，不得执行“{verb}”"
    en = "an accusation may only be transferred to the discipline organ, not {verb_value}"


class OrganIsAccused(Refusal):
    """An accusation never goes to the accused unit or to a unit above it."""

    zh = "不得移送给被检举单位或其上级单位“{organ}”"
    en = "an accusation never goes to the accused unit or a unit above it ({organ})"
    field = "organ"


class ConfidentialOfficerOnly(Refusal):
    """Only a confidential officer may do this to an accusation."""

    zh = "检举控告类仅限保密专员办理"
    en = "only a confidential officer may do this to an accusation"


class NoSuchLeg(Refusal):
    """The case has no such leg, or the actor's unit holds none."""

    zh = "该件没有这一承办环节，或本单位不是承办单位"
    en = "the case has no such leg, or your unit holds none"
    field = "leg"


class NotYourLeg(Refusal):
    """A unit acts on its own legs only."""

    zh = "该环节由其他单位承办，本单位无权操作"
    en = "another unit holds this leg"
    field = "leg"


class LegNotReady(Refusal):
    """The leg stands elsewhere than this step needs."""

    zh = "该承办环节当前为“{leg_state}”，不能执行“{verb}”"
    en = "the leg is {leg_value}: {verb_value} is not a step from there"
    field = "leg"


class LeadLegOnly(Refusal):
    """Only the lead unit does this."""

    zh = "仅主办单位可以执行“{verb}”"
    en = "only the lead unit may {verb_value}"
    field = "leg"


class UnitAlreadyHolds(Refusal):
    """The unit already holds an open leg of the case."""

    zh = "“{unit}”已在承办该件"
    en = "{unit} already holds an open leg of this case"
    field = "unit"


class ReturnTooLate(Refusal):
    """The limit for returning has passed (退单时限)."""

    zh = "已超过退单时限（{due}），请办理或申请延期"
    en = "the limit for returning passed at {due}; handle it or ask for more time"


class DesignatedMayNotReturn(Refusal):
    """A designated unit may not return the case (指定管辖不得退单)."""

    zh = "该件为指定管辖，不得退单"
    en = "jurisdiction was designated: the case may not be returned"


class ExtensionTooLate(Refusal):
    """More time is asked for before the deadline."""

    zh = "已超过办理期限（{due}），不能再申请延期"
    en = "the deadline passed at {due}; more time is asked for before it"


class ExtendedOftenEnough(Refusal):
    """A leg is extended as often as the rules say, once by default (信访工作条例第三十四条)."""

    zh = "该环节延期次数已达上限（{extensions_max} 次）"
    en = "the leg was extended as often as the rules allow ({extensions_max})"


class ExtensionPending(Refusal):
    """An answer to an earlier request for more time is still due."""

    zh = "已有延期申请待审批"
    en = "a request for more time is already waiting for an answer"


class NothingRequested(Refusal):
    """There is no request to answer."""

    zh = "没有待审批的申请，不能执行“{verb}”"
    en = "nothing was requested: there is nothing to {verb_value}"


class FindingRequired(Refusal):
    """A complaint or a report needs a finding before its reply."""

    zh = "投诉、举报类须先记录核实结果再答复"
    en = "record the finding before replying to a complaint or report"


class NoSuchMeasure(Refusal):
    """No finding on the leg owes such a measure, or it was reported done already."""

    zh = "没有待完成的整改措施“{measure}”（待完成：{listed}）"
    en = "no measure {measure!r} is owed here (owed: {listed})"


class AlreadyContacted(Refusal):
    """The first contact was recorded already."""

    zh = "先行联系已有记录"
    en = "the first contact is already on record"


class AlreadyAccepted(Refusal):
    """The matter was accepted already."""

    zh = "该件已受理"
    en = "the matter was accepted already"


class AlreadySuspended(Refusal):
    """Handling is suspended already."""

    zh = "该件已中止，请先恢复"
    en = "handling is suspended already; resume it first"


class NotSuspended(Refusal):
    """Handling is not suspended."""

    zh = "该件并未中止"
    en = "handling is not suspended"


class GroundNotListed(Refusal):
    """The ground is not one that the rules list."""

    zh = "“{ground}”不在规则列明的事由之内：{listed}"
    en = "{ground} is not a listed ground; listed are: {listed}"
    field = "ground"


class NoUnitLimit(Refusal):
    """The rule edition in force has no handling limit for such a case."""

    zh = "现行规则没有适用于该件的办理时限，请先发布规则"
    en = "the rules in force have no handling limit for this case; adopt an edition that has one"


class SameKind(Refusal):
    """The case is of that kind already."""

    zh = "该件已经是这一类别"
    en = "the case is of that kind already"
    field = "kind"


class FollowUpIncomplete(Refusal):
    """A person who was reached says whether it is solved and how satisfied they are; one who was not has an outcome."""

    zh = "已接通的回访须填写是否解决和满意度，不满意的须填写原因（本人不说明的填“未说明”），未接通的须填写结果"
    en = (
        "a reached follow-up needs solved and satisfaction, a dissatisfied one its cause (or that none was given), "
        "an unreached one an outcome"
    )


class HandlingUnitMayNotFollowUp(Refusal):
    """The handling unit never calls back on its own case (承办单位不得自行回访)."""

    zh = "承办单位不得回访自己办理的件"
    en = "the handling unit may not follow up its own case"


class RatingTokenUnknown(Refusal):
    """No invitation to rate goes by that token."""

    zh = "评议链接无效，请核对是否完整，或拨打热线电话"
    en = "no invitation goes by this link; check that it is whole, or call the hotline"
    field = "token"


class RatingTokenUsed(Refusal):
    """An invitation to rate works once (一次有效)."""

    zh = "该评议链接已使用过，每个链接只能评议一次"
    en = "this invitation was used already; each works once"
    field = "token"


class RatingTokenReplaced(Refusal):
    """A later invitation took the place of this one, or the case was handled again."""

    zh = "该评议链接已由新的链接取代，请使用最近收到的一个"
    en = "a later invitation took the place of this one; use the latest"
    field = "token"


class RatingTokenExpired(Refusal):
    """The time to rate by this invitation has passed."""

    zh = "该评议链接已过有效期（{expired}），如仍要评议请拨打热线电话"
    en = "this invitation ran out at {expired}; call the hotline to rate all the same"
    field = "token"


class NoSuchRating(Refusal):
    """The case has no such rating, or it counts no more already."""

    zh = "该件没有这一评议，或评议已作废"
    en = "the case has no such rating, or it counts no more already"
    field = "follow_up"


class NoCauseForRework(Refusal):
    """Rework follows a follow-up."""

    zh = "尚无回访记录，不能重办"
    en = "rework follows a follow-up; none is on record"


class NotFollowedUp(Refusal):
    """A case is closed after its follow-up, or after as many attempts that reached nobody as its rules ask for."""

    zh = (
        "尚未回访到诉求人，不能办结：规则 {edition} 要求未接通至少 {attempts_min} 次，"
        "现有 {attempts} 次；请继续回访并记录"
    )
    en = (
        "the person has not been reached: rules {edition} ask for at least {attempts_min} attempts before the case is "
        "closed unreached, {attempts} are on record; call back and record it"
    )


class ReworkFirst(Refusal):
    """What a person is not content with, and has said why, is done again before it is closed, or a reason is stated."""

    zh = "诉求人不满意且说明了原因，应先重办；确不重办的，请在 no_rework_reason 写明理由"
    en = "the person is not content and has said why: order rework, or state in no_rework_reason why there is none"
    field = "no_rework_reason"


class NoHandoverOwed(Refusal):
    """A hand-over is owed by the unit that answered for the case when it was relieved of it, once."""

    zh = "没有待办的首问移交：只有退单获准或另行指定时对该件负首问责任的单位，才须移交一次"
    en = "no hand-over is owed: the unit that answered for the case when it was relieved of it owes one, once"


class NothingSubstantiated(Refusal):
    """Measures follow from a finding that substantiates, wholly or in part."""

    zh = "该环节没有属实或部分属实的核实结果，不能追加整改措施；请先记录核实结果"
    en = "this leg has no finding that substantiates anything: record the finding before its measures"
    field = "leg"


class MeasureOwedAlready(Refusal):
    """A measure of that name is owed on the leg already."""

    zh = "该环节已有待完成的整改措施“{measure}”，请先完成，或另取名称"
    en = "the measure {measure!r} is owed on this leg already; complete it first, or name another"
    field = "code"


class DueBeforeItIsSet(Refusal):
    """A measure that is set after the finding is due on that day or later."""

    zh = "整改期限 {due} 早于追加之日 {set_on}，请填当日或以后的日期"
    en = "the measure would be due on {due}, before the day it is set, {set_on}; give that day or a later one"
    field = "due"


class UnknownConductCode(Refusal):
    """A finding names misconduct by a code or name of the edition in force on its day."""

    zh = "行风问题代码“{code}”不在现行版本 {edition} 之内；可用：{known}"
    en = "the edition {edition} in force has no conduct code {code!r}; it has: {known}"
    field = "conduct_code"


class UnknownUnit(Refusal):
    """A case is sent only to a unit that the registry lists, where the registry lists any."""

    zh = "单位名录没有“{unit}”{near_zh}；请核对名称，或先登记：hangfeng units place“{unit}”"
    en = "the registry lists no unit {unit!r}{near_en}; check the name, or enter it first: hangfeng units place {unit}"
    field = "unit"


class MergeIntoItself(Refusal):
    """A case cannot be merged into itself or into a case merged into it."""

    zh = "不能并入自身或已并入本件的诉求"
    en = "a case cannot be merged into itself, nor into a case that was merged into it"
    field = "into"


class TargetNotOpen(Refusal):
    """The case to merge into, or to share with, does not stand where that is possible."""

    zh = "目标诉求当前状态不支持该操作"
    en = "the other case does not stand where this is possible"


class NoReplyYet(Refusal):
    """There is no reply on record."""

    zh = "该件尚无答复"
    en = "no reply is on record"


class CorrectsNothing(Refusal):
    """A correction names at least one field."""

    zh = "更正内容为空，请至少更正一项"
    en = "the correction names no field; give at least one"


class ArchivedAlready(Refusal):
    """The file was put away already."""

    zh = "该件已归档"
    en = "the file was archived already"


class UnknownEmergencyService(Refusal):
    """The emergency services are 110, 119, 120 and 122."""

    zh = "紧急服务号码应为 110、119、120 或 122"
    en = "the emergency services are 110, 119, 120 and 122"
    field = "service"


class SuspendedNow(Refusal):
    """Handling is suspended; resume it first."""

    zh = "该件已中止，请先恢复再执行“{verb}”"
    en = "handling is suspended; resume it before {verb_value}"


class NoSupplementOpen(Refusal):
    """Nothing was asked of the person."""

    zh = "没有待补充的事项"
    en = "nothing was asked of the person"


class DatedBack(Refusal):
    """Who is held to a limit does not date the own act back; the hotline may, with evidence, and answers for it."""

    zh = "承办单位的办理时间以提交时为准，至多可早填 {minutes} 分钟；确有纸质凭证的，请热线代为补记"
    en = (
        "what a unit does counts from when it is sent in, at most {minutes} minutes earlier; "
        "with evidence on paper, ask the hotline to record it"
    )
    field = "occurred_at"


class HappenedLater(Refusal):
    """What is recorded cannot have happened after it is recorded."""

    zh = "发生时间晚于当前时间，请核对"
    en = "the time given lies in the future; check it"
    field = "occurred_at"


class KeyUsedForAnother(Refusal):
    """The same evidence came before with another body."""

    zh = "同一凭证此前已登记不同内容"
    en = "the same evidence was registered before with another body"


class ChangedMeanwhile(Refusal):
    """Others changed the case at the same moment, again and again."""

    zh = "该件正被他人频繁更新，请重试"
    en = "others keep changing the case at this moment; try again"


class OutOfOrder(Refusal):
    """The time given lies before the step that it follows."""

    zh = "发生时间早于前一环节（{earlier}），请核对"
    en = "the time given lies before the step it follows ({earlier})"
    field = "occurred_at"


class NoSuchEdition(Refusal):
    """There is no such edition on record."""

    zh = "没有这一版本的{kind}“{edition}”，现有：{known}"
    en = "there is no such edition: {edition}; on record are {known}"
    field = "edition"


class EditionWithdrawnBefore(Refusal):
    """A withdrawn edition is neither withdrawn nor adopted again: a right one gets an id of its own."""

    zh = "版本“{edition}”已撤回，不能再次撤回或发布；更正后的版本请用新的版本号"
    en = "the edition {edition} was withdrawn; give the corrected one an id of its own"
    field = "edition"


class WithdrawalPending(Refusal):
    """Somebody asked already that this edition be withdrawn."""

    zh = "{by} 已申请撤回版本“{edition}”，等待另一人确认"
    en = "{by} asked already to withdraw the edition {edition}: confirm it"
    field = "edition"


class WithdrawalNotRequested(Refusal):
    """A withdrawal is asked for by one person and confirmed by another."""

    zh = "尚无人申请撤回版本“{edition}”，请先申请"
    en = "nobody asked to withdraw the edition {edition}; ask first"
    field = "edition"


class SecondPersonNeeded(Refusal):
    """Whoever adopted an edition, or asked to withdraw it, may not confirm the withdrawal (双人复核)."""

    zh = "{by} 发布或申请撤回了版本“{edition}”，须由另一人确认"
    en = "{by} adopted the edition {edition} or asked to withdraw it: a second person confirms"
    field = "edition"


class AliasOfItself(Refusal):
    """A spelling cannot mean a unit that already means the spelling."""

    zh = "“{unit}”就是“{alias}”"
    en = "{unit} means {alias} already"
    field = "alias"


class ReorganisedBack(Refusal):
    """A unit's work cannot go to a unit whose work is its own by then."""

    zh = "“{new}”的工作届时已归“{old}”"
    en = "by then the work of {new} is that of {old}"
    field = "new"


class NoSuchReorganisation(Refusal):
    """What is taken back is a reorganisation that stands, named by both units and its first day."""

    zh = "没有自 {effective_from} 起“{old}”归“{new}”的机构改革，或已撤销；现有：{known}"
    en = "no reorganisation of {old} into {new} from {effective_from} stands; there are: {known}"
    field = "effective_from"


class NotYourRequest(Refusal):
    """Whoever asked to withdraw an edition takes the wish back, or an administrator does."""

    zh = "撤回版本“{edition}”的申请由 {by} 提出，只能由其本人或管理员取消"
    en = "{by} asked to withdraw the edition {edition}: they or an administrator take that back"
    field = "edition"


class LastRuleEdition(Refusal):
    """Without any rules nothing could be decided: adopt the right edition before the wrong one is withdrawn."""

    zh = "“{edition}”是唯一有效的规则版本，请先发布正确的版本再撤回"
    en = "{edition} is the only rule edition in force; adopt the right one first"
    field = "edition"
