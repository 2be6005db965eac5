"""Lists that are had as a file, by the same two routes each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateways.http.table import Answer, Route
from services.access import Action, roles_for
from services.spreadsheets import CSV_MEDIA, XLSX_MEDIA


def both_files(
    path: str,
    name: str,
    zh: str,
    en: str,
    endpoints: tuple[Callable[..., Any], Callable[..., Any]],
    action: Action,
    tag: str,
) -> tuple[Route, Route]:
    """Return the two routes that give a list as CSV and as XLSX."""
    endings = (("csv", "CSV", CSV_MEDIA, endpoints[0]), ("xlsx", "XLSX", XLSX_MEDIA, endpoints[1]))
    made = (
        Route(
            method="GET",
            path=f"{path}.{ending}",
            name=f"export-{name}-{ending}",
            zh=f"{zh}导出为 {kind}",
            en=f"{en} as {kind}, all of it",
            tag=tag,
            endpoint=endpoint,
            roles=roles_for(action),
            answers={200: Answer(kind, "the list", media=media)},
            faults=(422,),
        )
        for ending, kind, media, endpoint in endings
    )
    csv, xlsx = made
    return csv, xlsx
