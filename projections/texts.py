"""The texts that people search in (检索文本), in a file of its own that ``rebuild`` can drop: the only readable copy.

What an accusation says is never put here. After a person's erasure the rows of their complaints keep the subject and
lose every text. On SQLite the index is FTS5 over ``grams``; PostgreSQL's counterpart is a ``tsvector`` of the same
tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.complaint import events as e
from domain.erasure import SubjectErased
from domain.facts import ERASED, Fact, Recorded
from domain.words import ComplaintKind
from projections.cases import id_chunks
from projections.grams import grams, question
from projections.port import Connection

HITS_MAX = 5_000
"""How many complaints one search returns at the most, the newest of them."""

_FIELDS = "entry, complaint, subject, source_id, title, text, reply"

_Replies = e.AnsweredDirectly | e.SharedReplyReceived | e.ReplySubmitted | e.RepliedFromLedger | e.ReplyCorrected


@dataclass(frozen=True, slots=True)
class CaseText:
    """The texts of one complaint; ``entry`` is the position of its registration. ``None`` where there is no text."""

    entry: int
    complaint: UUID
    subject: str
    source_id: str | None
    title: str | None
    text: str | None
    reply: str | None

    @property
    def tokens(self) -> str:
        """What the index holds of it."""
        return grams((self.source_id, self.title, self.text, self.reply))


class TextsProjection:
    """Keeps the table ``texts`` and its index ``text_grams``."""

    name = "texts"
    version = 1
    tables = ("texts",)
    reads_personal = True

    def create(self, conn: Connection) -> None:
        """Make the table and the index."""
        conn.execute(
            """
            CREATE TABLE IF NOT EXISTS texts (
                entry INTEGER PRIMARY KEY,
                complaint TEXT NOT NULL UNIQUE,
                subject TEXT NOT NULL,
                source_id TEXT,
                title TEXT,
                text TEXT,
                reply TEXT
            )
            """,
        )
        conn.execute("CREATE INDEX IF NOT EXISTS texts_by_subject ON texts (subject)")
        # The index holds tokens only, no second copy of a text: what is taken out must be named as it was put in.
        conn.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS text_grams USING fts5(tokens, content='', tokenize='unicode61')"
        )

    def drop(self, conn: Connection) -> None:
        """Remove the table and the index."""
        conn.execute("DROP TABLE IF EXISTS texts")
        conn.execute("DROP TABLE IF EXISTS text_grams")

    def apply(self, conn: Connection, batch: Sequence[Recorded]) -> None:
        """Take in what these facts say, and take out what may no longer be read."""
        before = {held.complaint: held for held in texts_of(conn, {r.stream for r in batch if r.version > 1})}
        now: dict[UUID, CaseText] = dict(before)
        erased = False
        for recorded in batch:
            fact = recorded.fact
            if isinstance(fact, SubjectErased):
                erased = True
                _load_subject(conn, fact.subject, before, now)
                now.update({at: _emptied(held) for at, held in now.items() if held.subject == fact.subject})
            elif isinstance(fact, e.Reclassified) and fact.new is ComplaintKind.ACCUSATION:
                erased = now.pop(recorded.stream, None) is not None or erased
            else:
                held = _with(now.get(recorded.stream), recorded, fact)
                if held is not None:
                    now[recorded.stream] = held
        _write(conn, before, now)
        if erased:
            # Tokens that were taken out linger in old parts of the index until these are merged.
            conn.execute("INSERT INTO text_grams (text_grams) VALUES ('optimize')")


def texts_of(conn: Connection, complaints: Iterable[UUID]) -> list[CaseText]:
    """Return the texts of these complaints, in order of registration; one without a row is left out."""
    found: list[CaseText] = []
    for some in id_chunks(complaints):
        asked = ", ".join("?" for _ in some)
        sql = f"SELECT {_FIELDS} FROM texts WHERE complaint IN ({asked})"  # noqa: S608 - our own names
        found.extend(_case_text(row) for row in conn.execute(sql, some))
    return sorted(found, key=lambda held: held.entry)


def search(conn: Connection, asked: str, hits_max: int = HITS_MAX) -> list[UUID]:
    """Return the complaints in whose texts every word occurs, the newest first, at most ``hits_max``.

    Words are Chinese of any length, Latin words or their beginnings, and a source's own numbers.
    """
    expression = question(asked)
    if expression is None:
        return []
    rows = conn.execute(
        "SELECT t.complaint FROM texts t WHERE t.entry IN "
        "(SELECT rowid FROM text_grams WHERE text_grams MATCH ? ORDER BY rowid DESC LIMIT ?) ORDER BY t.entry DESC",
        (expression, hits_max),
    )
    return [UUID(row[0]) for row in rows]


def _with(held: CaseText | None, recorded: Recorded, fact: Fact) -> CaseText | None:
    """Return the texts after a fact, ``None`` where nothing of the complaint may stand here."""
    if isinstance(fact, e.ComplaintRegistered):
        if fact.kind is ComplaintKind.ACCUSATION:
            return None
        return CaseText(
            entry=recorded.position,
            complaint=recorded.stream,
            subject=fact.subject,
            source_id=_readable(fact.source_id),
            title=_readable(fact.title),
            text=_readable(fact.text),
            reply=None,
        )
    if held is None:
        return None
    if isinstance(fact, e.RegistrationCorrected):
        return replace(held, title=_readable(fact.title) or held.title, text=_readable(fact.text) or held.text)
    if isinstance(fact, _Replies):
        return replace(held, reply=_readable(fact.reply))
    if isinstance(fact, e.IncompleteReplyFromLedger):
        return replace(held, reply=_readable(fact.reply) or held.reply)
    return held


def _readable(text: str | None) -> str | None:
    return None if text is None or text == ERASED else text


def _emptied(held: CaseText) -> CaseText:
    return replace(held, source_id=None, title=None, text=None, reply=None)


def _load_subject(conn: Connection, subject: str, before: dict[UUID, CaseText], now: dict[UUID, CaseText]) -> None:
    sql = f"SELECT {_FIELDS} FROM texts WHERE subject = ?"  # noqa: S608 - our own names
    for row in conn.execute(sql, (subject,)):
        held = _case_text(row)
        before.setdefault(held.complaint, held)
        now.setdefault(held.complaint, held)


def _write(conn: Connection, before: dict[UUID, CaseText], now: dict[UUID, CaseText]) -> None:
    gone = [held for at, held in before.items() if now.get(at) != held]
    fresh = [held for at, held in now.items() if before.get(at) != held]
    out = [(held.entry, tokens) for held in gone if (tokens := held.tokens)]
    if out:
        conn.executemany("INSERT INTO text_grams (text_grams, rowid, tokens) VALUES ('delete', ?, ?)", out)
    if gone:
        conn.executemany("DELETE FROM texts WHERE entry = ?", [(held.entry,) for held in gone])
    if fresh:
        conn.executemany(
            f"INSERT INTO texts ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own names
            [
                (held.entry, held.complaint.hex, held.subject, held.source_id, held.title, held.text, held.reply)
                for held in fresh
            ],
        )
    into = [(held.entry, tokens) for held in fresh if (tokens := held.tokens)]
    if into:
        conn.executemany("INSERT INTO text_grams (rowid, tokens) VALUES (?, ?)", into)


def _case_text(row: Sequence[object]) -> CaseText:
    entry, complaint, subject, source_id, title, text, reply = row
    assert isinstance(entry, int)
    return CaseText(
        entry=entry,
        complaint=UUID(str(complaint)),
        subject=str(subject),
        source_id=None if source_id is None else str(source_id),
        title=None if title is None else str(title),
        text=None if text is None else str(text),
        reply=None if reply is None else str(reply),
    )
