"""Where editions are kept: one file each, named by the SHA-256 of its bytes. Derived: any of them can be rebuilt."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from services.publication.canonical import digest_of

EDITIONS = "editions"
"""The folder of editions in the data directory."""

DIRECTORY_MODE = 0o700


class EditionFiles:
    """A folder of editions, which is made when the first one is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> str:
        """Keep an edition, on disk before this returns, and return its digest; one that stands is left as it is."""
        digest = digest_of(content)
        if self.read(digest) is None:
            self._folder.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(self.path(digest))
        return digest

    def read(self, digest: str) -> bytes | None:
        """Return an edition; ``None`` where it is missing or its bytes are not those of its name."""
        content = self.raw(digest)
        return content if content is not None and digest_of(content) == digest else None

    def raw(self, digest: str) -> bytes | None:
        """Return whatever bytes the file of this name holds, ``None`` where it is missing."""
        try:
            return self.path(digest).read_bytes()
        except FileNotFoundError:
            return None

    def path(self, digest: str) -> Path:
        """Return where an edition of this digest is kept."""
        return self._folder / f"{digest}.json"
