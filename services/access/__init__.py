"""Who may do what and see which case: one table, one rule of sight, and the tokens that say who somebody is."""

from services.access.roles import ACTIONS, Action, allowed, roles_for
from services.access.sight import Case, Scope, Sight, case_of, may_see, scope_of, sight_of
from services.access.store import AccessBusy, AccessStore, Issued, ReadRecord, TokenInfo, TokenUnknown, UnitNeeded

__all__ = [
    "ACTIONS",
    "AccessBusy",
    "AccessStore",
    "Action",
    "Case",
    "Issued",
    "ReadRecord",
    "Scope",
    "Sight",
    "TokenInfo",
    "TokenUnknown",
    "UnitNeeded",
    "allowed",
    "case_of",
    "may_see",
    "roles_for",
    "scope_of",
    "sight_of",
]
