"""What is said, and what still works, where a file of the data directory is damaged or gone."""

import sqlite3
from pathlib import Path

import pytest

from services.opening import ACCESS_FILE, LOG_FILE, VAULT_FILE, VIEWS_FILE
from tests.gateways.test_bulletin_commands import Run, clock, data, document, published, run

__all__ = ["clock", "data", "published", "run"]


def damage(path: Path) -> None:
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(b"no database" * 1000)


@pytest.mark.parametrize(("name", "remedy"), [(VIEWS_FILE, "hangfeng rebuild"), (ACCESS_FILE, "backup")])
def test_a_damaged_store_is_named_with_what_to_do_about_it(run: Run, data: Path, name: str, remedy: str) -> None:
    damage(data / name)
    done = run("complaints", "list")
    assert done.exit_code == 1
    assert str(data / name) in done.stderr
    assert remedy in done.stderr


def test_figures_are_computed_again_without_the_vault(published: Run, data: Path) -> None:
    for path in data.glob(f"{VAULT_FILE}*"):
        path.unlink()
    assert document(published("bulletin", "rebuild", "2026Q1", "--json"))["equal"]
    assert published("audit", "verify").exit_code == 0
    assert not (data / VAULT_FILE).exists()


def test_a_lost_vault_is_told_and_never_made_anew(run: Run, data: Path) -> None:
    for path in data.glob(f"{VAULT_FILE}*"):
        path.unlink()
    done = run("complaints", "list")
    assert done.exit_code == 1
    assert "is missing" in done.stderr
    assert not (data / VAULT_FILE).exists()


@pytest.mark.parametrize("position", [1, 2])
def test_a_rebuild_names_an_event_that_is_gone_as_verifying_does(published: Run, data: Path, position: int) -> None:
    with sqlite3.connect(data / LOG_FILE) as conn:
        conn.execute("DELETE FROM stored_events WHERE position = ?", (position,))
    conn.close()
    rebuilt, verified = published("bulletin", "rebuild", "2026Q1"), published("audit", "verify")
    assert rebuilt.exit_code == 1
    assert rebuilt.stderr == verified.stderr
    assert str(position) in rebuilt.stderr
