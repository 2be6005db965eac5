"""The table of steps: which verb may be said in which state, what facts it leads to, and where the case then stands.

This one table is the guard of ``decide``, the list of verbs of the API, and the page ``docs/lifecycle.md``; a test
fails on a verb, a state or a fact that stands in none of its rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.complaint import commands as c
from domain.complaint import events as e
from domain.facts import Fact
from domain.words import OPEN_STATES, State

S = State

_OPEN = frozenset(OPEN_STATES)
_OPEN_OR_MERGED = _OPEN | {S.MERGED}
_ENDED = frozenset(State) - _OPEN_OR_MERGED
_ONCE_FOUND = frozenset(State) - {S.TRANSFERRED}
_FOUND_TO_CLOSED = frozenset(
    {S.REGISTERED, S.HANDLING, S.REPLY_REVIEW, S.REPLIED, S.AWAITING_FOLLOW_UP, S.CLOSED},
)
_WITH_UNIT = frozenset({S.AWAITING_SIGNATURE, S.HANDLING, S.RETURN_REVIEW, S.REPLY_REVIEW})


@dataclass(frozen=True, slots=True)
class Step:
    """One row: a verb, its command, the states it may be said in, its facts, and the states it may lead to.

    An empty ``to`` means that the case stays where it is.
    """

    verb: str
    zh: str
    command: type[c.Command]
    states: frozenset[State]
    facts: tuple[type[Fact], ...]
    to: frozenset[State] = frozenset()


def _step(
    verb: str,
    zh: str,
    command: type[c.Command],
    states: frozenset[State] | set[State],
    facts: tuple[type[Fact], ...],
    *to: State,
) -> Step:
    return Step(verb, zh, command, frozenset(states), facts, frozenset(to))


STEPS: tuple[Step, ...] = (
    _step("accept", "受理", c.Accept, {S.REGISTERED}, (e.Accepted, e.DeadlineRecomputed)),
    _step("refuse", "不予受理", c.Refuse, {S.REGISTERED}, (e.AcceptanceRefused,), S.REFUSED),
    _step("answer", "直接答复", c.Answer, {S.REGISTERED}, (e.AnsweredDirectly,), S.CLOSED),
    _step("hand-to-emergency", "转接紧急服务", c.HandToEmergency, {S.REGISTERED}, (e.HandedToEmergency,), S.CLOSED),
    _step(
        "transfer-to-discipline",
        "移送纪检监察",
        c.TransferToDiscipline,
        {S.REGISTERED},
        (e.TransferredToDiscipline,),
        S.TRANSFERRED,
    ),
    _step("correct", "更正登记", c.CorrectRegistration, _OPEN_OR_MERGED, (e.RegistrationCorrected,)),
    _step(
        "reclassify",
        "改类别",
        c.Reclassify,
        _OPEN,
        (e.Reclassified, e.DeadlineRecomputed),
        S.REGISTERED,
        *_OPEN,
    ),
    _step("withdraw", "撤回", c.Withdraw, _OPEN_OR_MERGED, (e.WithdrawnByReporter,), S.WITHDRAWN),
    _step("merge", "并单", c.Merge, _OPEN, (e.Merged,), S.MERGED),
    _step("unmerge", "撤销并单", c.Unmerge, {S.MERGED}, (e.Unmerged,), *_OPEN),
    _step("share-reply", "共享答复", c.ShareReply, {S.AWAITING_FOLLOW_UP, S.CLOSED}, (e.ReplyShared,)),
    _step("dispatch", "派单", c.Dispatch, {S.REGISTERED}, (e.Dispatched,), S.AWAITING_SIGNATURE),
    _step("sign", "签收", c.Sign, _WITH_UNIT, (e.Signed,), S.HANDLING),
    _step(
        "return",
        "退单申请",
        c.RequestReturn,
        {S.AWAITING_SIGNATURE, S.HANDLING},
        (e.ReturnRequested,),
        S.RETURN_REVIEW,
    ),
    _step(
        "approve-return",
        "同意退单",
        c.ApproveReturn,
        {S.RETURN_REVIEW},
        (e.ReturnApproved, e.HandoverOwed),
        S.REGISTERED,
    ),
    _step(
        "refuse-return",
        "不同意退单",
        c.RefuseReturn,
        {S.RETURN_REVIEW},
        (e.ReturnRefused,),
        S.AWAITING_SIGNATURE,
        S.HANDLING,
    ),
    _step(
        "designate",
        "指定管辖",
        c.Designate,
        {S.RETURN_REVIEW},
        (e.JurisdictionDesignated, e.HandoverOwed),
        S.AWAITING_SIGNATURE,
    ),
    # Owed from the moment that the case left the unit, whatever became of it meanwhile.
    _step("hand-over", "首问移交", c.HandOver, _ONCE_FOUND, (e.HandedOver,)),
    _step("contact", "先行联系", c.MakeFirstContact, {S.HANDLING}, (e.FirstContactMade,)),
    _step("add-co-unit", "加派协办", c.AddCoUnit, {S.AWAITING_SIGNATURE, S.HANDLING}, (e.CoUnitAdded,)),
    _step("sub-dispatch", "二级派单", c.SubDispatch, {S.HANDLING}, (e.SubDispatched,)),
    _step("request-supplement", "要求补充", c.RequestSupplement, {S.HANDLING}, (e.SupplementRequested,)),
    _step("supplement", "补充材料", c.ReceiveSupplement, {S.HANDLING}, (e.SupplementReceived,)),
    _step("extend", "申请延期", c.RequestExtension, {S.HANDLING}, (e.ExtensionRequested,)),
    _step("grant-extension", "同意延期", c.GrantExtension, {S.HANDLING}, (e.ExtensionGranted,)),
    _step("refuse-extension", "不同意延期", c.RefuseExtension, {S.HANDLING}, (e.ExtensionRefused,)),
    _step("record-finding", "记录核实结果", c.RecordFinding, {S.HANDLING}, (e.FindingRecorded,)),
    _step("add-measure", "追加整改措施", c.AddMeasure, _FOUND_TO_CLOSED, (e.MeasureAdded,)),
    # A measure can fall due long after the case was closed.
    _step("complete-measure", "整改完成", c.CompleteMeasure, _ONCE_FOUND, (e.MeasureCompleted,)),
    _step("reply", "提交答复", c.SubmitReply, _WITH_UNIT, (e.ReplySubmitted,), S.REPLY_REVIEW),
    _step("approve-reply", "审核通过", c.ApproveReply, {S.REPLY_REVIEW}, (e.ReplyApproved,), S.REPLIED),
    _step("send-back", "退回重新答复", c.SendBack, {S.REPLY_REVIEW}, (e.ReplySentBack,), S.HANDLING),
    _step("deliver", "送达", c.DeliverReply, {S.REPLIED}, (e.ReplyDelivered,), S.AWAITING_FOLLOW_UP),
    _step(
        "follow-up",
        "回访",
        c.RecordFollowUp,
        {S.AWAITING_FOLLOW_UP},
        (e.FollowUpAttempted, e.FollowUpCompleted),
    ),
    _step(
        "invalidate-rating",
        "评议作废",
        c.InvalidateRating,
        # What went to the discipline organ is out of the hotline's hands.
        (_OPEN_OR_MERGED | _ENDED) - {S.TRANSFERRED},
        (e.RatingInvalidated,),
    ),
    _step("rework", "重办", c.OrderRework, {S.AWAITING_FOLLOW_UP}, (e.ReworkOrdered,), S.REGISTERED),
    _step("close", "办结", c.Close, {S.AWAITING_FOLLOW_UP}, (e.ReworkWaived, e.Closed), S.CLOSED),
    _step("suspend", "中止", c.Suspend, {S.HANDLING}, (e.Suspended,)),
    _step("resume", "恢复", c.Resume, {S.HANDLING}, (e.Resumed,)),
    _step("terminate", "申请终止", c.RequestTermination, {S.HANDLING}, (e.TerminationRequested,)),
    _step("grant-termination", "同意终止", c.GrantTermination, {S.HANDLING}, (e.Terminated,), S.TERMINATED),
    _step("refuse-termination", "不同意终止", c.RefuseTermination, {S.HANDLING}, (e.TerminationRefused,)),
    _step("reopen", "重新办理", c.Reopen, {S.CLOSED}, (e.Reopened,), S.REGISTERED),
    _step("archive", "归档", c.Archive, _ENDED, (e.Archived,)),
    _step("correct-reply", "更正答复", c.CorrectReply, {S.CLOSED, S.AWAITING_FOLLOW_UP}, (e.ReplyCorrected,)),
    _step("withdraw-publication", "撤回公开", c.WithdrawPublication, frozenset(State), (e.PublicationWithdrawn,)),
    _step("urge", "催办", c.Urge, _OPEN_OR_MERGED, (e.Urged,)),
    _step("supervise", "督办", c.Supervise, _OPEN_OR_MERGED, (e.Supervised,)),
)
"""What can be asked of a complaint through the API, in the order in which a case meets it."""

INNER_STEPS: tuple[Step, ...] = (
    _step("invite-rating", "邀请评议", c.InviteRating, {S.AWAITING_FOLLOW_UP}, (e.RatingInvited,)),
    _step("rate", "自主评议", c.RateAnswer, {S.AWAITING_FOLLOW_UP}, (e.FollowUpCompleted, e.RatingReceived)),
    _step(
        "receive-shared-reply",
        "接收共享答复",
        c.ReceiveSharedReply,
        {S.MERGED},
        (e.SharedReplyReceived,),
        S.AWAITING_FOLLOW_UP,
    ),
    _step(
        "check-deadlines",
        "检查期限",
        c.CheckDeadlines,
        frozenset(State),
        (e.DeadlineWarned, e.DeadlineMissed),
    ),
    _step("recompute-deadline", "重新计算期限", c.RecomputeDeadline, _OPEN_OR_MERGED, (e.DeadlineRecomputed,)),
)
"""Steps that follow from another case or from the clock, or that have a door of their own, as an invitation has."""

STEP_OF: dict[type[c.Command], Step] = {step.command: step for step in (*STEPS, *INNER_STEPS)}
COMMAND_OF_VERB: dict[str, type[c.Command]] = {step.verb: step.command for step in STEPS}
