"""The import of an existing ledger (导入台账): each row becomes a complaint once, however often its file is read.

Rows are appended in groups, each group one durable transaction, so that an import that is killed goes on where it
stopped when it is run again. Nothing of a row is invented: see ``domain.complaint.registration``.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from domain.complaint import commands as c
from domain.complaint.events import ComplaintFact, ComplaintRegistered
from domain.complaint.events import LedgerRow as RowMark
from domain.complaint.evolve import fold
from domain.complaint.registration import answer_from_ledger
from domain.facts import Actor, Moment, Recorded
from domain.figures.coverage import CasesCovered, Coverage, ImportedFile, LedgerImported
from domain.identity import COVERAGE_STREAM, Evidence
from domain.timekeeping.rules import UnknownLimitClass
from services.casework import Casework
from services.instance import Instance
from services.ledger import (
    NO_MAP,
    CoverageTally,
    FileRefused,
    LedgerMap,
    LedgerRow,
    Note,
    RejectedRow,
    RejectsFile,
    RowOutcome,
    Sheet,
    SkippedRow,
    file_name,
    open_sheets,
    read_rows,
)
from services.log.deciding import Alone, append_decided
from services.log.port import Append, Appended, Conflict, Log, Outcome, Unstorable

BATCH_ROWS = 200
SHOWN_REJECTS_MAX = 200
APPEND_RETRIES_MAX = 8
SOURCES_NAMED_MAX = 5
_FILE_CHUNK_BYTES = 1 << 20

Clock = Callable[[], datetime]
Progress = Callable[[int], None]


@dataclass(slots=True)
class FileReport:
    """What became of one ledger; ``refused`` says why a whole file could not be read."""

    file: str
    digest: str
    read: int = 0
    accepted: int = 0
    already_there: int = 0
    rejected: int = 0
    skipped: int = 0
    notes: list[str] = field(default_factory=list)
    refused: str | None = None

    def as_json(self) -> dict[str, object]:
        """The report as plain values."""
        return {name: getattr(self, name) for name in type(self).__slots__}


@dataclass(slots=True)
class ImportReport:
    """What became of a run: ``read`` = ``accepted`` + ``already_there`` + ``rejected``; ``skipped`` apart."""

    files: list[FileReport] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)
    coverage: Coverage | None = None
    assumptions: tuple[Note, ...] = ()
    rejects: list[RejectedRow] = field(default_factory=list)
    dry_run: bool = False

    @property
    def read_anything(self) -> bool:
        """Whether any file could be read."""
        return any(file.refused is None for file in self.files)

    def total(self, name: str) -> int:
        """The sum of one count over all files."""
        return sum(getattr(file, name) for file in self.files)

    def as_json(self) -> dict[str, object]:
        """The report in the shape of ``hangfeng import --json``."""
        counts = ("read", "accepted", "already_there", "rejected", "skipped")
        coverage = self.coverage
        return {
            **{name: self.total(name) for name in counts},
            "dry_run": self.dry_run,
            "remarks": dict(sorted(self.remarks.items())),
            "coverage": None
            if coverage is None
            else {
                "from": coverage.from_,
                "to": coverage.to,
                "cases": coverage.cases,
                "acceptance_dates": coverage.acceptance_dates,
                "assumed": coverage.assumed,
            },
            "assumptions": [{"zh": note.zh, "en": note.en} for note in self.assumptions],
            "files": [file.as_json() for file in self.files],
            "rejects": [
                {
                    "file": row.file,
                    "line": row.line,
                    "field": row.field,
                    "reason": f"{row.reason_zh} / {row.reason_en}",
                    "remedy": row.remedy,
                }
                for row in self.rejects
            ],
            "rejects_shown_max": SHOWN_REJECTS_MAX,
        }


@dataclass(frozen=True, slots=True)
class _Pending:
    """A row that waits for its group to be appended."""

    row: LedgerRow
    command: c.RegisterFromLedger
    append: Append


class LedgerImport:
    """Takes ledgers in."""

    def __init__(self, log: Log, casework: Casework, instance: Instance, clock: Clock) -> None:
        self._log = log
        self._casework = casework
        self._instance = instance
        self._clock = clock

    def run(
        self,
        paths: Sequence[Path],
        by: Actor,
        *,
        rejects: Path | None,
        ledger_map: LedgerMap = NO_MAP,
        dry_run: bool = False,
        progress: Progress = lambda _rows: None,
    ) -> ImportReport:
        """Import every ledger among some files; one bad file or row stops nothing.

        ``rejects`` is where rejected rows are written, ``None`` for nowhere; ``progress`` is told of each further
        row. Raises ``UnknownLimitClass`` before anything is read where the map names one, and what the log raises
        where nothing can be stored.
        """
        self._instance.refresh()
        self._check_limit_class(ledger_map)
        report = ImportReport(dry_run=dry_run)
        tally = CoverageTally()
        sources: dict[str, None] = {}
        digests = {path: _file_digest(path) for path in paths}
        run = _run_id(digests.values(), ledger_map)
        with closing(_Seen()) as seen, _rejects_file(rejects) as refused:
            for path in paths:
                for sheet in self._sheets(path, digests[path], ledger_map, report):
                    work = _SheetWork(self, sheet, report.files[-1], report, run, by, seen, refused, dry_run=dry_run)
                    work.read(tally, sources, progress)
        report.coverage, report.assumptions = self._coverage(tally, ledger_map)
        if not dry_run and report.read_anything:
            self._declare(run, by, sources, report)
        return report

    def count_rows(self, paths: Sequence[Path], ledger_map: LedgerMap = NO_MAP) -> int:
        """Return how many rows the files hold, for a progress bar; a file that cannot be read counts none."""
        rows = 0
        for path in paths:
            try:
                rows += sum(sheet.count_rows() for sheet in open_sheets(path, ledger_map))
            except FileRefused:
                continue
        return rows

    def _check_limit_class(self, ledger_map: LedgerMap) -> None:
        named = ledger_map.defaults.rules
        if named is None:
            return
        known = {name for edition in self._instance.rules.editions for name in edition.limit_classes}
        if named not in known:
            choice = "、".join(sorted(known))
            raise UnknownLimitClass(
                f"映射 [defaults] rules 所指时限类别“{named}”不存在，可选：{choice}；"
                f"[defaults] rules names no limit class of the rules: {named}; it is one of {choice}",
            )

    def _sheets(self, path: Path, digest: str, ledger_map: LedgerMap, report: ImportReport) -> Iterator[Sheet]:
        try:
            for sheet in open_sheets(path, ledger_map):
                report.files.append(FileReport(sheet.file, digest, notes=[str(note) for note in sheet.notes]))
                yield sheet
        except FileRefused as refusal:
            if report.files and report.files[-1].digest == digest and report.files[-1].file.startswith(file_name(path)):
                report.files[-1].notes.append(f"{refusal.zh} / {refusal.en}")
            else:
                report.files.append(FileReport(file_name(path), digest, refused=f"{refusal.zh} / {refusal.en}"))

    def _coverage(self, tally: CoverageTally, ledger_map: LedgerMap) -> tuple[Coverage | None, tuple[Note, ...]]:
        found, assumptions = tally.conclude(ledger_map.coverage)
        if found is None:
            return None, assumptions
        coverage = Coverage(
            from_=found.from_,
            to=found.to,
            cases=CasesCovered(found.cases),
            acceptance_dates=found.acceptance_dates,
            assumed=found.assumed,
        )
        return coverage, assumptions

    def _declare(self, run: str, by: Actor, sources: dict[str, None], report: ImportReport) -> None:
        """Record what the run covered, once: the same files under the same map declare the same."""
        fact = LedgerImported(
            by=by,
            occurred=Moment(self._clock()),
            run=run,
            source="、".join(list(sources)[:SOURCES_NAMED_MAX]),
            files=tuple(
                ImportedFile(
                    name=file.file,
                    digest=file.digest,
                    read=file.read,
                    accepted=file.accepted,
                    already_there=file.already_there,
                    rejected=file.rejected,
                    skipped=file.skipped,
                )
                for file in report.files
            ),
            coverage=report.coverage,
        )

        def follows(declared: tuple[Recorded, ...]) -> tuple[LedgerImported, ...]:
            return () if any(cast("LedgerImported", one.fact).run == run for one in declared) else (fact,)

        append_decided(self._log, Alone(self._log), COVERAGE_STREAM, follows, cause=run)

    # --- one group of rows ------------------------------------------------------------------------------------------

    def command(self, row: LedgerRow, run: str, by: Actor, limit_class: str | None) -> c.RegisterFromLedger:
        """Return what a row asks for."""
        channel, source, source_id = row.identity
        who = self._casework.identify(
            Evidence(channel, source, source_id),
            orjson.dumps(
                [row.title, row.text, row.registered.at, row.unit, row.replied and row.replied.at, row.reply],
            ),
            number=row.reporter_phone,
        )
        return c.RegisterFromLedger(
            by=by,
            at=row.registered,
            contact=who.contact,
            evidence_digest=who.evidence_digest,
            subject=who.subject,
            channel=channel,
            source=source,
            source_id=source_id,
            kind=row.kind,
            title=row.title,
            text=row.text,
            ledger=RowMark(file=row.file, line=row.line, digest=row.digest, run=run),
            category=row.category,
            limit_class=limit_class,
            unit=row.unit,
            replied=row.replied,
            reply=row.reply,
            flags=tuple(flag.value for flag in row.flags),
            reporter_name=row.reporter_name,
            reporter_number=row.reporter_phone,
        )

    def registration(self, command: c.RegisterFromLedger, run: str) -> Append:
        """Return the request that takes a row in."""
        return self._casework.ledger_registration(command, cause=f"import:{run}")

    def versions(self, streams: Sequence[UUID]) -> dict[UUID, int]:
        """Return which of some complaints stand already."""
        return self._log.versions(streams)

    def append(self, appends: Sequence[Append]) -> list[Outcome]:
        """Append a group in one durable transaction."""
        return self._log.append(appends)

    def compare(self, pending: _Pending, run: str) -> str | None:
        """Look at a matter that stands already: take in a reply that it lacked; return what is remarkable, if any."""
        for _ in range(APPEND_RETRIES_MAX):
            history = self._log.read_stream(pending.append.stream)
            first = cast("ComplaintRegistered", history[0].fact)
            if first.evidence_digest == pending.command.evidence_digest:
                return None
            facts = self._later_answer(history, pending.command)
            if not facts:
                return "differs_from_what_stands"
            append = Append(pending.append.stream, history[-1].version, facts, f"import:{run}")
            (outcome,) = self._log.append([append])
            if isinstance(outcome, Appended):
                return "answer_added"
        return "differs_from_what_stands"

    def _later_answer(self, history: tuple[Recorded, ...], command: c.RegisterFromLedger) -> tuple[ComplaintFact, ...]:
        state = fold(cast("ComplaintFact", recorded.fact) for recorded in history)
        return answer_from_ledger(state, command) if state is not None else ()

    def zone(self) -> ZoneInfo:
        """Return the instance's time zone."""
        return cast("ZoneInfo", self._instance.zone)

    def now(self) -> datetime:
        """Return the present instant."""
        return self._clock()


