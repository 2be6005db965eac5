"""The console's page of media partners and exposures (合作媒体与曝光)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from domain.partners.exposures import EXPOSURE_SCOPE_CHINESE, EXPOSURE_STATUS_CHINESE
from domain.partners.outlets import FORMAT_CHINESE, LEVEL_CHINESE, MATERIAL_CHINESE, Format
from gateways.pages.console_pages import Reader
from gateways.pages.rendering import Site, render
from services.media.courier_state import CourierState, CourierStatus
from services.media.withdrawals import TELLING_CHINESE, Telling

COURIER_CHINESE = {
    CourierStatus.DELIVERING: "投递中",
    CourierStatus.LATE: "停滞",
    CourierStatus.FAILING: "出错",
    CourierStatus.NEVER: "从未运行",
}


_TONES = {
    Telling.DELIVERED: "tag-good",
    Telling.DEAD: "tag-bad",
    Telling.BY_HAND: "tag-bad",
    Telling.WAITING: "tag-warning",
    Telling.SUSPENDED: "tag-warning",
    Telling.UNSEEN: "tag-warning",
}


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer: to whom, what, until when it is under embargo, and whether it was taken and aired."""

    outlet: str
    material: str
    offered_at: datetime
    embargo_until: datetime
    embargoed: bool
    taken_at: datetime | None
    format: Format | None
    aired: bool

    @property
    def what(self) -> str:
        """What was offered, in words."""
        kind, _, name = self.material.partition(":")
        if kind == "exposure":
            return f"曝光批次 {name}"
        period, _, edition = name.partition("/")
        return f"通报 {period} 第 {edition or 1} 版"


@dataclass(frozen=True, slots=True)
class PartnersPage:
    """What stands on the page; outlets, coverages, deliveries and batches are as the API gives them."""

    reader: Reader
    outlets: tuple[object, ...]
    names: dict[str, str]
    offers: tuple[OfferLine, ...]
    offers_count: int
    coverages: tuple[object, ...]
    coverages_count: int
    zone: tzinfo
    courier: CourierState
    dead: tuple[object, ...]
    pending: tuple[object, ...]
    batches: tuple[object, ...]
    withdrawals: tuple[object, ...]
    reads_exposures: bool
    may_replay: bool
    may_approve: bool
    refused: str | None = None


def render_partners(page: PartnersPage, site: Site) -> str:
    """Return the page."""
    return render(
        "console_partners.html",
        site,
        page=page,
        courier_words=COURIER_CHINESE,
        levels=LEVEL_CHINESE,
        formats=FORMAT_CHINESE,
        materials=MATERIAL_CHINESE,
        scopes=EXPOSURE_SCOPE_CHINESE,
        statuses=EXPOSURE_STATUS_CHINESE,
        tellings=TELLING_CHINESE,
        tones=_TONES,
    )
