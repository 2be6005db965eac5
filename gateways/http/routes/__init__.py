"""THE table: every route of the hotline over HTTP, who may call it, what it takes and what it answers.

A file each resource gives its rows; here they stand together, in the order in which the documents show them.
"""

from __future__ import annotations

from typing import Final

from gateways.http.routes.audit import AUDIT
from gateways.http.routes.bulletins import BULLETINS
from gateways.http.routes.complaints import COMPLAINTS
from gateways.http.routes.console import CONSOLE
from gateways.http.routes.editions import EDITIONS
from gateways.http.routes.figures import FIGURES
from gateways.http.routes.follow_up import FOLLOW_UP
from gateways.http.routes.intake import INTAKE
from gateways.http.routes.operations import OPERATIONS
from gateways.http.routes.pages import PAGES
from gateways.http.routes.partners import PARTNERS
from gateways.http.routes.programme import PROGRAMME
from gateways.http.routes.scores import SCORES
from gateways.http.routes.units import UNITS
from gateways.http.table import Route

ROUTES: Final[tuple[Route, ...]] = (
    *INTAKE,
    *COMPLAINTS,
    *FOLLOW_UP,
    *FIGURES,
    *UNITS,
    *EDITIONS,
    *BULLETINS,
    *PROGRAMME,
    *SCORES,
    *PARTNERS,
    *AUDIT,
    *PAGES,
    *CONSOLE,
    *OPERATIONS,
)
"""Every route; the server, the document of the API, ``docs/api.md`` and the role matrix are made of it."""
