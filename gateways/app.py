"""The one composition root: what every part is given, in one place, for the server, the command line and the tests.

Only here is the real clock read. A test passes its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from hashlib import sha256

from gateways.following import Following
from projections.cases import CasesProjection
from projections.episodes import EpisodesProjection
from projections.legs import LegsProjection
from projections.programme import ProgrammeProjection
from projections.red_cards import RedCardsProjection
from projections.scores import ScoresProjection
from projections.texts import TextsProjection
from services.access import AccessStore
from services.adoption import Adoption
from services.attachments import Attachments
from services.audit import Audit
from services.backup import CHECKPOINTS
from services.casework import Casework
from services.clock_heartbeat import Heartbeat
from services.deadline_watch import DeadlineWatch
from services.erasure import Erasure
from services.instance import Instance, Refresher
from services.keys import KeyRing
from services.log.checkpoint import CheckpointFolder
from services.log.runner import Home, Runner
from services.log.sqlite_log import SqliteLog
from services.log.views import ViewStore
from services.log.writer import GroupCommitWriter
from services.media.courier_state import CourierState, courier_state
from services.media.deliveries import FEED_FILE, DeliveryBook
from services.media.exposures import ExposureBook
from services.media.partners import PartnerRegistry
from services.opening import (
    ACCESS_FILE,
    ATTACHMENTS,
    HEARTBEAT_FILE,
    KEYS,
    LOG_FILE,
    SEARCH_FILE,
    VAULT_FILE,
    VIEWS_FILE,
    Opening,
    check_timezone,
    open_records,
    prepare_directory,
    require_initialised,
)
from services.programme import Programme
from services.publication.files import EDITIONS
from services.publication.publication import Publication, PublicationSettings
from services.ratings import Ratings
from services.relay.feed import PublicFeed
from services.relay.state import RelayState, relay_state
from services.relay.store import RelayStore
from services.scores import Scores
from services.settings import Settings, SettingsFault
from services.vault import Vault, VaultLost

Clock = Callable[[], datetime]

ORIGIN_CHARACTERS = 16


def system_clock() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Hangfeng:
    """The whole house, composed: what a gateway or a command may call."""

    settings: Settings
    clock: Clock
    keys: KeyRing
    vault: Vault
    log: SqliteLog
    writer: GroupCommitWriter
    instance: Instance
    views: ViewStore
    search: ViewStore
    runner: Runner
    casework: Casework
    access: AccessStore
    attachments: Attachments
    audit: Audit
    adoption: Adoption
    erasure: Erasure
    publication: Publication
    programme: Programme
    watch: DeadlineWatch
    heartbeat: Heartbeat
    ratings: Ratings
    scores: Scores
    relay: RelayStore
    partners: PartnerRegistry
    exposures: ExposureBook
    deliveries: DeliveryBook
    courier_feed: RelayStore
    homes: tuple[Home, ...]
    following: Following | None = None
    """The process that follows the log for this one, where there is one."""

    def catch_up(self) -> None:
        """Bring every view to the log's end, as a command that reads does; raises what ``Runner.catch_up`` raises."""
        self.runner.catch_up()

    def courier(self) -> CourierState:
        """Return how the courier of webhooks does."""
        quiet = self.settings.webhook_timeout_seconds + self.settings.webhook_poll_seconds
        head = self.log.head().position
        return courier_state(self.courier_feed, self.deliveries, head, self.clock(), quiet_seconds=quiet)

    def relay_state(self) -> RelayState:
        """Return how the relay does."""
        return _state_of_relay(self.settings, self.log, self.relay, self.clock())


def _state_of_relay(settings: Settings, log: SqliteLog, store: RelayStore, now: datetime) -> RelayState:
    # While it connects, which takes two waits at the most, it gives no sign of life and is well.
    return relay_state(log, store, now, quiet_seconds=2 * settings.kafka_delivery_seconds)


