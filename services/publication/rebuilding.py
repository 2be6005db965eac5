"""The proof of an edition: the log is checked leaf by leaf, replayed into an empty place, and computed again.

Nothing that the running house keeps is used: no view, no stored edition. What comes out is compared byte for byte with
what was frozen, published and signed.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from domain.bulletin import refusals as r
from domain.bulletin.events import ChangedCell, FiguresFrozen
from domain.bulletin.name import BulletinName
from domain.bulletin.state import Bulletin, Edition
from domain.editions import InstanceOpened
from domain.figures.indicators import EDITION
from domain.identity import INSTANCE_STREAM
from projections.cases import CasesProjection
from projections.episodes import EpisodesProjection
from projections.legs import LegsProjection
from projections.programme import ProgrammeProjection
from services.audit import Damage, LogTree, verify
from services.instance import NotInitialised
from services.log.port import Log, LogDamaged
from services.log.runner import Home, ProjectionStopped, Runner
from services.log.views import ViewStore
from services.publication.canonical import NotCanonical, canonical, digest_of, read_canonical
from services.publication.derived import changed_cells, derive, stamp_of
from services.publication.files import EDITIONS, EditionFiles
from services.publication.internal_edition import EVALUATOR, EditionSettings, Heading, can_rebuild, computed_on
from services.publication.publication import ALGORITHM
from services.publication.tellings import bulletin_at
from services.replay import Progress, scratch_folder

_SCRATCH: Final = "views.db"


@dataclass(frozen=True, slots=True)
class RebuiltEdition:
    """One edition held against what was computed again; ``edition`` is ``None`` for figures not published yet.

    ``faults`` says in words what is not as it was; ``cells`` are those that differ from the stored file, where there is
    one to compare with.
    """

    edition: int | None
    position: int
    digest: str
    found: str | None
    faults: tuple[str, ...]
    cells: tuple[ChangedCell, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether the edition is, byte for byte, what the log gives."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of a rebuild: how far the log is sound, and each edition; nothing is computed on a damaged prefix."""

    name: BulletinName
    damage: Damage | None
    editions: tuple[RebuiltEdition, ...]

    @property
    def equal(self) -> bool:
        """Whether the log is sound and every edition is what it gives."""
        return self.damage is None and bool(self.editions) and all(edition.equal for edition in self.editions)

    def json(self) -> dict[str, Any]:
        """Return the document of ``bulletin rebuild --json``."""
        return {
            "quarter": str(self.name),
            "equal": self.equal,
            "damage": None if self.damage is None else {"position": self.damage.position, "why": self.damage.why},
            "editions": [
                {
                    "edition": one.edition,
                    "position": one.position,
                    "equal": one.equal,
                    "digest": one.digest,
                    "found": one.found,
                    "faults": list(one.faults),
                    "cells": [{"id": cell.id, "old": cell.old, "new": cell.new} for cell in one.cells],
                }
                for one in self.editions
            ],
        }


