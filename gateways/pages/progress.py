"""What a reporter sees of a matter: public stages and steps, without inner states, units' quarrels or names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.complaint import events
from domain.facts import Fact
from domain.words import State
from gateways.pages.rendering import Words


class PublicStage(StrEnum):
    """How far a matter has come, in the five stages that every answered matter goes through, or how else it ended."""

    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    ANSWERED = "answered"
    CLOSED = "closed"
    MERGED = "merged"
    REFUSED = "refused"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


STAGE_WORDS: Final[dict[PublicStage, Words]] = {
    PublicStage.REGISTERED: Words("已登记", "Registered"),
    PublicStage.DISPATCHED: Words("已转办", "Dispatched"),
    PublicStage.HANDLING: Words("办理中", "In hand"),
    PublicStage.ANSWERED: Words("已答复", "Answered"),
    PublicStage.CLOSED: Words("已办结", "Closed"),
    PublicStage.MERGED: Words("合并办理", "Handled with another matter"),
    PublicStage.REFUSED: Words("不予受理", "Not accepted"),
    PublicStage.TRANSFERRED: Words("已移送有权机关", "Passed to the competent organ"),
    PublicStage.WITHDRAWN: Words("已撤回", "Withdrawn"),
    PublicStage.TERMINATED: Words("已终止", "Terminated"),
}

MAIN_ROAD: Final = (
    PublicStage.REGISTERED,
    PublicStage.DISPATCHED,
    PublicStage.HANDLING,
    PublicStage.ANSWERED,
    PublicStage.CLOSED,
)


class Reached(StrEnum):
    """Whether a stage lies behind, is where the matter stands, or lies ahead."""

    DONE = "done"
    CURRENT = "current"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage of the road, in words, and whether it is reached."""

    words: Words
    reached: Reached


STAGE_OF: Final[dict[State, PublicStage]] = {
    State.REGISTERED: PublicStage.REGISTERED,
    State.AWAITING_SIGNATURE: PublicStage.DISPATCHED,
    State.RETURN_REVIEW: PublicStage.DISPATCHED,  # units' dispute about a case is not the reporter's matter
    State.HANDLING: PublicStage.HANDLING,
    State.REPLY_REVIEW: PublicStage.HANDLING,
    State.REPLIED: PublicStage.HANDLING,  # an approved reply is no answer until it is delivered
    State.AWAITING_FOLLOW_UP: PublicStage.ANSWERED,
    State.CLOSED: PublicStage.CLOSED,
    State.MERGED: PublicStage.MERGED,
    State.REFUSED: PublicStage.REFUSED,
    State.TRANSFERRED: PublicStage.TRANSFERRED,
    State.WITHDRAWN: PublicStage.WITHDRAWN,
    State.TERMINATED: PublicStage.TERMINATED,
}
"""The stage that a reporter sees for each inner state."""

PUBLIC_STEPS: Final[dict[type[Fact], Words]] = {
    events.ComplaintRegistered: Words("已登记", "Registered"),
    events.Accepted: Words("已受理", "Accepted"),
    events.AcceptanceRefused: Words("不予受理", "Not accepted"),
    events.AnsweredDirectly: Words("已直接答复", "Answered directly"),
    events.HandedToEmergency: Words("已转接紧急服务", "Handed to the emergency service"),
    events.TransferredToDiscipline: Words("已移送有权机关", "Passed to the competent organ"),
    events.WithdrawnByReporter: Words("已按您的要求撤回", "Withdrawn as you asked"),
    events.Merged: Words("与同类事项合并办理", "Handled together with another matter"),
    events.Unmerged: Words("恢复单独办理", "Handled on its own again"),
    events.SharedReplyReceived: Words("已答复", "Answered"),
    events.Dispatched: Words("已转承办单位", "Dispatched to the responsible unit"),
    events.JurisdictionDesignated: Words("已确定承办单位", "Responsible unit designated"),
    events.Signed: Words("承办单位已签收", "Received by the unit"),
    events.FirstContactMade: Words("承办单位已与您联系", "The unit contacted you"),
    events.SupplementRequested: Words("请您补充材料", "You are asked for more information"),
    events.SupplementReceived: Words("已收到补充材料", "Your information was received"),
    events.ExtensionGranted: Words("办理期限已延长", "The time limit was extended"),
    events.ReplyDelivered: Words("答复已送达", "The answer was delivered"),
    events.Suspended: Words("依规定暂停计时", "The clock was suspended under the rules"),
    events.Resumed: Words("恢复计时", "The clock runs again"),
    events.Terminated: Words("已终止办理", "Terminated"),
    events.FollowUpCompleted: Words("已回访", "You were asked about the answer"),
    events.ReworkOrdered: Words("已退回重新办理", "Sent back to be handled again"),
    events.Closed: Words("已办结", "Closed"),
    events.Reopened: Words("重新办理", "Reopened"),
    events.ReplyCorrected: Words("答复已更正", "The answer was corrected"),
    events.DeadlineRecomputed: Words("办理期限已重新计算", "The time limit was computed anew"),
    events.AssignedFromLedger: Words("已转承办单位", "Dispatched to the responsible unit"),
    events.RepliedFromLedger: Words("已答复", "Answered"),
}
"""What a reporter reads for a fact, beside its date and nothing else of it: no name, no unit, no reason."""

INNER_STEPS: Final[frozenset[type[Fact]]] = frozenset(
    {
        events.RegistrationCorrected,
        events.Reclassified,
        events.ReplyShared,
        events.ReturnRequested,
        events.ReturnApproved,
        events.ReturnRefused,
        events.HandoverOwed,
        events.HandedOver,
        events.CoUnitAdded,
        events.SubDispatched,
        events.ExtensionRequested,
        events.ExtensionRefused,
        events.FindingRecorded,
        events.MeasureAdded,
        events.MeasureCompleted,
        events.ReplySubmitted,
        events.ReplySentBack,
        events.ReplyApproved,
        events.TerminationRequested,
        events.TerminationRefused,
        events.FollowUpAttempted,
        events.RatingInvited,
        events.RatingReceived,
        events.RatingInvalidated,
        events.ReworkWaived,
        events.Archived,
        events.PublicationWithdrawn,
        events.Urged,
        events.Supervised,
        events.DeadlineWarned,
        events.DeadlineMissed,
        events.IncompleteReplyFromLedger,
    }
)
"""Facts of the offices among themselves, which a reporter's page leaves out."""


def public_stage(state: State) -> PublicStage:
    """Return the stage that a reporter sees for an inner state."""
    return STAGE_OF[state]


def public_step(fact: type[Fact]) -> Words | None:
    """Return what a reporter reads for a kind of fact, or ``None`` where it is not the reporter's matter."""
    return PUBLIC_STEPS.get(fact)


def road(stage: PublicStage) -> tuple[StageView, ...]:
    """Return the stages to show: the main road up to where the matter stands, or its start and its other end."""
    if stage not in MAIN_ROAD:
        return (
            StageView(STAGE_WORDS[PublicStage.REGISTERED], Reached.DONE),
            StageView(STAGE_WORDS[stage], Reached.CURRENT),
        )
    here = MAIN_ROAD.index(stage)
    return tuple(
        StageView(
            STAGE_WORDS[step], Reached.DONE if index < here else Reached.CURRENT if index == here else Reached.AHEAD
        )
        for index, step in enumerate(MAIN_ROAD)
    )