def open_new(settings: Settings, clock: Clock = system_clock) -> Opening:
    """Open an instance in the data directory (``hangfeng init``); safe to repeat."""
    _only_sqlite(settings)
    keys = _with_master(prepare_directory(settings.data), settings)
    with ExitStack() as stack:
        vault = Vault(settings.data / VAULT_FILE, keys.master)
        stack.callback(vault.close)
        log = SqliteLog(settings.data / LOG_FILE, vault, clock)
        stack.callback(log.close)
        return open_records(log, keys, settings, clock)


@contextmanager
def compose(
    settings: Settings,
    clock: Clock = system_clock,
    *,
    serving: bool = False,
    apart: bool = False,
) -> Iterator[Hangfeng]:
    """Compose the house over an initialised data directory, and take it apart at the end.

    ``serving`` lets views, rules and units follow the log by themselves, and cards be raised; with ``apart``, views and
    cards are the work of a process of its own, so that this one is there for those who call.

    Raises ``NotInitialised``, ``SettingsFault``, ``KeyMissing`` and its kin, ``WrongMasterKey``, ``VaultLost``.
    """
    _only_sqlite(settings)
    require_initialised(settings.data)
    data = settings.data
    with ExitStack() as stack:
        keys = KeyRing.open(data / KEYS, master=settings.master_key_bytes)
        if not (data / VAULT_FILE).is_file():
            # A new vault would hide the loss, and give new keys the numbers of those that are gone.
            raise VaultLost(data / VAULT_FILE)
        vault = Vault(data / VAULT_FILE, keys.master)
        stack.callback(vault.close)
        log = SqliteLog(data / LOG_FILE, vault, clock, busy_timeout_seconds=settings.busy_timeout_seconds)
        stack.callback(log.close)
        instance = Instance(log, where=data)
        check_timezone(instance.opened, settings)
        writer = GroupCommitWriter(
            log,
            batch_requests_max=settings.batch_requests_max,
            waiting_requests_max=settings.waiting_requests_max,
        )
        stack.callback(writer.close)
        access = AccessStore(data / ACCESS_FILE, clock, token_days=settings.token_days)
        stack.callback(access.close)
        views, search = ViewStore(data / VIEWS_FILE), ViewStore(data / SEARCH_FILE)
        stack.callback(views.close)
        stack.callback(search.close)
        homes = homes_of(views, search, instance.zone)
        runner = Runner(log, homes)
        stack.callback(runner.close)
        following = None
        if serving:
            if apart:
                runner.watch()
                following = Following(data, log)
                stack.callback(following.stop)
            else:
                runner.start()
            refresher = Refresher(instance.refresh, vault.refresh, refresh_seconds=settings.rules_refresh_seconds)
            refresher.start()
            stack.callback(refresher.stop)
        casework = Casework(
            log,
            writer,
            instance,
            keys.identity,
            clock,
            unknown_units_allowed=settings.unknown_units_allowed,
        )
        check_seconds = settings.deadline_check_seconds
        heartbeat = Heartbeat(data / HEARTBEAT_FILE, check_seconds=check_seconds)
        programme = Programme(log, writer, instance, clock)
        watch = DeadlineWatch(
            views,
            casework,
            instance,
            clock,
            check_seconds=check_seconds,
            heartbeat=heartbeat,
            programme=programme,
        )
        if serving and not apart:
            watch.start()
            stack.callback(watch.stop)
        attachments = Attachments(data / ATTACHMENTS, vault, keys.identity)
        publication = Publication(
            log,
            writer,
            instance,
            runner,
            views,
            keys.signing,
            data / EDITIONS,
            PublicationSettings(
                two_people=settings.two_people,
                printed_by=settings.imprint_printed_by,
                copied_to=settings.imprint_copies,
            ),
        )
        relay = stack.enter_context(closing(RelayStore(data)))
        deliveries = stack.enter_context(closing(DeliveryBook(data, keys.master)))
        courier_feed = stack.enter_context(closing(RelayStore(data, FEED_FILE)))
        yield Hangfeng(
            settings=settings,
            clock=clock,
            keys=keys,
            vault=vault,
            log=log,
            writer=writer,
            instance=instance,
            views=views,
            search=search,
            runner=runner,
            casework=casework,
            access=access,
            attachments=attachments,
            audit=audit_of(settings, log, keys),
            adoption=Adoption(log, instance, casework),
            publication=publication,
            programme=programme,
            erasure=Erasure(log, vault, attachments, runner, (views.path, search.path)),
            watch=watch,
            heartbeat=heartbeat,
            ratings=Ratings(log, casework, keys.identity, instance.zone, days=settings.rating_days),
            scores=Scores(log, writer, instance, clock),
            relay=relay,
            partners=PartnerRegistry(log, writer, instance.zone),
            exposures=ExposureBook(log, writer),
            deliveries=deliveries,
            courier_feed=courier_feed,
            homes=homes,
            following=following,
        )


