"""Which role may do what: one table for the doors, the tests and ``docs/access.md``.

A verb on a complaint is named as the table of steps names it; everything else is an ``Action``. What a role may do at
all is decided here; which cases it may do it to, in ``sight``.
"""

from __future__ import annotations

from enum import StrEnum

from domain.complaint.lifecycle import STEPS
from domain.words import CHINESE, UNIT_ROLES, Role


class Action(StrEnum):
    """What can be done besides the verbs on a complaint."""

    REGISTER_CALL = "register-call"
    REGISTER_MESSAGE = "register-message"
    REGISTER_LETTER = "register-letter"
    READ_COMPLAINTS = "read-complaints"
    READ_ATTACHMENTS = "read-attachments"
    READ_FOLLOW_UPS = "read-follow-ups"
    INVITE_RATING = "invite-rating"
    READ_RATINGS = "read-ratings"
    READ_STATISTICS = "read-statistics"
    READ_UNIT_PAGES = "read-unit-pages"
    EXPLAIN_FIGURES = "explain-figures"
    READ_BULLETINS = "read-bulletins"
    READ_UNPUBLISHED_BULLETINS = "read-unpublished-bulletins"
    READ_CELLS = "read-cells"
    READ_EPISODES = "read-episodes"
    READ_CALL_BACKS = "read-call-backs"
    READ_RULES = "read-rules"
    READ_UNITS = "read-units"
    READ_EVENTS = "read-events"
    READ_PROOFS = "read-proofs"
    READ_OPERATIONS = "read-operations"
    READ_PROOF_OF_UNIT = "read-proof-of-unit"
    NOTE_BROADCAST = "note-broadcast"
    FREEZE_BULLETIN = "freeze-bulletin"
    SEND_PROOF = "send-proof"
    DISPUTE_FIGURE = "dispute-figure"
    JUDGE_DISPUTE = "judge-dispute"
    APPROVE_BULLETIN = "approve-bulletin"
    PUBLISH_BULLETIN = "publish-bulletin"
    CORRECT_BULLETIN = "correct-bulletin"
    RECORD_EPISODE = "record-episode"
    READ_SCORES = "read-scores"
    READ_ALL_SCORES = "read-all-scores"
    PROPOSE_SCORES = "propose-scores"
    ENTER_SCORE = "enter-score"
    VOID_SCORE = "void-score"
    APPEAL_SCORE = "appeal-score"
    DECIDE_SCORE_APPEAL = "decide-score-appeal"
    RUN_CALL_QUEUE = "run-call-queue"
    READ_COMMITMENTS = "read-commitments"
    REPORT_OUTCOME = "report-outcome"
    CHECK_OUTCOME = "check-outcome"
    READ_PARTNERS = "read-partners"
    ADMINISTER_PARTNERS = "administer-partners"
    RECORD_COVERAGE = "record-coverage"
    ANSWER_COVERAGE = "answer-coverage"
    READ_DELIVERIES = "read-deliveries"
    REPLAY_DELIVERIES = "replay-deliveries"
    READ_EXPOSURES = "read-exposures"
    READ_PUBLIC_EXPOSURES = "read-public-exposures"
    WRITE_EXPOSURE = "write-exposure"
    APPROVE_EXPOSURE = "approve-exposure"
    WITHDRAW_EXPOSURE = "withdraw-exposure"
    ADMINISTER_UNITS = "administer-units"
    ADMINISTER_RULES = "administer-rules"
    READ_EDITION_COURSES = "read-edition-courses"
    WITHDRAW_EDITIONS = "withdraw-editions"
    ADMINISTER_TOKENS = "administer-tokens"
    ERASE_PERSON = "erase-person"


_R = Role
_DESK = frozenset({_R.OPERATOR, _R.DISPATCHER})
_ABOVE = frozenset({_R.SUPERVISOR, _R.APPROVER})
_OFFICE = _DESK | _ABOVE | {_R.FOLLOW_UP_OFFICER, _R.CONFIDENTIAL_OFFICER, _R.ADMIN}
_EVERYBODY = frozenset(_R) - {_R.CLOCK, _R.REPORTER}
_ADMIN = frozenset({_R.ADMIN})

