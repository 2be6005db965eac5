"""The score ledger of the sample's last quarter (示例考核): proposals entered, appeals made, and decided by another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, tzinfo
from typing import Final

from domain.facts import Actor, Moment
from domain.periods import Quarter
from domain.scores.ledger import CauseName, EntryState, ScoreEntry
from domain.words import Role
from projections.scores import entries_at
from services.adoption import Adoption
from services.editions.score_files import shipped_score_rules
from services.sample.city import city
from services.scores import Scores
from services.statistics import Statistics

APPEALS: Final = (
    ("perfunctory_reply", "已补充现场照片，非敷衍", "照片补在退回之后，维持原记分", "rejected"),
    ("overdue_reply", "遇汛停电，系统两日无法登录", "停电属实，减半", "halved"),
    ("late_signature", "系统升级期间无法签收", "升级通知在案，予以撤销", "voided"),
    ("uncorrected", "整改已于到期前完成，材料补报", None, "pending"),
)
"""What the units of the sample appeal against, with which words, and what became of it."""

VOIDED: Final = ("red_card", "与超时答复同一事由，本季度从宽不并计")

Reading = Callable[[], AbstractContextManager[Statistics]]


def score_sample(
    scores: Scores, adoption: Adoption, reading: Reading, quarter: Quarter, clock: Callable[[], datetime], zone: tzinfo
) -> int:
    """Enter what the log gives ground for in a quarter, and let units appeal; return how many entries are new.

    ``reading`` gives figures over views that have read the whole log. Where there are entries already, nothing is done,
    but to enter what an interrupted run left.
    """
    staff = city().staff
    supervisor, approver = Actor(staff.supervisors[0], Role.SUPERVISOR), Actor(staff.approvers[0], Role.APPROVER)

    def now() -> Moment:
        return Moment(clock().astimezone(zone))

    adoption.adopt_score_rules(shipped_score_rules(), approver, now())
    with reading() as statistics:
        found = scores.propose(statistics, quarter)
        for one in found.items:
            key = one.cause.key
            name = CauseName(key.item, key.position, key.leg)
            scores.enter(statistics, quarter, name, supervisor, now())
    with reading() as statistics:
        position = scores.table(statistics, quarter).position
        held = sorted(entries_at(statistics.views, position, quarter=str(quarter)), key=lambda entry: entry.position)
    for entry, (_, ground, decision, outcome) in _appealed(held):
        number, leader = entry.number(zone), Actor(f"{entry.unit}负责人", Role.UNIT_LEADER, entry.unit)
        scores.appeal(number, leader, now(), ground)
        if decision is not None:
            left = {"rejected": None, "halved": entry.points_tenths // 2, "voided": 0}[outcome]
            scores.decide(number, approver, now(), decision, left)
    first = next((entry for entry in held if entry.item == VOIDED[0]), None)
    if first is not None and all(entry.state is EntryState.ENTERED for entry in held):
        scores.void(first.number(zone), supervisor, now(), VOIDED[1])
    return len(found.items)


def _appealed(held: list[ScoreEntry]) -> Iterator[tuple[ScoreEntry, tuple[str, str, str | None, str]]]:
    """Give the first entry of each item that is appealed against, where no unit appealed yet."""
    if any(entry.state is not EntryState.ENTERED for entry in held):
        return
    for appeal in APPEALS:
        entry = next((one for one in held if one.item == appeal[0]), None)
        if entry is not None:
            yield entry, appeal