class _SheetWork:
    """The import of one sheet."""

    def __init__(  # noqa: PLR0913 - what one sheet's work needs
        self,
        house: LedgerImport,
        sheet: Sheet,
        file: FileReport,
        report: ImportReport,
        run: str,
        by: Actor,
        seen: _Seen,
        refused: RejectsFile | None,
        *,
        dry_run: bool,
    ) -> None:
        self._house = house
        self._sheet = sheet
        self._file = file
        self._report = report
        self._run = run
        self._by = by
        self._seen = seen
        self._refused = refused
        self._dry_run = dry_run
        self._group: list[_Pending] = []

    def read(self, tally: CoverageTally, sources: dict[str, None], progress: Progress) -> None:
        """Read every row and take it in, group by group."""
        limit_class = self._sheet.ledger_map.defaults.rules
        try:
            for outcome in read_rows(self._sheet, zone=self._house.zone(), not_after=self._house.now()):
                progress(1)
                if isinstance(outcome, LedgerRow):
                    tally.add(outcome)
                    if len(sources) < SOURCES_NAMED_MAX:
                        sources[outcome.source] = None
                    self._take(outcome, limit_class)
                else:
                    self._put_aside(outcome)
        except FileRefused as refusal:
            self._file.notes.append(f"{refusal.zh} / {refusal.en}")
        self._flush()

    def _put_aside(self, outcome: RowOutcome) -> None:
        if isinstance(outcome, SkippedRow):
            self._file.skipped += 1
        elif isinstance(outcome, RejectedRow):
            self._file.read += 1
            self._reject(outcome)

    def _reject(self, row: RejectedRow) -> None:
        self._file.rejected += 1
        if len(self._report.rejects) < SHOWN_REJECTS_MAX:
            self._report.rejects.append(row)
        if self._refused is not None:
            self._refused.add(row)

    def _take(self, row: LedgerRow, limit_class: str | None) -> None:
        self._file.read += 1
        self._report.remarks.update(flag.value for flag in row.flags)
        command = self._house.command(row, self._run, self._by, limit_class)
        self._group.append(_Pending(row, command, self._house.registration(command, self._run)))
        if len(self._group) >= BATCH_ROWS:
            self._flush()

    def _flush(self) -> None:
        group, self._group = self._group, []
        if not group:
            return
        standing = self._house.versions([pending.append.stream for pending in group])
        fresh = [pending for pending in group if pending.append.stream not in standing]
        for pending in group:
            if pending.append.stream in standing:
                self._already(pending)
        if self._dry_run:
            for pending in fresh:
                if self._seen.before(pending.append.stream):
                    self._file.already_there += 1
                else:
                    self._file.accepted += 1
        elif fresh:
            self._append(fresh)

    def _append(self, fresh: list[_Pending]) -> None:
        outcomes = self._house.append([pending.append for pending in fresh])
        for pending, outcome in zip(fresh, outcomes, strict=True):
            match outcome:
                case Appended():
                    self._file.accepted += 1
                case Conflict():
                    self._already(pending)
                case Unstorable():
                    self._reject(_unstorable(pending.row, outcome))

    def _already(self, pending: _Pending) -> None:
        self._file.already_there += 1
        if not self._dry_run:
            remark = self._house.compare(pending, self._run)
            if remark is not None:
                self._report.remarks[remark] += 1