# The administrator of a small hotline is often its whole staff, so every verb of the office is theirs; what only a
# unit can say of its own work is not, and neither is anything of an accusation, which ``sight`` keeps from them.
_VERBS: dict[str, frozenset[Role]] = {
    "accept": frozenset({_R.DISPATCHER, _R.CONFIDENTIAL_OFFICER}) | _ADMIN,
    "refuse": frozenset({_R.DISPATCHER}) | _ADMIN,
    "answer": _DESK | _ADMIN,
    "hand-to-emergency": _DESK | _ADMIN,
    "transfer-to-discipline": frozenset({_R.CONFIDENTIAL_OFFICER}),
    "correct": _DESK | {_R.CONFIDENTIAL_OFFICER} | _ADMIN,
    "reclassify": _DESK | {_R.CONFIDENTIAL_OFFICER} | _ADMIN,
    "withdraw": _DESK | {_R.FOLLOW_UP_OFFICER, _R.CONFIDENTIAL_OFFICER, _R.REPORTER} | _ADMIN,
    "merge": frozenset({_R.DISPATCHER}) | _ADMIN,
    "unmerge": frozenset({_R.DISPATCHER}) | _ADMIN,
    "share-reply": frozenset({_R.DISPATCHER, _R.FOLLOW_UP_OFFICER}) | _ADMIN,
    "dispatch": _DESK | _ADMIN,
    "sign": UNIT_ROLES,
    "return": UNIT_ROLES,
    "approve-return": frozenset({_R.DISPATCHER, _R.SUPERVISOR}) | _ADMIN,
    "refuse-return": frozenset({_R.DISPATCHER, _R.SUPERVISOR}) | _ADMIN,
    "designate": frozenset({_R.DISPATCHER, _R.SUPERVISOR}) | _ADMIN,
    "hand-over": UNIT_ROLES,
    "contact": UNIT_ROLES,
    "add-co-unit": frozenset({_R.DISPATCHER, _R.SUPERVISOR}) | _ADMIN,
    "sub-dispatch": UNIT_ROLES,
    "request-supplement": UNIT_ROLES,
    "supplement": _DESK | UNIT_ROLES | {_R.REPORTER} | _ADMIN,
    "extend": frozenset({_R.UNIT_LEADER}),
    "grant-extension": _ABOVE | _ADMIN,
    "refuse-extension": _ABOVE | _ADMIN,
    "record-finding": UNIT_ROLES,
    "add-measure": UNIT_ROLES | {_R.SUPERVISOR} | _ADMIN,
    "complete-measure": UNIT_ROLES,
    "reply": UNIT_ROLES,
    "approve-reply": frozenset({_R.APPROVER}) | _ADMIN,
    "send-back": frozenset({_R.APPROVER}) | _ADMIN,
    "deliver": frozenset({_R.DISPATCHER, _R.FOLLOW_UP_OFFICER}) | _ADMIN,
    "follow-up": frozenset({_R.FOLLOW_UP_OFFICER, _R.REPORTER}) | _ADMIN,
    "invalidate-rating": frozenset({_R.SUPERVISOR}) | _ADMIN,
    "rework": frozenset({_R.FOLLOW_UP_OFFICER, _R.SUPERVISOR}) | _ADMIN,
    "close": frozenset({_R.FOLLOW_UP_OFFICER, _R.APPROVER}) | _ADMIN,
    "suspend": _ABOVE | _ADMIN,
    "resume": _ABOVE | _ADMIN,
    "terminate": frozenset({_R.UNIT_LEADER}),
    "grant-termination": frozenset({_R.APPROVER}) | _ADMIN,
    "refuse-termination": frozenset({_R.APPROVER}) | _ADMIN,
    "reopen": frozenset({_R.DISPATCHER, _R.FOLLOW_UP_OFFICER, _R.SUPERVISOR}) | _ADMIN,
    "archive": frozenset({_R.DISPATCHER, _R.FOLLOW_UP_OFFICER, _R.CONFIDENTIAL_OFFICER}) | _ADMIN,
    "correct-reply": frozenset({_R.APPROVER}) | _ADMIN,
    "withdraw-publication": _ABOVE | {_R.CONFIDENTIAL_OFFICER} | _ADMIN,
    "urge": _DESK | {_R.SUPERVISOR, _R.CONFIDENTIAL_OFFICER} | _ADMIN,
    "supervise": frozenset({_R.SUPERVISOR}) | _ADMIN,
}

