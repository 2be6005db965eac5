"""How the bytes of a text ledger become lines: which encoding it is, and which lines do not fit it.

The encoding is never guessed from likelihoods. A byte-order mark decides; else a file that is UTF-8 from its first
byte to its last is UTF-8; else the one of UTF-8 and GB18030 is taken that leaves fewer lines undecodable, GB18030 on
equal counts, and the count of those lines is reported. Bytes that do not fit spoil their own line only.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

CHUNK_BYTES = 1 << 20
LINE_BYTES_MAX = 8 << 20
"""A line longer than this is cut and its row rejected, so that a file without line ends cannot fill the memory."""

_UTF8 = "utf-8"
_GB18030 = "gb18030"
_MARKS = (
    (codecs.BOM_UTF8, _UTF8),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARK_BYTES_MAX = 3
_ASCII_END = 0x80
_ESCAPE_BASE = 0xDC00
_NEVER_UTF8 = b"\xff"
_KEEP_UNDECODABLE = "hangfeng-keep-undecodable"


@dataclass(frozen=True, slots=True)
class Encoding:
    """What a text file is written in: Python's name of it, the length of its mark, and how many lines do not fit."""

    name: str
    mark_bytes: int
    damaged_lines: int


class Line(NamedTuple):
    """One physical line with its line end; bytes that did not fit stand as lone surrogates, ``cut`` means too long."""

    text: str
    undecodable: bool
    cut: bool


def detect(path: Path) -> Encoding:
    """Return the encoding of a text file by the rule of this module; reads the file once to four times, in chunks.

    Raises ``OSError`` where the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_MARK_BYTES_MAX)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name, len(mark), _damaged(path, name, len(mark)))
    for name in (_UTF8, _GB18030):
        if _is_strictly(path, name):
            return Encoding(name, 0, 0)
    as_utf8, as_gb18030 = (Encoding(name, 0, _damaged(path, name, 0)) for name in (_UTF8, _GB18030))
    return as_utf8 if as_utf8.damaged_lines < as_gb18030.damaged_lines else as_gb18030


def lines(path: Path, encoding: Encoding) -> Iterator[Line]:
    r"""Yield the physical lines of a text file, ended by ``\n``, ``\r\n`` or ``\r``, in bounded memory.

    Raises ``OSError`` where the file cannot be read.
    """
    codec = _line_codec(encoding.name)
    for raw, cut in _byte_lines(path, encoding.name, encoding.mark_bytes):
        try:
            yield Line(raw.decode(codec), undecodable=False, cut=cut)
        except UnicodeDecodeError:
            yield Line(raw.decode(codec, _KEEP_UNDECODABLE), undecodable=True, cut=cut)


def _keep_undecodable(error: UnicodeError) -> tuple[str, int]:
    # ASCII inside the range of an error is kept as it is: a comma or quote there still divides cells.
    assert isinstance(error, UnicodeDecodeError), "registered for decoding only"
    bad = error.object[error.start : error.end]
    return "".join(chr(byte) if byte < _ASCII_END else chr(_ESCAPE_BASE + byte) for byte in bad), error.end


codecs.register_error(_KEEP_UNDECODABLE, _keep_undecodable)


def _chunks(path: Path, skip_bytes: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(skip_bytes)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _is_strictly(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for chunk in _chunks(path, 0):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _damaged(path: Path, name: str, mark_bytes: int) -> int:
    codec = _line_codec(name)
    return sum(not _decodes(raw, codec) for raw, _ in _byte_lines(path, name, mark_bytes))


def _decodes(raw: bytes, codec: str) -> bool:
    try:
        raw.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _line_codec(name: str) -> str:
    # UTF-16 cannot be split at the byte of a line end, so it is turned into UTF-8 on the way.
    return _GB18030 if name == _GB18030 else _UTF8


def _as_utf8(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    # A lone surrogate passes through as bytes that strict UTF-8 refuses, so that its own line is marked.
    decoder = codecs.getincrementaldecoder(name)(errors="surrogatepass")
    for chunk in chunks:
        yield decoder.decode(chunk).encode(_UTF8, "surrogatepass")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        yield _NEVER_UTF8


def _byte_lines(path: Path, name: str, mark_bytes: int) -> Iterator[tuple[bytes, bool]]:
    chunks = _chunks(path, mark_bytes)
    if name.startswith("utf-16"):
        chunks = _as_utf8(chunks, name)
    rest, cut = b"", False
    for chunk in chunks:
        pieces = (rest + chunk).splitlines(keepends=True)
        # A last piece ending in \r may be half of \r\n: it waits for what follows.
        rest = b"" if not pieces or pieces[-1].endswith(b"\n") else pieces.pop()
        for piece in pieces:
            yield piece, cut
            cut = False
        if len(rest) > LINE_BYTES_MAX:
            rest, cut = rest[:LINE_BYTES_MAX] + rest[-1:] * rest.endswith(b"\r"), True
    if rest:
        yield rest, cut
