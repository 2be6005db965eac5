"""A changed byte anywhere in the log, or in what is kept of an edition, is named; a crash is not a finding."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from domain.bulletin import refusals as r
from domain.bulletin.name import BulletinName
from domain.facts import Moment
from domain.identity import bulletin_stream
from gateways.app import Hangfeng
from services.publication.files import EditionFiles
from services.publication.publication import Publication, Shown
from services.publication.rebuilding import rebuild
from tests.services.publication.book import AFTER_Q1, PRODUCER, Q1, WATER, Book


def folder(house: Hangfeng) -> Path:
    return house.settings.data / "editions"


def damaged(house: Hangfeng, position: int, old: bytes | None = None, new: bytes = b"") -> None:
    """Change bytes of one stored event behind everybody's back."""
    with sqlite3.connect(house.settings.data / "log.db") as conn:
        (state,) = conn.execute("SELECT state FROM stored_events WHERE position = ?", (position,)).fetchone()
        raw = state if isinstance(state, bytes) else state.encode()
        changed = raw[:-2] + bytes([raw[-2] ^ 1]) + raw[-1:] if old is None else raw.replace(old, new)
        assert changed != raw
        conn.execute("UPDATE stored_events SET state = ? WHERE position = ?", (changed, position))
    conn.close()


def sealed_narrative(house: Hangfeng, position: int) -> bytes:
    """Some bytes from the middle of what an event has sealed."""
    with sqlite3.connect(house.settings.data / "log.db") as conn:
        (state,) = conn.execute("SELECT state FROM stored_events WHERE position = ?", (position,)).fetchone()
    conn.close()
    raw = state if isinstance(state, bytes) else state.encode()
    start = raw.index(b'"sealed"')
    at = raw.index(b'"', raw.index(b":", raw.index(b'"data"', start) if b'"data"' in raw[start:] else start) + 1)
    return bytes(raw[at + 8 : at + 12])


def position_of(house: Hangfeng, topic: str) -> int:
    with sqlite3.connect(house.settings.data / "log.db") as conn:
        query = "SELECT max(position) FROM stored_events WHERE topic = ?"
        (position,) = conn.execute(query, (topic,)).fetchone()
    conn.close()
    return int(position)


def test_on_a_sound_log_every_edition_comes_out_the_same(house: Hangfeng, published: Shown) -> None:
    found = rebuild(house.log, house.settings.data, Q1)
    (one,) = found.editions
    assert found.equal
    assert (one.edition, one.digest, one.found) == (1, published.digest, published.digest)
    assert found.json()["damage"] is None


@pytest.mark.parametrize(
    "topic", ["complaint.dispatched.v1", "complaint.reply_submitted.v1", "rules.edition_adopted.v2", "episode.held.v3"]
)
def test_a_changed_byte_of_any_event_is_named(house: Hangfeng, published: Shown, topic: str) -> None:
    position = position_of(house, topic)
    damaged(house, position)
    found = rebuild(house.log, house.settings.data, Q1)
    assert not found.equal
    assert found.damage is not None
    assert found.damage.position == position
    assert found.editions == ()


def test_a_changed_byte_of_a_sealed_narrative_is_named(house: Hangfeng, published: Shown) -> None:
    position = position_of(house, "complaint.registered.v1")
    held = sealed_narrative(house, position)
    damaged(house, position, held, bytes([held[0] ^ 1]) + held[1:])
    found = rebuild(house.log, house.settings.data, Q1)
    assert found.damage is not None
    assert (found.equal, found.damage.position) == (False, position)


def test_a_changed_word_of_the_bulletins_own_events_is_named(house: Hangfeng, published: Shown) -> None:
    position = position_of(house, "bulletin.approved.v2")
    damaged(house, position, "首期试行".encode(), "二期试行".encode())
    found = rebuild(house.log, house.settings.data, Q1)
    assert found.damage is not None
    assert (found.equal, found.damage.position) == (False, position)


def test_damage_after_the_freeze_is_told_and_the_edition_still_computed(book: Book, published: Shown) -> None:
    book.episode("热线-后", Moment(AFTER_Q1), WATER)
    position = position_of(book.house, "episode.held.v3")
    damaged(book.house, position)
    found = rebuild(book.house.log, book.house.settings.data, Q1)
    assert found.damage is not None
    assert (found.equal, found.damage.position) == (False, position)
    assert [one.equal for one in found.editions] == [True]


def test_a_stored_edition_that_was_changed_is_told_cell_by_cell(house: Hangfeng, published: Shown) -> None:
    path = EditionFiles(folder(house)).path(published.digest)
    old, new = b'"id":"summary.registered","text":"13","value":13', b'"id":"summary.registered","text":"31","value":31'
    assert published.content.count(old) == 1
    path.write_bytes(published.content.replace(old, new))
    (one,) = rebuild(house.log, house.settings.data, Q1).editions
    assert not one.equal
    assert [(cell.id, cell.old, cell.new) for cell in one.cells] == [("summary.registered", "31", "13")]


def test_a_stored_edition_that_is_no_json_at_all_is_told_too(house: Hangfeng, published: Shown) -> None:
    EditionFiles(folder(house)).path(published.digest).write_bytes(b"nothing")
    (one,) = rebuild(house.log, house.settings.data, Q1).editions
    assert (one.equal, one.cells) == (False, ())


def test_without_any_stored_file_the_log_alone_is_enough(house: Hangfeng, published: Shown) -> None:
    for path in folder(house).iterdir():
        path.unlink()
    assert rebuild(house.log, house.settings.data, Q1).equal
    assert list(folder(house).iterdir()) == []


def test_frozen_figures_can_be_rebuilt_before_anybody_publishes_them(house: Hangfeng, pub: Publication) -> None:
    state = pub.freeze(Q1, PRODUCER, Moment(AFTER_Q1))
    (one,) = rebuild(house.log, house.settings.data, Q1).editions
    assert state.frozen is not None
    assert (one.edition, one.equal, one.found) == (None, True, state.frozen.digest)


def test_one_edition_can_be_asked_for(house: Hangfeng, published: Shown) -> None:
    assert len(rebuild(house.log, house.settings.data, Q1, 1).editions) == 1
    with pytest.raises(r.NoSuchEdition):
        rebuild(house.log, house.settings.data, Q1, 2)


def test_a_quarter_without_a_bulletin_cannot_be_rebuilt(house: Hangfeng) -> None:
    with pytest.raises(r.NoSuchBulletin):
        rebuild(house.log, house.settings.data, BulletinName.parse("2030Q1"))
    assert bulletin_stream("2030Q1") not in house.log.versions([bulletin_stream("2030Q1")])
