"""Backup and restore: one file that holds everything, taken while the server serves, and verified when it is put back.

Databases are copied by SQLite's own online backup, so each copy is one moment of its file. The log is copied before
the vault and the attachments: what the log names was on disk before it was named. Views are left out; ``rebuild``
makes them.

The file holds the keys. Who has it can read everything, and whoever was erased since it was taken stands in it still.
"""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from services.media.deliveries import FEED_FILE, WEBHOOKS_FILE
from services.opening import ACCESS_FILE, ATTACHMENTS, DIRECTORY_MODE, KEYS, LOG_FILE, VAULT_FILE
from services.settings import FILE

FORMAT = "hangfeng-backup-v1"
MANIFEST = "manifest.json"
CHECKPOINTS = "checkpoints"
READ_BYTES = 1 << 20
MANIFEST_BYTES_MAX = 64 * 1024 * 1024
FILE_MODE = 0o600

# Followers' positions are copied before the log, so that none is ahead of the log that is put back beside it.
_DATABASES = (FEED_FILE, WEBHOOKS_FILE, LOG_FILE, VAULT_FILE, ACCESS_FILE)
_FOLDERS = (KEYS, CHECKPOINTS, ATTACHMENTS)


class BackupStands(Exception):
    """There is a file already; a backup never goes over another."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"文件 {path} 已存在，不会覆盖 / {path} exists already and is not overwritten")


class BackupUnusable(Exception):
    """A file is no backup, or not whole."""

    def __init__(self, path: Path, zh: str, en: str) -> None:
        super().__init__(f"备份 {path.name} 无法使用：{zh} / the backup {path.name} cannot be used: {en}")


class DirectoryNotEmpty(Exception):
    """A backup is put back into an empty directory only."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"目录 {path} 非空，请恢复到空目录 / {path} is not empty: restore into an empty directory",
        )


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds: how many files, and their bytes."""

    files: int
    content_bytes: int


def back_up(data: Path, target: Path) -> BackedUp:
    """Write everything under the data directory into one file, readable by its owner alone.

    Raises ``BackupStands``; a backup that was cut off leaves no file.
    """
    if target.exists():
        raise BackupStands(target)
    draft = target.with_name(f".{target.name}.{os.getpid()}.draft")
    try:
        with TemporaryDirectory(dir=target.parent, prefix=".hangfeng-backup-") as folder:
            held = _written(data, Path(folder), draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return held


def restore(source: Path, data: Path) -> BackedUp:
    """Put a backup back into an empty directory, every file checked against the manifest's digest.

    Raises ``DirectoryNotEmpty`` and ``BackupUnusable``; a restore that failed leaves no file behind.
    """
    if data.exists() and any(data.iterdir()):
        raise DirectoryNotEmpty(data)
    data.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
    written: list[Path] = []
    try:
        return _put_back(source, data, written)
    except (tarfile.TarError, EOFError, orjson.JSONDecodeError) as error:
        _take_away(written, data)
        raise BackupUnusable(source, "不是完整的备份文件", f"it is not a whole backup ({error})") from error
    except BaseException:
        _take_away(written, data)
        raise


def _written(data: Path, folder: Path, draft: Path) -> BackedUp:
    digests: dict[str, str] = {}
    content_bytes = 0
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(handle, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as tar:
            for name, path in _sources(data, folder):
                digests[name] = _digest(path)
                content_bytes += path.stat().st_size
                tar.add(path, arcname=name, recursive=False, filter=_nobodys)
            manifest = orjson.dumps({"format": FORMAT, "sha256": digests})
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(manifest)
            tar.addfile(entry, io.BytesIO(manifest))
        file.flush()
        os.fsync(file.fileno())
    return BackedUp(len(digests), content_bytes)


def _sources(data: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Give what is kept, by its name in the backup; the log comes first."""
    for name in _DATABASES:
        if (data / name).exists():
            _copy_database(data / name, folder / name)
            yield name, folder / name
    for part in _FOLDERS:
        for path in sorted((data / part).rglob("*")):
            # A draft under way has a name that begins with a dot.
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(data).as_posix(), path
    if (data / FILE).is_file():
        yield FILE, data / FILE


def _copy_database(source: Path, copy: Path) -> None:
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as target:
        live.backup(target)
        # One file, without a write-ahead file beside it.
        target.execute("PRAGMA journal_mode = DELETE")


def _put_back(source: Path, data: Path, written: list[Path]) -> BackedUp:
    digests: dict[str, str] = {}
    manifest: dict[str, Any] = {}
    content_bytes = 0
    with tarfile.open(source, mode="r:gz") as tar:
        for entry in tar:
            content = tar.extractfile(entry) if entry.isfile() else None
            if content is None or not _expected(entry.name):
                raise BackupUnusable(source, f"内有意外的 {entry.name}", f"it holds {entry.name}, which is not ours")
            if entry.name == MANIFEST:
                manifest = orjson.loads(content.read(MANIFEST_BYTES_MAX))
                continue
            path = data / entry.name
            path.parent.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
            written.append(path)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as file:
                while piece := content.read(READ_BYTES):
                    content_bytes += file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            digests[entry.name] = _digest(path)
    if manifest.get("format") != FORMAT:
        raise BackupUnusable(source, "不是行风的备份", "it is no backup of hangfeng")
    if manifest.get("sha256") != digests:
        raise BackupUnusable(source, "内容与清单不符", "its content is not what its manifest says")
    return BackedUp(len(digests), content_bytes)


def _expected(name: str) -> bool:
    parts = PurePosixPath(name).parts
    if ".." in parts or name.startswith("/"):
        return False
    return name in {*_DATABASES, FILE, MANIFEST} or (len(parts) > 1 and parts[0] in _FOLDERS)


def _take_away(written: list[Path], data: Path) -> None:
    for path in written:
        path.unlink(missing_ok=True)
    for folder in sorted((path for path in data.rglob("*") if path.is_dir()), reverse=True):
        folder.rmdir()


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave the owner of this machine out of the file."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
