"""The real views over the real log, in one place for tests of figures and views."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateways.app import Hangfeng
from projections.cases import CasesProjection
from projections.legs import LegsProjection
from services.log.runner import Home, Runner
from services.log.views import ViewStore
from services.statistics import Statistics


@dataclass(frozen=True)
class Seen:
    """A house and views of its log, in a file of their own."""

    house: Hangfeng
    views: ViewStore
    runner: Runner

    @contextmanager
    def statistics(self) -> Iterator[Statistics]:
        self.runner.catch_up()
        with self.views.reading() as conn:
            yield Statistics(conn, self.house.log, self.house.instance.zone)


@contextmanager
def seen(house: Hangfeng, folder: Path, *, batch: int = 500) -> Iterator[Seen]:
    zone = house.instance.zone
    views = ViewStore(folder / f"seen-{batch}.db")
    home = Home(views, (CasesProjection(zone), LegsProjection(zone)))
    runner = Runner(house.log, [home], batch_events_max=batch)
    yield Seen(house, views, runner)
    runner.close()
    views.close()