class _Seen:
    """Which complaints a dry run has met, in bounded memory: in a nameless database that SQLite drops."""

    def __init__(self) -> None:
        self._met = sqlite3.connect("", isolation_level=None)
        self._met.execute("CREATE TABLE met (complaint TEXT PRIMARY KEY) WITHOUT ROWID")

    def before(self, complaint: UUID) -> bool:
        """Say whether a complaint was met before, and note it."""
        cursor = self._met.execute("INSERT INTO met VALUES (?) ON CONFLICT DO NOTHING", (complaint.hex,))
        return cursor.rowcount == 0

    def close(self) -> None:
        """Drop the notes."""
        self._met.close()


class _NoRejects:
    """Stands where rejected rows are written nowhere."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def _rejects_file(path: Path | None) -> RejectsFile | _NoRejects:
    return RejectsFile(path) if path is not None else _NoRejects()


def _unstorable(row: LedgerRow, outcome: Unstorable) -> RejectedRow:
    return RejectedRow(
        row.file,
        row.line,
        "row",
        "该行无法存储",
        f"the row cannot be stored ({outcome})",
        "请检查该行的字符与长度 / look at the row's characters and its length",
    )


def _file_digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, empty where it cannot be read: then the file itself is refused."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_FILE_CHUNK_BYTES):
                digest.update(chunk)
    except OSError:
        return ""
    return digest.hexdigest()


def _run_id(digests: Iterable[str], ledger_map: LedgerMap) -> str:
    """Return the id of a run: the same files under the same map are the same run, however often."""
    said = hashlib.sha256(ledger_map.model_dump_json().encode())
    for digest in sorted(digests):
        said.update(digest.encode())
    return said.hexdigest()[:32]