_OTHER: dict[Action, frozenset[Role]] = {
    Action.REGISTER_CALL: _DESK | {_R.CONFIDENTIAL_OFFICER} | _ADMIN,
    Action.REGISTER_MESSAGE: _DESK | {_R.CONFIDENTIAL_OFFICER, _R.REPORTER} | _ADMIN,
    Action.REGISTER_LETTER: _DESK | {_R.CONFIDENTIAL_OFFICER} | _ADMIN,
    Action.READ_COMPLAINTS: _OFFICE | UNIT_ROLES | {_R.AUDITOR},
    Action.READ_ATTACHMENTS: _OFFICE | UNIT_ROLES,
    # Whoever handles cases never sees whom the hotline is about to call about them (承办单位不得自行回访).
    Action.READ_FOLLOW_UPS: frozenset({_R.FOLLOW_UP_OFFICER, _R.SUPERVISOR, _R.AUDITOR}) | _ADMIN,
    Action.INVITE_RATING: frozenset({_R.DISPATCHER, _R.FOLLOW_UP_OFFICER}) | _ADMIN,
    Action.READ_RATINGS: _ABOVE | {_R.AUDITOR} | _ADMIN,
    Action.READ_STATISTICS: _ABOVE | {_R.DISPATCHER, _R.PRODUCER, _R.AUDITOR} | _ADMIN,
    Action.EXPLAIN_FIGURES: _ABOVE | {_R.AUDITOR} | _ADMIN,
    Action.READ_UNIT_PAGES: _ABOVE | UNIT_ROLES | {_R.DISPATCHER, _R.FOLLOW_UP_OFFICER, _R.AUDITOR} | _ADMIN,
    Action.READ_BULLETINS: _EVERYBODY | {_R.REPORTER},
    Action.READ_UNPUBLISHED_BULLETINS: _ABOVE | {_R.AUDITOR} | _ADMIN,
    Action.READ_CELLS: _ABOVE | {_R.PRODUCER, _R.AUDITOR} | _ADMIN,
    Action.READ_EPISODES: _ABOVE | {_R.SCREENER, _R.PRODUCER, _R.DISPATCHER, _R.AUDITOR} | _ADMIN,
    Action.READ_CALL_BACKS: frozenset({_R.SCREENER, _R.FOLLOW_UP_OFFICER}) | _ADMIN,
    Action.READ_RULES: _EVERYBODY,
    Action.READ_UNITS: _EVERYBODY,
    Action.READ_EVENTS: frozenset({_R.AUDITOR}),
    Action.READ_PROOFS: _EVERYBODY,
    Action.READ_OPERATIONS: frozenset({_R.AUDITOR}) | _ADMIN,
    Action.READ_PROOF_OF_UNIT: UNIT_ROLES | _ABOVE | {_R.AUDITOR} | _ADMIN,
    Action.NOTE_BROADCAST: _ABOVE | {_R.PRODUCER} | _ADMIN,
    Action.FREEZE_BULLETIN: _ABOVE | _ADMIN,
    Action.SEND_PROOF: _ABOVE | _ADMIN,
    Action.DISPUTE_FIGURE: frozenset({_R.UNIT_LEADER}),
    Action.JUDGE_DISPUTE: _ABOVE | _ADMIN,
    Action.APPROVE_BULLETIN: frozenset({_R.APPROVER}) | _ADMIN,
    Action.PUBLISH_BULLETIN: frozenset({_R.APPROVER}) | _ADMIN,
    Action.CORRECT_BULLETIN: frozenset({_R.APPROVER}) | _ADMIN,
    Action.RECORD_EPISODE: _ABOVE | {_R.PRODUCER} | _ADMIN,
    Action.RUN_CALL_QUEUE: _ABOVE | {_R.SCREENER, _R.PRODUCER} | _ADMIN,
    # A unit speaks of its own promises alone, and checks none.
    Action.READ_COMMITMENTS: _ABOVE | UNIT_ROLES | {_R.SCREENER, _R.PRODUCER, _R.DISPATCHER, _R.AUDITOR} | _ADMIN,
    Action.REPORT_OUTCOME: _ABOVE | {_R.UNIT_LEADER, _R.PRODUCER} | _ADMIN,
    Action.CHECK_OUTCOME: _ABOVE | {_R.PRODUCER} | _ADMIN,
    Action.READ_SCORES: _ABOVE | UNIT_ROLES | {_R.AUDITOR} | _ADMIN,
    Action.READ_ALL_SCORES: _ABOVE | {_R.AUDITOR} | _ADMIN,
    Action.PROPOSE_SCORES: _ABOVE | {_R.AUDITOR} | _ADMIN,
    # Who proposes and enters is not who decides: the approver enters nothing, so that there is somebody to decide.
    Action.ENTER_SCORE: frozenset({_R.SUPERVISOR}) | _ADMIN,
    Action.VOID_SCORE: _ABOVE | _ADMIN,
    Action.APPEAL_SCORE: UNIT_ROLES,
    Action.DECIDE_SCORE_APPEAL: frozenset({_R.APPROVER}) | _ADMIN,
    Action.READ_PARTNERS: _ABOVE | {_R.PRODUCER, _R.AUDITOR} | _ADMIN,
    Action.ADMINISTER_PARTNERS: frozenset({_R.PRODUCER, _R.SUPERVISOR}) | _ADMIN,
    Action.RECORD_COVERAGE: frozenset({_R.PRODUCER, _R.SUPERVISOR}) | _ADMIN,
    Action.ANSWER_COVERAGE: frozenset({_R.UNIT_LEADER, _R.SUPERVISOR}) | _ADMIN,
    Action.READ_DELIVERIES: _ABOVE | {_R.PRODUCER, _R.AUDITOR} | _ADMIN,
    Action.REPLAY_DELIVERIES: frozenset({_R.PRODUCER, _R.SUPERVISOR}) | _ADMIN,
    Action.READ_EXPOSURES: _ABOVE | {_R.AUDITOR} | _ADMIN,
    Action.READ_PUBLIC_EXPOSURES: _EVERYBODY | {_R.REPORTER},
    # Who writes a batch and who approves it are two people, and here two roles as well.
    Action.WRITE_EXPOSURE: frozenset({_R.SUPERVISOR}) | _ADMIN,
    Action.APPROVE_EXPOSURE: frozenset({_R.APPROVER}) | _ADMIN,
    Action.WITHDRAW_EXPOSURE: _ABOVE | _ADMIN,
    Action.ADMINISTER_UNITS: _ADMIN,
    Action.ADMINISTER_RULES: _ADMIN,
    # What an edition led to names cases of every unit.
    Action.READ_EDITION_COURSES: _ABOVE | {_R.AUDITOR} | _ADMIN,
    Action.WITHDRAW_EDITIONS: _ABOVE | _ADMIN,
    Action.ADMINISTER_TOKENS: _ADMIN,
    Action.ERASE_PERSON: _ADMIN,
}

