"""The hotline's words: every closed vocabulary that facts, figures and the API share.

Stored and on the wire a word is its lower-case value; the Chinese term stands beside it in ``CHINESE``.
"""

from __future__ import annotations

from enum import StrEnum


class ComplaintKind(StrEnum):
    """What a person wants with a matter (诉求类别)."""

    ENQUIRY = "enquiry"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    ACCUSATION = "accusation"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    OTHER = "other"


class Channel(StrEnum):
    """The door a matter came in by (渠道); the first four are the intake gateways."""

    HOTLINE = "hotline"
    WEB_MAILBOX = "web_mailbox"
    WECHAT = "wechat"
    LETTER = "letter"
    VISIT = "visit"
    LEADER_MAILBOX = "leader_mailbox"
    EMAIL = "email"
    WEIBO = "weibo"
    ON_AIR = "on_air"
    UPPER_LEVEL = "upper_level"
    PARTNER = "partner"


class Urgency(StrEnum):
    """How fast the rules want a matter handled (紧急程度)."""

    NORMAL = "normal"
    THREE_DAYS = "three_days"
    SAME_DAY = "same_day"


class Complexity(StrEnum):
    """How hard a matter is held to be (难易程度); a complex one needs approval."""

    SIMPLE = "simple"
    ORDINARY = "ordinary"
    COMPLEX = "complex"


class State(StrEnum):
    """Where a complaint stands (状态); confidentiality, urgency and supervision are properties, not states."""

    REGISTERED = "registered"
    AWAITING_SIGNATURE = "awaiting_signature"
    HANDLING = "handling"
    RETURN_REVIEW = "return_review"
    REPLY_REVIEW = "reply_review"
    REPLIED = "replied"
    AWAITING_FOLLOW_UP = "awaiting_follow_up"
    CLOSED = "closed"
    REFUSED = "refused"
    TRANSFERRED = "transferred"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


OPEN_STATES = frozenset(
    {
        State.REGISTERED,
        State.AWAITING_SIGNATURE,
        State.HANDLING,
        State.RETURN_REVIEW,
        State.REPLY_REVIEW,
        State.REPLIED,
        State.AWAITING_FOLLOW_UP,
    },
)


class LegRole(StrEnum):
    """What part a unit takes in a matter: 主办, 协办 or 二级派单."""

    LEAD = "lead"
    CO = "co"
    SUB = "sub"


class Finding(StrEnum):
    """What the enquiry into the facts found (核实结果)."""

    SUBSTANTIATED = "substantiated"
    PARTLY = "partly"
    NOT_SUBSTANTIATED = "not"
    UNVERIFIABLE = "unverifiable"


class Satisfaction(StrEnum):
    """What the person said of the answer at follow-up (满意度)."""

    SATISFIED = "satisfied"
    FAIRLY_SATISFIED = "fairly_satisfied"
    DISSATISFIED = "dissatisfied"


class SupervisionLevel(StrEnum):
    """How closely a supervisor holds a matter (督办级别)."""

    SUPERVISED = "supervised"
    LISTED = "listed"


class Role(StrEnum):
    """Who acts (角色); the last two are the system's own clock and the person who complains."""

    OPERATOR = "operator"
    DISPATCHER = "dispatcher"
    FOLLOW_UP_OFFICER = "follow_up_officer"
    UNIT_CLERK = "unit_clerk"
    UNIT_LEADER = "unit_leader"
    SUPERVISOR = "supervisor"
    APPROVER = "approver"
    CONFIDENTIAL_OFFICER = "confidential_officer"
    SCREENER = "screener"
    PRODUCER = "producer"
    AUDITOR = "auditor"
    ADMIN = "admin"
    CLOCK = "clock"
    REPORTER = "reporter"


UNIT_ROLES = frozenset({Role.UNIT_CLERK, Role.UNIT_LEADER})
"""Whoever acts for a unit: they see its work alone, and are held to its limits."""


class Precision(StrEnum):
    """How exactly a moment is known: to the instant, or to the day when the source gives no time of day."""

    INSTANT = "instant"
    DAY = "day"


CHINESE: dict[StrEnum, str] = {
    ComplaintKind.ENQUIRY: "咨询",
    ComplaintKind.HELP: "求助",
    ComplaintKind.COMPLAINT: "投诉",
    ComplaintKind.REPORT: "举报",
    ComplaintKind.ACCUSATION: "检举控告",
    ComplaintKind.SUGGESTION: "建议",
    ComplaintKind.PRAISE: "表扬",
    ComplaintKind.OTHER: "其他",
    Channel.HOTLINE: "热线电话",
    Channel.WEB_MAILBOX: "网络信箱",
    Channel.WECHAT: "微信",
    Channel.LETTER: "来信",
    Channel.VISIT: "来访",
    Channel.LEADER_MAILBOX: "领导信箱",
    Channel.EMAIL: "电子邮件",
    Channel.WEIBO: "微博",
    Channel.ON_AIR: "直播",
    Channel.UPPER_LEVEL: "上级转办",
    Channel.PARTNER: "12345 转入",
    Urgency.NORMAL: "一般",
    Urgency.THREE_DAYS: "三日",
    Urgency.SAME_DAY: "当日",
    Complexity.SIMPLE: "简单",
    Complexity.ORDINARY: "一般",
    Complexity.COMPLEX: "复杂",
    State.REGISTERED: "已登记",
    State.AWAITING_SIGNATURE: "待签收",
    State.HANDLING: "办理中",
    State.RETURN_REVIEW: "退单审核",
    State.REPLY_REVIEW: "答复审核",
    State.REPLIED: "待送达",
    State.AWAITING_FOLLOW_UP: "待回访",
    State.CLOSED: "已办结",
    State.REFUSED: "不予受理",
    State.TRANSFERRED: "已移送",
    State.MERGED: "已并单",
    State.WITHDRAWN: "已撤回",
    State.TERMINATED: "已终止",
    LegRole.LEAD: "主办",
    LegRole.CO: "协办",
    LegRole.SUB: "二级派单",
    Finding.SUBSTANTIATED: "属实",
    Finding.PARTLY: "部分属实",
    Finding.NOT_SUBSTANTIATED: "不属实",
    Finding.UNVERIFIABLE: "无法核实",
    Satisfaction.SATISFIED: "满意",
    Satisfaction.FAIRLY_SATISFIED: "基本满意",
    Satisfaction.DISSATISFIED: "不满意",
    SupervisionLevel.SUPERVISED: "督办",
    SupervisionLevel.LISTED: "挂牌督办",
    Role.OPERATOR: "坐席",
    Role.DISPATCHER: "派单员",
    Role.FOLLOW_UP_OFFICER: "回访员",
    Role.UNIT_CLERK: "承办单位经办人",
    Role.UNIT_LEADER: "承办单位负责人",
    Role.SUPERVISOR: "督办员",
    Role.APPROVER: "审批人",
    Role.CONFIDENTIAL_OFFICER: "保密专员",
    Role.SCREENER: "导播",
    Role.PRODUCER: "节目编导",
    Role.AUDITOR: "审计员",
    Role.ADMIN: "管理员",
    Role.CLOCK: "系统时钟",
    Role.REPORTER: "诉求人",
    Precision.INSTANT: "精确到时刻",
    Precision.DAY: "仅知日期",
}
