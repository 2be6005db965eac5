"""What the annex says in English of each indicator; the Chinese of ``domain.figures.indicators`` is what binds."""

from __future__ import annotations

from typing import Final

RATES_IN_ENGLISH: Final[dict[str, tuple[str, str, str]]] = {
    "on_time": (
        "answered on time",
        "unit: its clock stopped within its limit; city: the answer reached the person within theirs",
        "what was due",
    ),
    "on_time_original": (
        "answered on time, by the first deadline",
        "on time by the deadline that was promised first",
        "what was due by the first deadline",
    ),
    "closed_of_due": ("closed of what was due", "due and closed by the cut-off; unit: answered", "what was due"),
    "closed_on_time": (
        "closed on time",
        "due and delivered within the person's deadline; unit: answered within its own",
        "what was due",
    ),
    "substantiated": (
        "substantiated",
        "found substantiated or partly so",
        "findings of the quarter, of each matter the last",
    ),
    "corrected": ("corrected", "with a measure", "substantiated or partly so in the quarter"),
    "solved": ("solved", "the person said at last that it is solved", "closed in the quarter and the person reached"),
    "satisfied": (
        "satisfied",
        "satisfied at the last follow-up of the quarter, and fairly satisfied by its weight",
        "people reached in the quarter",
    ),
    "satisfied_first": (
        "satisfied at first",
        "satisfied at the first follow-up, and fairly satisfied by its weight",
        "people first reached in the quarter",
    ),
    "reached": ("people reached", "the person was reached", "followed up in the quarter, those not reached too"),
    "responded": ("first contact in time", "the person was called within the limit", "legs whose limit for it ended"),
    "signed_in_time": ("signed in time", "signed for within the limit", "legs whose limit for it ended"),
    "reworked": ("reworked", "ordered to be done again in the quarter", "what was due"),
    "returned": ("returned", "returned with approval, or another unit named", "lead legs sent out in the quarter"),
    "extended": ("extended", "given more time in the quarter", "what was due"),
    "repeated": ("repeated", "registered and merged into another by the cut-off", "registered in the quarter"),
    "closed_at_once": ("closed at once", "closed without rework or reopening", "closed in the quarter"),
}
"""By key: the name, the numerator, the denominator."""

COUNTS_IN_ENGLISH: Final[dict[str, tuple[str, str]]] = {
    "registered": ("registered", "registered in the quarter; unit: sent to it and not returned"),
    "due": ("due", "due in the quarter, and what was overdue when it began"),
    "carried_in": ("carried in", "due before the quarter and unanswered when it began"),
    "closed": ("closed", "closed in the quarter and not reopened"),
    "closed_early": ("closed early", "closed in the quarter with a deadline after it"),
    "late": ("late", "due and answered after the deadline"),
    "open": ("open", "not closed at the cut-off"),
    "overdue_open": ("overdue and open", "past the deadline and unanswered at the cut-off"),
    "followed_up": ("followed up", "the person was reached in the quarter"),
    "satisfied_people": ("satisfied", "satisfied at the last follow-up"),
    "fairly_satisfied_people": ("fairly satisfied", "fairly satisfied at the last follow-up"),
    "dissatisfied_people": ("dissatisfied", "dissatisfied at the last follow-up"),
    "ratings_invalidated": (
        "ratings invalidated",
        "given in the quarter and invalidated since; not among people reached",
    ),
    "measures_past_due": ("measures past due", "with a measure past its day and not done at the cut-off"),
    "returned_legs": ("returned", "returned with approval, or another unit named"),
    "co_due": ("due as second unit", "legs of second and lower units due in the quarter"),
    "co_on_time": ("on time as second unit", "of these, answered on time"),
}
"""By key: the name, and what is counted."""
