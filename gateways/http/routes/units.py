"""The registry of units (单位名录). A part of the one table."""

from __future__ import annotations

from typing import Final

from gateways.http import (
    units,
)
from gateways.http.table import Answer, Route
from services.access import Action, roles_for

UNITS: Final = (
    Route(
        method="GET",
        path="/api/v1/units",
        name="read-units",
        zh="单位名录：别名、上级、分组、机构改革",
        en="the registry of units: spellings, superiors, groups, reorganisations",
        tag="units 单位",
        endpoint=units.read_units,
        roles=roles_for(Action.READ_UNITS),
        answers={200: Answer("名录", "the registry", units.UnitList)},
    ),
    *(
        Route(
            method="POST",
            path=f"/api/v1/units/{path}",
            name=name,
            zh=zh,
            en=en,
            tag="units 单位",
            endpoint=endpoint,
            roles=roles_for(Action.ADMINISTER_UNITS),
            answers={200: Answer("已登记", "recorded", units.RegistryStep)},
            faults=(404, 409),
        )
        for path, name, zh, en, endpoint in (
            ("aliases", "alias-unit", "登记别名", "let a spelling mean a unit", units.post_alias),
            ("aliases/withdraw", "withdraw-alias", "撤销别名", "let it stand for itself", units.post_alias_gone),
            ("reorganisations", "reorganise-unit", "登记机构改革", "enter one", units.post_reorganisation),
            (
                "reorganisations/reverse",
                "reverse-reorganisation",
                "撤销机构改革，数字如同从未改革",
                "take a reorganisation back: figures stand as if it had never been",
                units.post_reversal,
            ),
        )
    ),
)
