from datetime import date
from pathlib import Path

import pytest

from domain.editions import CalendarPublished, InstanceOpened
from domain.facts import Actor, Moment
from domain.identity import INSTANCE_STREAM, RULES_STREAM
from domain.timekeeping.working_calendar import ExceptionalDay, WorkingYear
from domain.words import Role
from gateways.app import compose, open_new
from services import opening
from services.editions import shipped_calendar_years
from services.instance import NotInitialised
from services.keys import KeyMissing
from services.log.port import Append
from services.opening import DirectoryForeign
from services.settings import Settings, SettingsFault
from tests.composed import START, StandingClock


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", lead_body="市纪委监委")


def test_an_opening_is_recorded_once_however_often_it_is_asked_for(settings: Settings, clock: StandingClock) -> None:
    first, again = open_new(settings, clock), open_new(settings, clock)
    assert (first.fresh, again.fresh, again.recorded) == (True, False, 0)
    with compose(settings, clock) as house:
        opened = [one.fact for one in house.log.read_stream(INSTANCE_STREAM)]
        assert house.log.head().position == first.recorded
    assert [(fact.lead_body, fact.timezone) for fact in opened if isinstance(fact, InstanceOpened)] == [
        ("市纪委监委", "Asia/Shanghai"),
    ]


def test_what_is_shipped_is_in_force_from_the_start(settings: Settings, clock: StandingClock) -> None:
    open_new(settings, clock)
    with compose(settings, clock) as house:
        rules = house.instance.rules
    assert rules.calendar.is_working(date(2026, 2, 14))
    assert rules.conduct_codes_on(START.date()) is not None
    assert rules.edition_on(START.date()).limits


def test_a_newer_product_adds_only_the_years_that_are_missing(
    settings: Settings,
    clock: StandingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    years = shipped_calendar_years()
    monkeypatch.setattr(opening, "shipped_calendar_years", lambda: years[:-2])
    open_new(settings, clock)
    own = WorkingYear(
        years[-2].year, f"{years[-2].year}-own", (ExceptionalDay(date(years[-2].year, 10, 1), False, "国庆"),), ""
    )
    with compose(settings, clock) as house:
        published = CalendarPublished(by=Actor("管理员", Role.ADMIN), occurred=Moment(START), year=own)
        version = house.log.versions([RULES_STREAM])[RULES_STREAM]
        house.log.append([Append(RULES_STREAM, version, (published,))])
    monkeypatch.undo()
    assert open_new(settings, clock).recorded == 1
    with compose(settings, clock) as house:
        editions = [one.fact.year.edition for one in house.log.read_stream(RULES_STREAM)[-2:]]  # type: ignore[attr-defined]
    assert editions == [own.edition, years[-1].edition]


def test_the_directory_is_its_owners_alone(settings: Settings, clock: StandingClock) -> None:
    open_new(settings, clock)
    assert settings.data.stat().st_mode & 0o777 == 0o700
    assert (settings.data / "keys" / "master.key").stat().st_mode & 0o777 == 0o600


def test_a_directory_with_other_files_is_left_alone(settings: Settings, clock: StandingClock) -> None:
    settings.data.mkdir()
    (settings.data / "thesis.txt").write_text("", "utf-8")
    with pytest.raises(DirectoryForeign):
        open_new(settings, clock)
    assert [path.name for path in settings.data.iterdir()] == ["thesis.txt"]


def test_lost_keys_are_never_replaced_in_silence(settings: Settings, clock: StandingClock) -> None:
    open_new(settings, clock)
    (settings.data / "keys" / "master.key").unlink()
    with pytest.raises(KeyMissing):
        open_new(settings, clock)


def test_nothing_works_before_the_opening(settings: Settings, clock: StandingClock) -> None:
    with pytest.raises(NotInitialised, match="hangfeng init"), compose(settings, clock):
        pass
    assert not settings.data.exists()


def test_the_time_zone_stays_as_it_was_opened(settings: Settings, clock: StandingClock) -> None:
    open_new(settings, clock)
    other = Settings(data=settings.data, timezone="Asia/Urumqi")
    with pytest.raises(SettingsFault, match="Asia/Shanghai"), compose(other, clock):
        pass
    with pytest.raises(SettingsFault):
        open_new(other, clock)


def test_a_zone_that_nobody_names_is_the_records_own(tmp_path: Path, clock: StandingClock) -> None:
    open_new(Settings(data=tmp_path / "d", timezone="Asia/Urumqi"), clock)
    with compose(Settings(data=tmp_path / "d"), clock) as house:
        assert str(house.instance.zone) == "Asia/Urumqi"


def test_postgresql_is_refused_rather_than_passed_over(tmp_path: Path, clock: StandingClock) -> None:
    with pytest.raises(SettingsFault, match="SQLite"):
        open_new(Settings(data=tmp_path / "d", database_url="postgresql://localhost/x"), clock)  # type: ignore[arg-type]
