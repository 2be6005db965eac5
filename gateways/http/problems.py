"""What goes wrong, as RFC 9457 problems: a stable type, a title in Chinese and English, the field, the remedy.

``REFUSALS`` gives each refusal of the domain its status and title; ``FAULTS`` names what the door itself refuses. Both
are closed: a test fails where a refusal has no row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from pydantic import BaseModel, Field
from starlette.responses import Response

from domain import refusals as r
from domain.bulletin import refusals as b
from domain.partners import refusals as m
from domain.programme import refusals as p
from domain.scores import refusals as s

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:hangfeng:problem:"
FIELD_ERRORS_MAX = 20
"""How many offending fields one problem lists; the rest come up when these are put right."""


class FieldProblem(BaseModel):
    """One offending field of a request: its path with dots, and what is wrong with it."""

    field: str
    detail: str


class Problem(BaseModel):
    """An error in the form of RFC 9457; ``type`` is stable, ``title`` and ``remedy`` are Chinese / English."""

    type: str = Field(examples=["urn:hangfeng:problem:return-too-late"])
    title: str
    status: int
    detail: str
    instance: str | None = Field(default=None, description="本次请求的编号 / the id of this request")
    field: str | None = Field(default=None, description="有问题的字段 / the offending field")
    remedy: str | None = None
    errors: list[FieldProblem] | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """How a kind of problem is answered: its status, and its title in both languages."""

    status: HTTPStatus
    zh: str
    en: str

    @property
    def text(self) -> str:
        """Both languages in one line."""
        return f"{self.zh} / {self.en}"


_CONFLICT = HTTPStatus.CONFLICT
_UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
_FORBIDDEN = HTTPStatus.FORBIDDEN

REFUSALS: Mapping[type[r.Refusal], Title] = {
    r.NotAllowedNow: Title(_CONFLICT, "当前状态不能执行该操作", "Not a step from the present state"),
    r.NoSuchComplaint: Title(HTTPStatus.NOT_FOUND, "没有这一诉求", "No such complaint"),
    r.EmptyText: Title(_UNPROCESSABLE, "必填内容为空", "A required text is empty"),
    r.NotACodeWord: Title(_UNPROCESSABLE, "只填简短用语", "A short word only"),
    r.AccusationGoesToDiscipline: Title(_CONFLICT, "检举控告只能移送", "An accusation may only be transferred"),
    r.OrganIsAccused: Title(_UNPROCESSABLE, "移送对象为被检举方", "The organ is the accused or above it"),
    r.ConfidentialOfficerOnly: Title(_FORBIDDEN, "仅限保密专员", "Confidential officers only"),
    r.NoSuchLeg: Title(_CONFLICT, "没有这一承办环节", "No such leg"),
    r.NotYourLeg: Title(_FORBIDDEN, "非本单位承办", "Another unit holds this leg"),
    r.LegNotReady: Title(_CONFLICT, "承办环节状态不符", "The leg does not stand there"),
    r.LeadLegOnly: Title(_FORBIDDEN, "仅限主办单位", "Lead unit only"),
    r.UnitAlreadyHolds: Title(_CONFLICT, "该单位已在承办", "The unit already holds this case"),
    r.ReturnTooLate: Title(_CONFLICT, "已超过退单时限", "Too late to return"),
    r.DesignatedMayNotReturn: Title(_CONFLICT, "指定管辖不得退单", "A designated unit may not return"),
    r.ExtensionTooLate: Title(_CONFLICT, "已超过申请延期的时间", "Too late to ask for more time"),
    r.ExtendedOftenEnough: Title(_CONFLICT, "延期次数已达上限", "Extended as often as allowed"),
    r.ExtensionPending: Title(_CONFLICT, "已有延期申请待审批", "A request for more time is waiting"),
    r.NothingRequested: Title(_CONFLICT, "没有待审批的申请", "Nothing was requested"),
    r.NoSuchMeasure: Title(_CONFLICT, "没有这项待完成的整改措施", "No such measure is owed"),
    r.FindingRequired: Title(_CONFLICT, "须先记录核实结果", "A finding is required first"),
    r.AlreadyContacted: Title(_CONFLICT, "先行联系已有记录", "First contact already recorded"),
    r.AlreadyAccepted: Title(_CONFLICT, "已受理", "Already accepted"),
    r.AlreadySuspended: Title(_CONFLICT, "已中止", "Already suspended"),
    r.NotSuspended: Title(_CONFLICT, "并未中止", "Not suspended"),
    r.GroundNotListed: Title(_UNPROCESSABLE, "事由不在列明范围", "The ground is not listed"),
    r.NoUnitLimit: Title(_CONFLICT, "没有适用的办理时限", "No handling limit applies"),
    r.SameKind: Title(_UNPROCESSABLE, "类别未变", "The kind is the same"),
    r.FollowUpIncomplete: Title(_UNPROCESSABLE, "回访内容不全", "The follow-up is incomplete"),
    r.HandlingUnitMayNotFollowUp: Title(_FORBIDDEN, "承办单位不得自行回访", "The handling unit may not follow up"),
    r.RatingTokenUnknown: Title(HTTPStatus.NOT_FOUND, "评议链接无效", "No such invitation"),
    r.RatingTokenUsed: Title(_CONFLICT, "评议链接已使用", "The invitation was used"),
    r.RatingTokenReplaced: Title(_CONFLICT, "评议链接已被取代", "The invitation was replaced"),
    r.RatingTokenExpired: Title(_CONFLICT, "评议链接已过期", "The invitation ran out"),
    r.NoSuchRating: Title(_CONFLICT, "没有这一评议", "No such rating"),
    r.NoCauseForRework: Title(_CONFLICT, "尚无回访，不能重办", "No follow-up to found rework on"),
    r.NotFollowedUp: Title(_CONFLICT, "尚未回访", "Not followed up yet"),
    r.ReworkFirst: Title(_CONFLICT, "应先重办", "Rework comes first"),
    r.NoHandoverOwed: Title(_CONFLICT, "没有待办的移交", "No hand-over is owed"),
    r.NothingSubstantiated: Title(_CONFLICT, "没有属实的核实结果", "Nothing was substantiated"),
    r.MeasureOwedAlready: Title(_CONFLICT, "该项措施已待完成", "That measure is owed already"),
    r.DueBeforeItIsSet: Title(_UNPROCESSABLE, "整改期限早于追加之日", "Due before it is set"),
    r.UnknownConductCode: Title(_UNPROCESSABLE, "没有这一行风问题代码", "No such conduct code"),
    r.UnknownUnit: Title(_UNPROCESSABLE, "名录没有这一单位", "The registry lists no such unit"),
    r.MergeIntoItself: Title(_UNPROCESSABLE, "不能并入自身", "Merged into itself"),
    r.TargetNotOpen: Title(_CONFLICT, "目标诉求状态不符", "The other case does not stand there"),
    r.NoReplyYet: Title(_CONFLICT, "尚无答复", "No reply yet"),
    r.CorrectsNothing: Title(_UNPROCESSABLE, "更正内容为空", "The correction is empty"),
    r.ArchivedAlready: Title(_CONFLICT, "已归档", "Archived already"),
    r.UnknownEmergencyService: Title(_UNPROCESSABLE, "紧急服务号码有误", "Unknown emergency service"),
    r.SuspendedNow: Title(_CONFLICT, "中止期间不能执行", "Suspended now"),
    r.NoSupplementOpen: Title(_CONFLICT, "没有待补充的事项", "No supplement was asked for"),
    r.DatedBack: Title(_UNPROCESSABLE, "不得倒填时间", "Dated back"),
    r.HappenedLater: Title(_UNPROCESSABLE, "发生时间在将来", "The time lies in the future"),
    r.KeyUsedForAnother: Title(_CONFLICT, "同一凭证内容不同", "Same evidence, another body"),
    r.ChangedMeanwhile: Title(_CONFLICT, "该件正被他人更新", "Changed by others meanwhile"),
    r.NoSuchEdition: Title(HTTPStatus.NOT_FOUND, "没有这一版本", "No such edition"),
    r.EditionWithdrawnBefore: Title(_CONFLICT, "版本已撤回", "The edition was withdrawn"),
    r.WithdrawalPending: Title(_CONFLICT, "撤回待确认", "The withdrawal awaits its confirmation"),
    r.WithdrawalNotRequested: Title(_CONFLICT, "尚未申请撤回", "No withdrawal was asked for"),
    r.SecondPersonNeeded: Title(_FORBIDDEN, "须由另一人确认", "A second person is needed"),
    r.AliasOfItself: Title(_UNPROCESSABLE, "别名即其本身", "A unit's own name"),
    r.ReorganisedBack: Title(_UNPROCESSABLE, "改革互为循环", "The reorganisation leads back"),
    r.NoSuchReorganisation: Title(HTTPStatus.NOT_FOUND, "没有这一机构改革", "No such reorganisation"),
    r.NotYourRequest: Title(_FORBIDDEN, "不是本人的申请", "Another person's request"),
    r.LastRuleEdition: Title(_CONFLICT, "唯一有效的规则版本", "The only rule edition in force"),
    r.OutOfOrder: Title(_UNPROCESSABLE, "发生时间早于前一环节", "The time lies before the step it follows"),
    b.NoSuchBulletin: Title(HTTPStatus.NOT_FOUND, "没有这一期通报", "No such bulletin"),
    b.NothingFrozen: Title(HTTPStatus.NOT_FOUND, "数字尚未冻结", "Nothing frozen yet"),
    b.NoSuchEdition: Title(HTTPStatus.NOT_FOUND, "没有这一版", "No such edition"),
    b.NoSuchCell: Title(HTTPStatus.NOT_FOUND, "没有这一单元格", "No such cell"),
    b.QuarterNotBegun: Title(_CONFLICT, "统计期尚未开始", "The period has not begun"),
    b.SubjectFirst: Title(_CONFLICT, "专报尚无专题", "The special report has no subject yet"),
    b.NotASpecialReport: Title(_UNPROCESSABLE, "不是专报", "Not a special report"),
    b.SubjectEmpty: Title(_UNPROCESSABLE, "专题没有条件", "The subject has no condition"),
    b.SubjectStands: Title(_CONFLICT, "专题已冻结", "The subject stands"),
    b.ProofSentAlready: Title(_CONFLICT, "已送核对", "The proof was sent already"),
    b.ProofFirst: Title(_CONFLICT, "须先送核对", "The proof comes first"),
    b.NotInProof: Title(_FORBIDDEN, "不在送核单位之列", "Not among the units sent the proof"),
    b.NotYourFigure: Title(_UNPROCESSABLE, "不是本单位的数字", "Not the unit's own figure"),
    b.OwnObjection: Title(_FORBIDDEN, "须由另一人裁定", "Another person decides"),
    b.ObjectionTooLate: Title(_CONFLICT, "异议期已满", "Too late to object"),
    b.ObjectionsStillOpen: Title(_CONFLICT, "异议期未满", "Units may still object"),
    b.DisputeOpen: Title(_CONFLICT, "异议尚未处理", "An objection is open"),
    b.NoSuchDispute: Title(_CONFLICT, "没有待处理的异议", "No such open objection"),
    b.FreezeAnew: Title(_CONFLICT, "须重新冻结", "Freeze anew"),
    b.SecondPersonNeeded: Title(_FORBIDDEN, "须由另一人签批", "Another person must sign"),
    b.ApprovedAlready: Title(_CONFLICT, "本期已批准", "Approved already"),
    b.NobodyPrints: Title(_UNPROCESSABLE, "没有印发机关", "Nobody prints it"),
    b.ImprintTooLong: Title(_UNPROCESSABLE, "版记过长", "The imprint is too long"),
    b.ApproveFirst: Title(_CONFLICT, "本期尚未批准", "Approve first"),
    b.PublishedAlready: Title(_CONFLICT, "本期已发布", "Published already"),
    b.NotPublished: Title(_CONFLICT, "本期尚未发布", "Not published yet"),
    b.CorrectedSince: Title(_CONFLICT, "其间已有勘误", "Corrected since"),
    b.NothingToCorrect: Title(_CONFLICT, "无须勘误", "Nothing to correct"),
    b.CaseNotCleared: Title(_UNPROCESSABLE, "典型案例未经复核", "The typical case is not cleared"),
    b.WordsIdentifySomebody: Title(_UNPROCESSABLE, "文字含个人信息", "The words tell who somebody is"),
    b.CaseChangedSince: Title(_CONFLICT, "案例文字已变", "The case has changed"),
    b.ConsentNotNoted: Title(_CONFLICT, "尚无本人同意", "No consent to this text"),
    b.ConsentFromTomorrow: Title(_UNPROCESSABLE, "同意之日在将来", "The consent lies in the future"),
    b.AccusationNeverLeaves: Title(_CONFLICT, "检举控告不得刊出", "An accusation is never told"),
    b.NoTextToTell: Title(_CONFLICT, "没有可用的原文", "No text to tell from"),
    b.WordsIdentify: Title(_UNPROCESSABLE, "文字含号码", "The words hold a number"),
    b.NoSuchSection: Title(_UNPROCESSABLE, "没有这一部分", "No such section"),
    b.NoSuchWords: Title(_UNPROCESSABLE, "没有这段文字", "No such words"),
    p.NoSuchEpisode: Title(HTTPStatus.NOT_FOUND, "没有这一期节目", "No such episode"),
    p.EpisodeCalledOff: Title(_CONFLICT, "节目已取消", "The episode was called off"),
    p.EpisodeAired: Title(_CONFLICT, "节目已播出", "The episode was broadcast"),
    p.NotOnAirYet: Title(_CONFLICT, "节目尚未播出", "Not on air yet"),
    p.UnitNotOnAir: Title(_CONFLICT, "单位未确认上线", "The unit has not confirmed"),
    p.UnitInvitedAlready: Title(_CONFLICT, "单位已邀请", "Invited already"),
    p.UnitNotInvited: Title(_CONFLICT, "单位未邀请", "Not invited"),
    p.NobodyOnAir: Title(_CONFLICT, "尚无单位确认上线", "Nobody is on air"),
    p.NoSuchItem: Title(HTTPStatus.NOT_FOUND, "没有这一环节", "No such item"),
    p.NoSuchPlace: Title(_UNPROCESSABLE, "没有这一位置", "No such place"),
    p.RunDownFull: Title(_CONFLICT, "编排单已满", "The run-down is full"),
    p.RunDownBegun: Title(_CONFLICT, "编排单已有环节", "The run-down is begun"),
    p.NoEarlierEpisode: Title(_CONFLICT, "没有可沿用的节目", "No earlier run-down"),
    p.NothingToTakeOver: Title(_CONFLICT, "没有可沿用的编排单", "Nothing to take over"),
    p.NoSuchAirDay: Title(_UNPROCESSABLE, "播出日期有误", "No such day to air on"),
    p.BadAirTime: Title(_UNPROCESSABLE, "时间或时长有误", "No such hour or length"),
    p.NoStation: Title(_UNPROCESSABLE, "缺少播出台", "No station named"),
    p.CallNotQueued: Title(_CONFLICT, "来电不在待接入之列", "The call does not wait"),
    p.CallLinkedAlready: Title(_CONFLICT, "来电已接入", "The call is linked already"),
    p.NoSuchCall: Title(HTTPStatus.NOT_FOUND, "没有可接入的来电", "No such call can go on air"),
    p.CallStillOpen: Title(_CONFLICT, "来电尚未办结", "The case is still open"),
    p.FiguresFollowCalls: Title(_CONFLICT, "数字由导播清单计出", "Figures follow the queue"),
    p.FiguresMissing: Title(_UNPROCESSABLE, "缺少接听数", "The counts are missing"),
    p.NoDueDay: Title(_UNPROCESSABLE, "承诺期限有误", "The promise has no such day"),
    p.NoSuchCommitment: Title(HTTPStatus.NOT_FOUND, "没有这项承诺", "No such promise"),
    p.CommitmentsFull: Title(_CONFLICT, "承诺已满", "No more promises"),
    p.OutcomeAwaitsCheck: Title(_CONFLICT, "结果待核验", "A report waits for its check"),
    p.OutcomeStandsAlready: Title(_CONFLICT, "已如此核验", "It stands so already"),
    p.NothingToCheck: Title(_CONFLICT, "没有待核验的结果", "Nothing to check"),
    p.AnotherPersonChecks: Title(_FORBIDDEN, "须由他人核验", "Another person checks"),
    p.TooLong: Title(_UNPROCESSABLE, "文字过长", "The text is too long"),
    p.TellsWho: Title(_UNPROCESSABLE, "文字含号码", "The text holds a number"),
    p.SaysWhoCalled: Title(_UNPROCESSABLE, "文字含个人信息", "The words tell who somebody is"),
    p.LetStandOftenEnough: Title(_CONFLICT, "放行已满", "No more is let stand"),
    s.NoScoreRules: Title(_CONFLICT, "没有适用的考核规则", "No score rules govern the quarter"),
    s.NoSuchScoreItem: Title(_UNPROCESSABLE, "没有这一考核项目", "No such score item"),
    s.NothingToScore: Title(_CONFLICT, "没有可据以记分的事由", "No such cause to score"),
    s.ManualItemsOnly: Title(_CONFLICT, "须按建议登记", "Enter the proposal instead"),
    s.AlreadyScored: Title(_CONFLICT, "一事不再罚", "The cause was scored before"),
    s.AccusationNotScored: Title(_CONFLICT, "检举控告件不记分", "An accusation is not scored"),
    s.NoSuchScoreEntry: Title(HTTPStatus.NOT_FOUND, "没有这一考核记录", "No such score entry"),
    s.NotYourScoreEntry: Title(_FORBIDDEN, "非本单位的考核记录", "Another unit's score entry"),
    s.ScoreVoidedAlready: Title(_CONFLICT, "考核记录已撤销", "The entry was voided"),
    s.ScoreAppealedAlready: Title(_CONFLICT, "已申诉过", "Appealed against before"),
    s.ScoreAppealTooLate: Title(_CONFLICT, "申诉期已满", "Too late to appeal"),
    s.NoScoreAppeal: Title(_CONFLICT, "没有待决定的申诉", "No appeal waits"),
    s.ScoreSecondPerson: Title(_FORBIDDEN, "须由另一人决定", "Another person decides"),
    m.PartnerKnown: Title(_CONFLICT, "媒体已登记", "The outlet is registered"),
    m.NoSuchPartner: Title(HTTPStatus.NOT_FOUND, "没有这家媒体", "No such outlet"),
    m.PartnerIsSuspended: Title(_CONFLICT, "媒体已暂停合作", "The outlet is suspended"),
    m.EmbargoOutOfRange: Title(_UNPROCESSABLE, "禁发时间有误", "No such embargo"),
    m.MaterialNotPublic: Title(_CONFLICT, "内容未公开发布", "Nothing that was published"),
    m.NoSuchOffer: Title(HTTPStatus.NOT_FOUND, "没有这次提供", "No such offer"),
    m.EmbargoStands: Title(_CONFLICT, "禁发期未满", "The embargo stands"),
    m.NotAiredYet: Title(_UNPROCESSABLE, "尚未播出", "Not aired yet"),
    m.NoSuchCoverage: Title(HTTPStatus.NOT_FOUND, "没有这次报道", "No such coverage"),
    m.CoverageIsAnswered: Title(_CONFLICT, "报道已回应", "The coverage is answered"),
    m.NoSuchExposure: Title(HTTPStatus.NOT_FOUND, "没有这一曝光批次或条目", "No such exposure"),
    m.ExposureKnown: Title(_CONFLICT, "曝光批次已存在", "The batch exists"),
    m.ExposureNotThere: Title(_CONFLICT, "曝光批次状态不符", "The batch does not stand there"),
    m.SecondPersonNeeded: Title(_FORBIDDEN, "须由第二人批准", "A second person approves"),
    m.MatterNotForExposure: Title(_CONFLICT, "事项不得曝光", "The matter is never exposed"),
    m.ExposureTellsWho: Title(_UNPROCESSABLE, "文字含个人信息", "The words tell who somebody is"),
    m.WebhookRefused: Title(_UNPROCESSABLE, "不能向该地址发送", "Nothing is sent to that address"),
    m.NoSuchDelivery: Title(HTTPStatus.NOT_FOUND, "没有可重发的投递", "No such dead delivery"),
    s.ReducedToMore: Title(_UNPROCESSABLE, "减少后的分值有误", "What is left is not less"),
}
"""Each refusal of the domain: 404 what is not there, 403 whose it is, 422 what was said, 409 how the case stands."""

FAULTS: Mapping[str, Title] = {
    "malformed-body": Title(HTTPStatus.BAD_REQUEST, "请求内容无法解析", "The body cannot be parsed"),
    "callback-refused": Title(HTTPStatus.FORBIDDEN, "回调未被接受", "The callback was refused"),
    "unauthenticated": Title(HTTPStatus.UNAUTHORIZED, "缺少有效令牌", "No valid token"),
    "role-not-allowed": Title(_FORBIDDEN, "该角色无权执行", "This role may not do that"),
    "not-found": Title(HTTPStatus.NOT_FOUND, "没有这一内容", "Not found"),
    "method-not-allowed": Title(HTTPStatus.METHOD_NOT_ALLOWED, "不支持该方法", "Method not allowed"),
    "key-used-for-another": Title(_CONFLICT, "同一幂等键内容不同", "Same idempotency key, another body"),
    "body-too-large": Title(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "请求内容过大", "The body is too large"),
    "unsupported-media-type": Title(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "不支持该内容类型",
        "Unsupported media type",
    ),
    "invalid-input": Title(_UNPROCESSABLE, "字段不合规", "A field is not as it must be"),
    "too-many-requests": Title(HTTPStatus.TOO_MANY_REQUESTS, "请求过于频繁", "Too many requests"),
    "internal-error": Title(HTTPStatus.INTERNAL_SERVER_ERROR, "系统内部错误", "Internal error"),
    "damaged": Title(HTTPStatus.INTERNAL_SERVER_ERROR, "记录不符", "What is stored is not what it was"),
    "busy": Title(HTTPStatus.SERVICE_UNAVAILABLE, "系统繁忙", "Busy"),
}
"""What the door itself refuses, by code."""

_REMEDIES: Mapping[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "请检查请求格式 / check the form of the request",
    HTTPStatus.UNAUTHORIZED: "请在 Authorization 头中提供有效的 Bearer 令牌 / send a valid Bearer token",
    HTTPStatus.FORBIDDEN: "请由有权限的角色或单位办理 / have a role or unit that may do this do it",
    HTTPStatus.NOT_FOUND: "请核对编号或地址 / check the id or the address",
    HTTPStatus.METHOD_NOT_ALLOWED: "请查看 /openapi.json / see /openapi.json",
    HTTPStatus.CONFLICT: "请先查看该件现状再操作 / read how the case stands, then decide",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "请缩小内容后重试 / send less",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "请按 /openapi.json 所列类型提交 / send a type that /openapi.json lists",
    HTTPStatus.UNPROCESSABLE_ENTITY: "请更正所指字段后重新提交 / correct the named field and send again",
    HTTPStatus.TOO_MANY_REQUESTS: "请稍后再试 / try again later",
    HTTPStatus.INTERNAL_SERVER_ERROR: "请将 instance 告知管理员 / tell the administrator the instance",
    HTTPStatus.SERVICE_UNAVAILABLE: "请稍后以同一幂等键重试 / try again later with the same idempotency key",
}

_REMEDIES_OF: Mapping[type[r.Refusal], str] = {
    r.FindingRequired: "请先记录核实结果 record-finding，再提交答复 / record-finding first, then reply",
    r.DesignatedMayNotReturn: "请签收办理；对指定有异议的，请督办员另行指定 / sign for it, or have it designated anew",
    r.ReturnTooLate: "请签收办理，或请派单员改派 / sign for it, or ask the dispatcher to send it elsewhere",
    r.ExtensionTooLate: "请尽快答复；超期由督办员处理 / reply at once; a supervisor decides on what is late",
    r.NotFollowedUp: "请先回访 follow-up，再办结 / follow-up first, then close",
    r.ReworkFirst: "请先重办 rework，再办结 / rework first, then close",
    r.NoReplyYet: "请先答复并送达 / let it be answered and delivered first",
    r.NoCauseForRework: "请先回访并记下不满意的原因 / follow-up first and note the cause",
}
"""What helps against one refusal, where reading how the case stands would not tell it."""


class ProblemRaised(Exception):
    """A request ends with a problem; the door answers it as it stands."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{problem.status} {problem.type}: {problem.detail}")
        self.problem = problem
        self.headers = dict(headers or {})


