"""The opening of an instance: its directory, its keys, its vault, its log, and the editions that the product ships.

Opening again is safe: what stands is left as it stands, and a newer product only adds the calendar years that the log
does not hold yet.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from domain.editions import CalendarPublished, ConductCodesAdopted, InstanceOpened, RuleEditionAdopted
from domain.facts import Actor, Fact, Moment
from domain.identity import INSTANCE_STREAM, RULES_STREAM
from domain.words import Role
from services.editions import shipped_calendar_years, shipped_conduct_codes, shipped_rules
from services.instance import NotInitialised
from services.keys import KeyRing
from services.log.port import Append, Appended, Log, Unstorable
from services.settings import Settings, SettingsFault

KEYS = "keys"
LOG_FILE = "log.db"
VAULT_FILE = "vault.db"
ACCESS_FILE = "access.db"
VIEWS_FILE = "views.db"
SEARCH_FILE = "search.db"
ATTACHMENTS = "attachments"
HEARTBEAT_FILE = "clock-heartbeat.json"
DIRECTORY_MODE = 0o700
_RETRIES_MAX = 5

Clock = Callable[[], datetime]


class DirectoryForeign(Exception):
    """A directory that is to hold a new instance already holds something else."""

    def __init__(self, where: Path) -> None:
        super().__init__(
            f"目录 {where} 已有其他文件，请换一个空目录 / {where} already holds other files: choose an empty directory",
        )


class OpeningFailed(Exception):
    """Others kept writing to the rules while the instance was opened."""

    def __init__(self) -> None:
        super().__init__("初始化时规则被他人更新，请重试 / the rules kept changing during init: try again")


@dataclass(frozen=True, slots=True)
class Opening:
    """What an opening did: whether the instance is new, and how many facts it recorded."""

    fresh: bool
    recorded: int


def is_initialised(data: Path) -> bool:
    """Say whether a directory holds an instance: its log and its keys."""
    return (data / LOG_FILE).is_file() and (data / KEYS).is_dir()


def require_initialised(data: Path) -> None:
    """Raise ``NotInitialised`` where a directory holds no instance."""
    if not is_initialised(data):
        raise NotInitialised(data)


def prepare_directory(data: Path) -> KeyRing:
    """Make the data directory (mode 0700) and the keys that are missing, and open them.

    Raises ``DirectoryForeign`` where the directory holds files but no instance, and what ``KeyRing.create`` raises.
    """
    files = {LOG_FILE, VAULT_FILE, ACCESS_FILE, VIEWS_FILE, SEARCH_FILE, HEARTBEAT_FILE, "hangfeng.toml"}
    ours = {KEYS, ATTACHMENTS, *files}
    stands = {path.name for path in data.iterdir()} if data.is_dir() else set()
    if stands and not stands & ours:
        raise DirectoryForeign(data)
    # A log without its keys can never be read again, so new keys beside an old log would only hide the loss.
    if LOG_FILE in stands:
        return KeyRing.open(data / KEYS)
    data.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
    if os.access(data, os.W_OK) and data.stat().st_uid == os.getuid():
        data.chmod(DIRECTORY_MODE)
    return KeyRing.create(data / KEYS)


def open_records(log: Log, keys: KeyRing, settings: Settings, clock: Clock) -> Opening:
    """Record the opening and the shipped editions, each where the log does not hold it yet.

    Raises ``SettingsFault`` where the time zone is set to another one than the records were opened in, and
    ``OpeningFailed``.
    """
    by, at = Actor("hangfeng init", Role.ADMIN), Moment(clock())
    recorded, fresh = 0, False
    for _ in range(_RETRIES_MAX):
        opened = log.read_stream(INSTANCE_STREAM)
        if opened:
            check_timezone(cast("InstanceOpened", opened[0].fact), settings)
        rules = log.read_stream(RULES_STREAM)
        requests = []
        if not opened:
            opening = InstanceOpened(
                by=by,
                occurred=at,
                name=settings.name,
                timezone=settings.timezone,
                lead_body=settings.lead_body,
                public_key=keys.public_pem.decode("ascii"),
            )
            requests.append(Append(INSTANCE_STREAM, 0, (opening,)))
        missing = _missing_editions([record.fact for record in rules], by, at)
        if missing:
            requests.append(Append(RULES_STREAM, len(rules), missing))
        outcomes = log.append(requests) if requests else []
        for outcome in outcomes:
            if isinstance(outcome, Unstorable):
                raise outcome
            if isinstance(outcome, Appended):
                recorded += len(outcome.recorded)
                fresh = fresh or outcome.recorded[0].stream == INSTANCE_STREAM
        if all(isinstance(outcome, Appended) for outcome in outcomes):
            return Opening(fresh, recorded)
    raise OpeningFailed


def check_timezone(opened: InstanceOpened, settings: Settings) -> None:
    """Raise ``SettingsFault`` where the time zone is set to another one than the records were opened in."""
    if "timezone" in settings.model_fields_set and settings.timezone != opened.timezone:
        raise SettingsFault(
            "timezone",
            f"记录以 {opened.timezone} 开立，不能改为 {settings.timezone}",
            f"the records were opened in {opened.timezone}; it cannot become {settings.timezone}",
        )


def _missing_editions(stands: list[Fact], by: Actor, at: Moment) -> tuple[Fact, ...]:
    """Return what is shipped and missing; rules and codes only at first, since later ones are for people to adopt."""
    years = {fact.year.year for fact in stands if isinstance(fact, CalendarPublished)}
    facts: list[Fact] = []
    if not any(isinstance(fact, RuleEditionAdopted) for fact in stands):
        facts.append(RuleEditionAdopted(by=by, occurred=at, edition=shipped_rules()))
    # A year that somebody loaded is theirs: a shipped one never follows it.
    facts += [
        CalendarPublished(by=by, occurred=at, year=year) for year in shipped_calendar_years() if year.year not in years
    ]
    if not any(isinstance(fact, ConductCodesAdopted) for fact in stands):
        facts.append(ConductCodesAdopted(by=by, occurred=at, edition=shipped_conduct_codes()))
    return tuple(facts)