def rebuild(
    log: Log,
    data: Path,
    name: BulletinName,
    edition: int | None = None,
    progress: Progress = lambda _position: None,
) -> Rebuilt:
    """Rebuild a quarter's editions, or one of them, from the log alone, and compare them with what was kept.

    ``data`` is the data directory, in which a scratch place is made. The whole log is verified first; an edition whose
    own prefix is damaged is not computed. Raises ``NoSuchBulletin``, ``NothingFrozen``, ``NoSuchEdition`` on a sound
    log.
    """
    checked = verify(log, progress=progress)
    damage = checked if isinstance(checked, Damage) else None
    try:
        wanted, zone = _wanted(log, name, edition), _zone(log)
        sound = [one for one in wanted if damage is None or damage.position > one.frozen.position]
        return Rebuilt(name, damage, tuple(_rebuilt(log, data, name, sound, zone, progress)))
    except LogDamaged as found:
        return Rebuilt(name, damage or Damage(found.position, found.why), ())
    except (NotInitialised, r.NoSuchBulletin, r.NothingFrozen, r.NoSuchEdition):
        # Where events are gone, what they told is missing; the damage is what there is to say.
        if damage is None:
            raise
        return Rebuilt(name, damage, ())
    except ProjectionStopped as stopped:
        return Rebuilt(name, damage or Damage(stopped.position, str(stopped.cause)), ())


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Figures to rebuild, and the edition that was published of them."""

    bulletin: Bulletin
    frozen: FiguresFrozen
    edition: Edition | None


def _wanted(log: Log, name: BulletinName, number: int | None) -> list[_Wanted]:
    state = bulletin_at(log, name)
    if state is None:
        raise r.NoSuchBulletin(quarter=name)
    if number is not None:
        if not 1 <= number <= len(state.editions):
            raise r.NoSuchEdition(field="edition", edition=number, count=len(state.editions))
        held = state.editions[number - 1]
        return [_Wanted(state, held.frozen, held)]
    if state.published:
        return [_Wanted(state, held.frozen, held) for held in state.editions]
    if state.frozen is None:
        raise r.NothingFrozen
    return [_Wanted(state, state.frozen, None)]


def _zone(log: Log) -> tzinfo:
    opened = log.read_stream(INSTANCE_STREAM)
    if not opened or not isinstance(opened[0].fact, InstanceOpened):
        raise NotInitialised(where="")
    return ZoneInfo(opened[0].fact.timezone)


def _rebuilt(
    log: Log, data: Path, name: BulletinName, wanted: list[_Wanted], zone: tzinfo, progress: Progress
) -> Iterator[RebuiltEdition]:
    files = EditionFiles(data / EDITIONS)
    with _scratch(log, data, zone) as (runner, views):
        for one in sorted(wanted, key=lambda each: each.frozen.position):
            # Editions come in the order of their positions, so that none is computed with views that know more.
            runner.catch_up(one.frozen.position, progress)
            yield _held_against(log, files, name, one, zone, views)


@contextmanager
def _scratch(log: Log, data: Path, zone: tzinfo) -> Iterator[tuple[Runner, ViewStore]]:
    with scratch_folder(data) as folder:
        views = ViewStore(folder / _SCRATCH)
        try:
            projections = (CasesProjection(zone), LegsProjection(zone), EpisodesProjection(), ProgrammeProjection(zone))
            yield Runner(log, (Home(views, projections),)), views
        finally:
            views.close()


def _held_against(
    log: Log, files: EditionFiles, name: BulletinName, one: _Wanted, zone: tzinfo, views: ViewStore
) -> RebuiltEdition:
    frozen, edition = one.frozen, one.edition
    number = edition.number if edition is not None else None
    digest = edition.digest if edition is not None else frozen.digest
    if not can_rebuild(frozen):
        fault = (
            f"由计算程序 {frozen.evaluator}、口径 {frozen.definitions} 生成，"
            f"本程序为 {EVALUATOR}、{EDITION}，不能比较 / "
            f"made by evaluator {frozen.evaluator}, definitions {frozen.definitions}; this program cannot compare"
        )
        return RebuiltEdition(number, frozen.position, digest, None, (fault,))
    faults: list[str] = []
    root = LogTree(log).root_of(0, frozen.position).hex()
    if root != frozen.root:
        faults.append(f"日志根与冻结时不同 / the root up to {frozen.position} is not the one that was frozen")
    heading = Heading(one.bulletin.title, one.bulletin.issuer, root, one.bulletin.subject)
    with views.reading() as conn:
        settings = EditionSettings.of(frozen)
        computed = computed_on(log, conn, zone, name, frozen.position, heading, settings)
        internal = computed.content
    if frozen.topics not in (None, computed.topics):
        faults.append("冻结时写明的热点与重算不同 / the topics that the freeze wrote down are not those of the edition")
    if digest_of(internal) != frozen.digest:
        faults.append("重算的内部版与冻结的摘要不同 / the internal edition is not the one that was frozen")
    content = internal
    if edition is not None:
        content = canonical(derive(read_canonical(internal), frozen.digest, stamp_of(edition), zone))
        faults += _publication_faults(content, edition)
    stored = files.raw(digest)
    if stored is not None and stored != content:
        faults.append("保存的文件与重算结果不同 / the stored file is not what was computed")
    cells = _differing(stored, content) if faults else ()
    return RebuiltEdition(number, frozen.position, digest, digest_of(content), tuple(faults), cells)


def _publication_faults(content: bytes, edition: Edition) -> list[str]:
    faults = []
    if digest_of(content) != edition.digest:
        faults.append("重算的版本与发布的摘要不同 / the edition is not the one that was published")
    if edition.algorithm != ALGORITHM or not signature_holds(content, edition.signature, edition.public_key):
        faults.append("签名与重算结果不符 / the signature does not hold over what was computed")
    return faults


def signature_holds(content: bytes, signature: str, public_key: str) -> bool:
    """Say whether a base64 Ed25519 signature holds over bytes under a public key in PEM."""
    try:
        key = load_pem_public_key(public_key.encode())
        assert isinstance(key, Ed25519PublicKey)
        key.verify(b64decode(signature, validate=True), content)
    except (InvalidSignature, ValueError, AssertionError):
        return False
    return True


def _differing(stored: bytes | None, content: bytes) -> tuple[ChangedCell, ...]:
    if stored is None:
        return ()
    try:
        return changed_cells(read_canonical(stored), read_canonical(content))
    except (NotCanonical, KeyError, TypeError):
        return ()
