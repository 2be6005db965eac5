"""Erasure of a person (清除个人信息): the key is destroyed, the fact is recorded, every copy goes and is looked for.

The order is the vault's: use the key no further, record the erasure, learn every key that the log names, destroy them.
Asked again after it was cut off, it goes on where keys or copies are left.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from domain.complaint.events import ComplaintRegistered, SupplementReceived
from domain.erasure import SubjectErased
from domain.facts import ERASED, Actor, Moment, PersonalFact, personal_fields
from domain.identity import VAULT_STREAM
from domain.refusals import ChangedMeanwhile
from services.attachments import Attachments
from services.log.port import Append, Appended, Log, Unstorable
from services.log.runner import Runner
from services.log.subjects import learn_subjects
from services.vault import Vault

BATCH_EVENTS_MAX = 1_000
TRACE_CHARACTERS_MIN = 6
"""Shorter texts stand in others' cases too, so that finding one proves nothing."""

READ_BYTES = 1 << 20
_RETRIES_MAX = 8


class NothingOfSubject(Exception):
    """Nothing in the log belongs to this person."""

    def __init__(self, subject: str) -> None:
        super().__init__(f"没有此人的记录：{subject} / nothing is on record of {subject}")


class CopiesLeft(Exception):
    """The keys are destroyed and the erasure is recorded, but a copy of the text is still found in these files."""

    def __init__(self, paths: Iterable[Path]) -> None:
        names = "、".join(sorted(path.name for path in paths))
        super().__init__(
            f"密钥已销毁，但 {names} 中仍有副本，请停止服务后重试 / "
            f"the keys are destroyed, but copies are still found in {names}: stop the server and ask again",
        )


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: the position of its fact, keys destroyed, facts and attachments that no longer open."""

    subject: str
    position: int
    keys_destroyed: int
    facts: int
    attachments: int


@dataclass(frozen=True, slots=True)
class _Traces:
    """What the log holds of a person before the erasure."""

    facts: int
    references: tuple[str, ...]
    texts: frozenset[str]


class Erasure:
    """Erases people; ``view_files`` are the files in which copies are looked for afterwards."""

    def __init__(
        self,
        log: Log,
        vault: Vault,
        attachments: Attachments,
        runner: Runner,
        view_files: tuple[Path, ...],
    ) -> None:
        self._log = log
        self._vault = vault
        self._attachments = attachments
        self._runner = runner
        self._view_files = view_files

    def erase(
        self,
        subject: str,
        *,
        reason: str,
        authority: str,
        by: Actor,
        at: Moment,
        progress: Callable[[int], None] | None = None,
    ) -> Erased:
        """Erase a person for good and verify it.

        Raises ``NothingOfSubject``, ``LegalHold``, ``VaultBusy`` and ``CopiesLeft``.
        """
        traces = self._traces(subject, progress)
        if not traces.facts:
            raise NothingOfSubject(subject)
        self._vault.retire(subject)
        learn_subjects(self._log, self._vault)
        position = self._record(subject, reason, authority, by, at)
        learn_subjects(self._log, self._vault)
        destroyed = self._vault.destroy(subject)
        removed = sum(self._attachments.remove(reference) for reference in traces.references)
        self._runner.catch_up()
        self._verify(subject, traces)
        return Erased(subject, position, destroyed, traces.facts, removed)

    def _traces(self, subject: str, progress: Callable[[int], None] | None) -> _Traces:
        count = 0
        references: list[str] = []
        texts: set[str] = set()
        for position, fact in self._personal_facts():
            if progress is not None:
                progress(position)
            if fact.subject != subject:
                continue
            count += 1
            if isinstance(fact, ComplaintRegistered | SupplementReceived):
                references += fact.attachments
            said = (value.strip() for value in _texts_of(fact) if value != ERASED)
            texts.update(text for text in said if len(text) >= TRACE_CHARACTERS_MIN)
        return _Traces(count, tuple(references), frozenset(texts))

    def _personal_facts(self) -> Iterator[tuple[int, PersonalFact]]:
        """Read the whole log: a person's facts may stand in cases of others' contacts."""
        after, end = 0, self._log.head().position
        while after < end:
            for recorded in self._log.read(after, BATCH_EVENTS_MAX, end):
                after = recorded.position
                if isinstance(recorded.fact, PersonalFact):
                    yield after, recorded.fact

    def _record(self, subject: str, reason: str, authority: str, by: Actor, at: Moment) -> int:
        fact = SubjectErased(
            by=by,
            occurred=at,
            subject=subject,
            reason=reason,
            authority=authority,
            keys_destroyed=self._vault.key_count(subject),
        )
        for _ in range(_RETRIES_MAX):
            version = self._log.versions([VAULT_STREAM]).get(VAULT_STREAM, 0)
            outcome = self._log.append([Append(VAULT_STREAM, version, (fact,))])[0]
            if isinstance(outcome, Unstorable):
                raise outcome
            if isinstance(outcome, Appended):
                return outcome.recorded[0].position
        raise ChangedMeanwhile

    def _verify(self, subject: str, traces: _Traces) -> None:
        """Look for what the person said, in the log and in every file of views."""
        others_too: set[str] = set()
        for position, fact in self._personal_facts():
            values = _texts_of(fact)
            if fact.subject == subject:
                if any(value != ERASED for value in values):
                    raise CopiesLeft([Path(f"log {position}")])
            else:
                # What others said in the same words stays theirs.
                others_too.update(text for text in traces.texts if any(text in value for value in values))
        texts = tuple(text.encode() for text in traces.texts - others_too)
        if not self._copies(texts):
            return
        # A view that keeps a copy is made anew from the log, in which nothing of the person can be read any more.
        self._runner.rebuild()
        left = self._copies(texts)
        if left:
            raise CopiesLeft(left)

    def _copies(self, texts: tuple[bytes, ...]) -> list[Path]:
        for path in self._view_files:
            with closing(sqlite3.connect(path)) as conn:
                conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        beside = (path.with_name(path.name + suffix) for path in self._view_files for suffix in ("", "-wal"))
        return [path for path in beside if path.exists() and _holds_any(path, texts)]


def _texts_of(fact: PersonalFact) -> list[str]:
    values = (getattr(fact, name) for name in personal_fields(type(fact)))
    return [value for value in values if isinstance(value, str)]


def _holds_any(path: Path, texts: tuple[bytes, ...]) -> bool:
    """Look for any of these bytes in a file, piece by piece."""
    longest = max(map(len, texts), default=0)
    tail = b""
    with path.open("rb") as file:
        while longest and (piece := file.read(READ_BYTES)):
            window = tail + piece
            if any(text in window for text in texts):
                return True
            tail = window[-longest:]
    return False