@contextmanager
def records(settings: Settings, clock: Clock = system_clock) -> Iterator[tuple[SqliteLog, KeyRing]]:
    """Open the log and its keys and nothing above them, as is wanted where the log may be damaged.

    What is sealed stays sealed, so that a lost or damaged vault keeps nobody from verifying or computing again.
    """
    _only_sqlite(settings)
    require_initialised(settings.data)
    with ExitStack() as stack:
        keys = KeyRing.open(settings.data / KEYS, master=settings.master_key_bytes)
        log = SqliteLog(settings.data / LOG_FILE, None, clock, busy_timeout_seconds=settings.busy_timeout_seconds)
        stack.callback(log.close)
        yield log, keys


@contextmanager
def public_feed(settings: Settings, clock: Clock = system_clock) -> Iterator[tuple[PublicFeed, RelayStore]]:
    """Open what the relay stands on: the log without any key, so that nothing sealed can be opened, and its own file.

    Raises ``NotInitialised``.
    """
    with _sealed_log_and_store(settings, clock) as (log, store):
        yield PublicFeed(log, store), store


def state_of_relay(settings: Settings, clock: Clock = system_clock) -> RelayState:
    """Return how the relay of a data directory does. Raises ``NotInitialised``."""
    with _sealed_log_and_store(settings, clock) as (log, store):
        return _state_of_relay(settings, log, store, clock())


@contextmanager
def _sealed_log_and_store(settings: Settings, clock: Clock) -> Iterator[tuple[SqliteLog, RelayStore]]:
    _only_sqlite(settings)
    require_initialised(settings.data)
    with ExitStack() as stack:
        log = SqliteLog(settings.data / LOG_FILE, None, clock, busy_timeout_seconds=settings.busy_timeout_seconds)
        stack.callback(log.close)
        store = RelayStore(settings.data)
        stack.callback(store.close)
        yield log, store


def audit_of(settings: Settings, log: SqliteLog, keys: KeyRing) -> Audit:
    """Return the audit of a log, with the checkpoints that are kept beside it."""
    # A signed note's origin holds no space, as a hotline's name may; the key's digest is as good a name, and for ever.
    origin = f"hangfeng/{sha256(keys.public_pem).hexdigest()[:ORIGIN_CHARACTERS]}"
    return Audit(log, keys.signing, CheckpointFolder(settings.data / CHECKPOINTS), origin)


def homes_of(views: ViewStore, search: ViewStore, zone: tzinfo) -> tuple[Home, ...]:
    """Return every view in its file; the text to search in has a file of its own, which ``rebuild`` can drop."""
    return (
        Home(
            views,
            (
                CasesProjection(zone),
                LegsProjection(zone),
                EpisodesProjection(),
                RedCardsProjection(zone),
                ScoresProjection(),
                ProgrammeProjection(zone),
            ),
        ),
        Home(search, (TextsProjection(),)),
    )


def _with_master(keys: KeyRing, settings: Settings) -> KeyRing:
    master = settings.master_key_bytes
    return keys if master is None else KeyRing.open(settings.data / KEYS, master=master)


def _only_sqlite(settings: Settings) -> None:
    if settings.database_url is not None:
        raise SettingsFault(
            "database_url",
            "本版本的日志只存于 SQLite，请取消此设置",
            "this version keeps its log in SQLite only: unset it",
        )