ACTIONS: dict[str, frozenset[Role]] = {**_VERBS, **{action.value: roles for action, roles in _OTHER.items()}}
"""Every verb and every other action, with the roles that may do it."""

_ACTION_CHINESE: dict[Action, str] = {
    Action.REGISTER_CALL: "登记来电",
    Action.REGISTER_MESSAGE: "登记网络留言",
    Action.REGISTER_LETTER: "登记来信",
    Action.READ_COMPLAINTS: "查看诉求、历史、期限",
    Action.READ_ATTACHMENTS: "查看附件",
    Action.READ_FOLLOW_UPS: "查看回访清单",
    Action.INVITE_RATING: "邀请评议",
    Action.READ_RATINGS: "查看评议及异常",
    Action.READ_STATISTICS: "查看统计",
    Action.EXPLAIN_FIGURES: "差异逐件说明",
    Action.READ_UNIT_PAGES: "查看单位页",
    Action.READ_BULLETINS: "查看已发布通报",
    Action.READ_UNPUBLISHED_BULLETINS: "查看未发布通报",
    Action.READ_CELLS: "查看数字出处",
    Action.READ_EPISODES: "查看节目",
    Action.READ_CALL_BACKS: "查看当晚回拨单",
    Action.READ_RULES: "查看规则与日历",
    Action.READ_UNITS: "查看单位名录",
    Action.READ_EVENTS: "查看事件流",
    Action.READ_PROOFS: "查看检查点与证明",
    Action.READ_OPERATIONS: "查看运行状况",
    Action.READ_PROOF_OF_UNIT: "查看核对稿",
    Action.NOTE_BROADCAST: "记录播出",
    Action.FREEZE_BULLETIN: "起草并冻结通报",
    Action.SEND_PROOF: "送核",
    Action.DISPUTE_FIGURE: "对数字提出异议",
    Action.JUDGE_DISPUTE: "裁定异议",
    Action.APPROVE_BULLETIN: "审批通报",
    Action.PUBLISH_BULLETIN: "发布通报",
    Action.CORRECT_BULLETIN: "勘误",
    Action.RECORD_EPISODE: "记录节目",
    Action.READ_SCORES: "查看考核记录",
    Action.READ_ALL_SCORES: "查看各单位得分",
    Action.PROPOSE_SCORES: "查看记分建议",
    Action.ENTER_SCORE: "登记考核分",
    Action.VOID_SCORE: "撤销考核记录",
    Action.APPEAL_SCORE: "考核申诉",
    Action.DECIDE_SCORE_APPEAL: "决定考核申诉",
    Action.RUN_CALL_QUEUE: "管理导播清单",
    Action.READ_COMMITMENTS: "查看现场承诺",
    Action.REPORT_OUTCOME: "报告承诺结果",
    Action.CHECK_OUTCOME: "核验承诺结果",
    Action.READ_PARTNERS: "查看合作媒体与报道",
    Action.ADMINISTER_PARTNERS: "登记、更改、暂停合作媒体",
    Action.RECORD_COVERAGE: "登记提供、采用、播发",
    Action.ANSWER_COVERAGE: "回应报道",
    Action.READ_DELIVERIES: "查看网络钩子投递",
    Action.REPLAY_DELIVERIES: "重发死信",
    Action.READ_EXPOSURES: "查看内部曝光",
    Action.READ_PUBLIC_EXPOSURES: "查看公开曝光",
    Action.WRITE_EXPOSURE: "编写曝光批次",
    Action.APPROVE_EXPOSURE: "批准、发布曝光",
    Action.WITHDRAW_EXPOSURE: "撤回曝光",
    Action.ADMINISTER_UNITS: "维护单位名录",
    Action.ADMINISTER_RULES: "发布规则与日历",
    Action.READ_EDITION_COURSES: "查看版本引起的期限重算",
    Action.WITHDRAW_EDITIONS: "申请、确认、取消撤回版本",
    Action.ADMINISTER_TOKENS: "管理令牌",
    Action.ERASE_PERSON: "清除个人信息",
}


