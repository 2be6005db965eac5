"""How a matter is taken in: from one of the doors, or from one row of an existing ledger. Pure, as ``decide`` is."""

from __future__ import annotations

from domain import refusals as r
from domain.complaint import commands as c
from domain.complaint import events as e
from domain.complaint.events import ComplaintFact
from domain.complaint.state import Complaint
from domain.timekeeping.rules import Purpose, Rulebook, Traits
from domain.wording import hold_to_code
from domain.words import ComplaintKind, State


def register(command: c.Register, rules: Rulebook) -> tuple[ComplaintFact, ...]:
    """Return the registration of a matter, with its deadlines frozen.

    Raises ``EmptyText`` where title and text are both empty.
    """
    if not command.title.strip() and not command.text.strip():
        raise r.EmptyText(field="text", name="text")
    for name, value in (
        ("category", command.category),
        ("unit", command.wanted_unit),
        ("programme_ref", command.programme_ref),
    ):
        hold_to_code(name, value)
    traits = Traits(
        channel=command.channel,
        kind=command.kind,
        urgency=command.urgency,
        complexity=command.complexity,
        programme=command.programme_ref is not None,
        category=command.category,
        limit_class=command.limit_class,
    )
    return (
        e.ComplaintRegistered(
            by=command.by,
            occurred=command.at,
            subject=command.subject,
            contact=command.contact,
            matter_no=command.matter_no,
            evidence_digest=command.evidence_digest,
            channel=command.channel,
            source=command.source,
            source_id=command.source_id,
            kind=command.kind,
            title=command.title,
            text=command.text,
            category=command.category,
            urgency=command.urgency,
            complexity=command.complexity,
            confidential=command.confidential or command.kind is ComplaintKind.ACCUSATION,
            wanted_unit=command.wanted_unit,
            programme_ref=command.programme_ref,
            limit_class=command.limit_class,
            citizen_deadline=rules.deadline(Purpose.CITIZEN, command.at, traits),
            acceptance_deadline=rules.deadline(Purpose.ACCEPTANCE, command.at, traits),
            dispatch_deadline=rules.deadline(Purpose.DISPATCH, command.at, traits),
            letter=command.letter,
            attachments=command.attachments,
            reporter_name=command.reporter_name,
            reporter_number=command.reporter_number,
            reporter_address=command.reporter_address,
        ),
    )


def register_from_ledger(command: c.RegisterFromLedger, rules: Rulebook) -> tuple[ComplaintFact, ...]:
    """Return what a ledger's row says and nothing more: registration, assignment, reply, at the ledger's dates."""
    if not command.title.strip() and not command.text.strip():
        raise r.EmptyText(field="text", name="text")
    traits = Traits(
        channel=command.channel,
        kind=command.kind,
        category=command.category,
        limit_class=command.limit_class,
    )
    citizen = rules.deadline(Purpose.CITIZEN, command.at, traits)
    facts: list[ComplaintFact] = [
        e.ComplaintRegistered(
            by=command.by,
            occurred=command.at,
            subject=command.subject,
            contact=command.contact,
            matter_no=1,
            evidence_digest=command.evidence_digest,
            channel=command.channel,
            source=command.source,
            source_id=command.source_id,
            kind=command.kind,
            title=command.title,
            text=command.text,
            category=command.category,
            confidential=command.kind is ComplaintKind.ACCUSATION,
            limit_class=command.limit_class,
            citizen_deadline=citizen,
            ledger=command.ledger,
            flags=command.flags,
            reporter_name=command.reporter_name,
            reporter_number=command.reporter_number,
        ),
    ]
    answered = command.replied is not None and command.reply is not None
    if (command.unit is not None or answered) and command.kind is not ComplaintKind.ACCUSATION:
        # A ledger knows one promise only, the citizen's: the leg is held to that one.
        facts.append(
            e.AssignedFromLedger(by=command.by, occurred=command.at, leg=1, unit=command.unit, deadline=citizen),
        )
        if command.replied is not None and command.reply is not None:
            facts.append(
                e.RepliedFromLedger(
                    by=command.by,
                    occurred=command.replied,
                    subject=command.subject,
                    leg=1,
                    unit=command.unit,
                    flags=command.flags,
                    reply=command.reply,
                ),
            )
    if not any(isinstance(fact, e.RepliedFromLedger) for fact in facts) and (
        command.replied is not None or command.reply is not None
    ):
        facts.append(
            e.IncompleteReplyFromLedger(
                by=command.by,
                occurred=command.replied or command.at,
                subject=command.subject,
                flag=_why_no_answer(command),
                replied=command.replied,
                reply=command.reply,
            ),
        )
    return tuple(facts)


def answer_from_ledger(state: Complaint, command: c.RegisterFromLedger) -> tuple[ComplaintFact, ...]:
    """Return the reply that a later copy of a ledger gives to a matter that an earlier copy left open.

    Nothing where the ledger still has none, where the matter is answered already, or where it was worked on since:
    then what was done here is better evidence than the ledger.
    """
    answered = command.replied is not None and command.reply is not None
    untouched = state.imported and state.delivered is None and state.state in {State.REGISTERED, State.HANDLING}
    worked_on = len(state.legs) > 1 or any(leg.signed is not None for leg in state.legs)
    if not answered or not untouched or worked_on or state.kind is ComplaintKind.ACCUSATION:
        return ()
    assert command.replied is not None
    assert command.reply is not None
    assigned = e.AssignedFromLedger(
        by=command.by,
        occurred=state.registered,
        leg=1,
        unit=command.unit,
        deadline=state.citizen_deadline,
    )
    replied = e.RepliedFromLedger(
        by=command.by,
        occurred=command.replied,
        subject=state.subject,
        leg=1,
        unit=state.legs[0].unit if state.legs else command.unit,
        flags=command.flags,
        reply=command.reply,
    )
    return (replied,) if state.legs else (assigned, replied)


def _why_no_answer(command: c.RegisterFromLedger) -> str:
    if command.reply is None:
        return "reply_date_without_text"
    # The answer to an accusation is the discipline organ's: it is kept, and counts for no unit.
    return "text_without_reply_date" if command.replied is None else "reply_to_accusation"