def fault(
    code: str,
    detail: str | None = None,
    *,
    field: str | None = None,
    errors: Sequence[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> ProblemRaised:
    """Return one of the door's own problems, ready to raise; the detail defaults to its title."""
    title = FAULTS[code]
    problem = Problem(
        type=TYPE_PREFIX + code,
        title=title.text,
        status=title.status,
        detail=detail or title.text,
        field=field,
        remedy=_REMEDIES[title.status],
        errors=list(errors) if errors else None,
    )
    if title.status == HTTPStatus.UNAUTHORIZED:
        headers = {"WWW-Authenticate": "Bearer", **(headers or {})}
    return ProblemRaised(problem, headers)


def of_refusal(refusal: r.Refusal) -> Problem:
    """Return the problem that a refusal of the domain is."""
    title = REFUSALS[type(refusal)]
    return Problem(
        type=TYPE_PREFIX + refusal.code,
        title=title.text,
        status=title.status,
        detail=f"{refusal.zh} / {refusal.en}",
        field=refusal.field,
        remedy=_REMEDIES_OF.get(type(refusal), _REMEDIES[title.status]),
    )


def of_validation(errors: Sequence[Mapping[str, Any]]) -> ProblemRaised:
    """Return the problem that pydantic's findings are, first finding first; values sent never come back in it."""
    if any(error["type"] == "json_invalid" for error in errors):
        return fault("malformed-body", "请求内容不是合规的 JSON / the body is not JSON")
    listed = [FieldProblem(field=_path(error["loc"]), detail=_words(error)) for error in errors[:FIELD_ERRORS_MAX]]
    first = listed[0]
    return fault("invalid-input", f"{first.field}: {first.detail}", field=first.field, errors=listed)


def response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that carries a problem."""
    return Response(
        orjson.dumps(problem.model_dump(exclude_none=True)),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def _path(location: Sequence[int | str]) -> str:
    # FastAPI puts where a value stood in front of its path; a reader looks for the name alone.
    parts = location[1:] if location and location[0] in {"body", "query", "path", "header"} else location
    return ".".join(str(part) for part in parts) or "body"


_CHINESE_OF_FINDING = {
    "missing": "缺少该字段",
    "extra_forbidden": "没有这一字段",
    "enum": "不在允许的取值之内",
    "literal_error": "不在允许的取值之内",
    "string_too_long": "内容过长",
    "string_too_short": "内容过短",
    "string_pattern_mismatch": "格式不合规",
    "timezone_aware": "时间须带时区偏移",
    "greater_than_equal": "小于允许的最小值",
    "less_than_equal": "大于允许的最大值",
    "too_long": "项数过多",
    "int_parsing": "须为整数",
    "int_type": "须为整数",
    "string_type": "须为文字",
    "bool_type": "须为 true 或 false",
    "bool_parsing": "须为 true 或 false",
    "list_type": "须为列表",
    "model_type": "须为对象",
    "model_attributes_type": "须为对象",
    "dict_type": "须为对象",
    "uuid_parsing": "不是合规的编号",
    "datetime_from_date_parsing": "须为 RFC 3339 时间",
    "datetime_parsing": "须为 RFC 3339 时间",
    "date_from_datetime_parsing": "须为日期，如 2026-03-02",
    "date_parsing": "须为日期，如 2026-03-02",
}


def _words(error: Mapping[str, Any]) -> str:
    zh = _CHINESE_OF_FINDING.get(error["type"], "取值不合规")
    allowed = error.get("ctx", {}).get("expected") if error["type"] in {"enum", "literal_error"} else None
    if allowed:
        # pydantic writes 'a', 'b' or 'c'; the Chinese list needs no English word between them.
        zh += "：" + "、".join(re.findall(r"'([^']*)'", str(allowed)))
    return f"{zh} / {error['msg']}"