def allowed(role: Role, action: str) -> bool:
    """Say whether a role may do something at all. Raises ``KeyError`` for what is no action, which is a mistake."""
    return role in ACTIONS[action]


def roles_for(action: str) -> frozenset[Role]:
    """Return the roles that may do something. Raises ``KeyError`` for what is no action."""
    return ACTIONS[action]


def access_page() -> str:
    """Return ``docs/access.md``: the table as it stands, a row an action, a mark where the role may."""
    roles = [role for role in Role if role is not Role.CLOCK]
    chinese = {step.verb: step.zh for step in STEPS} | {action.value: zh for action, zh in _ACTION_CHINESE.items()}
    head = " | ".join(f"{CHINESE[role]}<br>`{role}`" for role in roles)
    lines = [_PREFACE, f"| | {head} |", "|---|" + ":-:|" * len(roles)]
    for action, may in ACTIONS.items():
        marks = " | ".join("●" if role in may else "" for role in roles)
        lines.append(f"| {chinese[action]} `{action}` | {marks} |")
    return "\n".join((*lines, "", _SIGHT_PAGE))


_PREFACE = """# 权限 Who may do what

Drawn from the table in `services/access/roles.py`; a test fails when it is stale. Write it anew with
`hangfeng handbook docs`.
A token carries a role and, for a unit's people, the unit. The clock acts for the system and holds no token; the
reporter acts through the receipt number and query code.
"""

_SIGHT_PAGE = """## 可见范围 Which cases

- 承办单位 `unit_clerk`, `unit_leader`: cases on which the unit holds a leg; of those on which it only held one, the
  text without the reporter; never an accusation.
- 坐席、派单员、回访员、督办员、审批人、管理员: every case but accusations; of a confidential one all but the reporter.
- 保密专员 `confidential_officer`: every case, accusations with their contents.
- 审计员 `auditor`: every case without the reporter; of an accusation its course, never its contents.
- 导播、节目编导 `screener`, `producer`: no case; call-backs, published and anonymised material only.
- Whoever's token names the unit accused, or a unit above it: nothing of the accusation, not even that it exists (404).

Each time sealed text is opened for a person, it is recorded who, when, which case and what (`hangfeng reads`).
"""
