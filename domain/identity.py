"""Who and what is what: keyed ids of contacts, complaints and subjects, receipt numbers and query codes.

Every id is an HMAC of the channel's own evidence, so that the same call, message or row always gives the same
complaint, and nobody guesses a telephone number from an id.
"""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.words import Channel

if TYPE_CHECKING:
    from datetime import date

_QUERY_CODE_CHARACTERS = 10
_QUERY_CODE_BYTES = 7
_QUERY_CODE_SHIFTS = tuple(8 * _QUERY_CODE_BYTES - 5 * place for place in range(1, _QUERY_CODE_CHARACTERS + 1))
_RATING_CODE_CHARACTERS = 16
_POSITION_CHARACTERS_MAX = 12
_CROCKFORD_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RECEIPT_SERIAL_DIGITS = 7
_MOD_11 = 11
_BLOCK_BYTES = 64
_INNER_PAD = bytes(byte ^ 0x36 for byte in range(256))
_OUTER_PAD = bytes(byte ^ 0x5C for byte in range(256))
_KEYS_REMEMBERED_MAX = 8
_CHECK_CHARACTERS = "0123456789X"
_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")

INSTANCE_STREAM = uuid5(NAMESPACE_URL, "hangfeng:instance")
RULES_STREAM = uuid5(NAMESPACE_URL, "hangfeng:rules")
UNITS_STREAM = uuid5(NAMESPACE_URL, "hangfeng:units")
COVERAGE_STREAM = uuid5(NAMESPACE_URL, "hangfeng:coverage")
VAULT_STREAM = uuid5(NAMESPACE_URL, "hangfeng:vault")


def episode_stream(episode: str) -> UUID:
    """Return the stream of one episode of the programme."""
    return uuid5(NAMESPACE_URL, f"hangfeng:episode:{episode}")


def bulletin_list_stream() -> UUID:
    """Return the stream of the list of bulletins that are not found by their quarter."""
    return uuid5(NAMESPACE_URL, "hangfeng:bulletins")


def bulletin_stream(quarter: str) -> UUID:
    """Return the stream of one quarter's bulletin, all its editions and errata."""
    return uuid5(NAMESPACE_URL, f"hangfeng:bulletin:{quarter}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the channel itself says of a contact: its source (a system, a host, an account) and its id there."""

    channel: Channel
    source: str
    source_id: str


@lru_cache(maxsize=_KEYS_REMEMBERED_MAX)
def _pads(key: bytes) -> tuple[Any, Any]:
    """Return the hashes of the two padded keys of HMAC (RFC 2104), to be copied for each message."""
    block = (key if len(key) <= _BLOCK_BYTES else sha256(key).digest()).ljust(_BLOCK_BYTES, b"\0")
    return sha256(block.translate(_INNER_PAD)), sha256(block.translate(_OUTER_PAD))


def _hmac(key: bytes, message: bytes) -> bytes:
    # A registration takes five of these, and setting one up anew takes the library four times as long as copying it.
    inner_pad, outer_pad = _pads(key)
    inner, outer = inner_pad.copy(), outer_pad.copy()
    inner.update(message)
    outer.update(inner.digest())
    digest: bytes = outer.digest()
    return digest


def _keyed(key: bytes, *parts: str) -> bytes:
    # Lengths are part of the message, so that ("ab", "c") and ("a", "bc") never meet.
    pieces: list[bytes] = []
    for part in parts:
        raw = part.encode()
        pieces += (len(raw).to_bytes(4, "big"), raw)
    return _hmac(key, b"".join(pieces))


def contact_id(key: bytes, evidence: Evidence) -> str:
    """Return the id of one contact (联系): 32 hexadecimal digits."""
    return _keyed(key, "contact", evidence.channel, evidence.source, evidence.source_id)[:16].hex()


def complaint_id(key: bytes, contact: str, matter_no: int) -> UUID:
    """Return the id of one matter of a contact (一事一单)."""
    return UUID(bytes=_keyed(key, "complaint", contact, str(matter_no))[:16], version=5)


def subject_id(key: bytes, kind: str, value: str) -> str:
    """Return the id of a person by something of theirs, such as kind ``phone`` and a normalised number."""
    return _keyed(key, "subject", kind, value)[:16].hex()


def body_digest(key: bytes, body: bytes) -> str:
    """Return the keyed digest of a request body, to tell the same request from another under the same evidence."""
    return _hmac(key, b"body\0" + body).hex()


def query_code(key: bytes, complaint: UUID) -> str:
    """Return the citizen's unguessable query code: ten characters of Crockford's base 32 (50 bits)."""
    bits = int.from_bytes(_keyed(key, "query", complaint.hex)[:_QUERY_CODE_BYTES], "big")
    return "".join([_CROCKFORD_DIGITS[bits >> shift & 31] for shift in _QUERY_CODE_SHIFTS])


def rating_token(key: bytes, complaint: UUID, registered_position: int, number: int) -> str:
    """Return the token of a case's so-many-th invitation to rate, such as ``11SD-9Q7M4K2QX90A7M4K``.

    The first part is the position of the registration in Crockford's base 32, by which the case is found; the second
    nobody can guess (80 bits). It is never stored: whoever holds the key can make it again for the person.
    """
    code = b32encode(_keyed(key, "rating", complaint.hex, str(number))).decode()[:_RATING_CODE_CHARACTERS]
    digits = ""
    while registered_position:
        registered_position, digit = divmod(registered_position, len(_CROCKFORD_DIGITS))
        digits = _CROCKFORD_DIGITS[digit] + digits
    return f"{digits}-{code.translate(_CROCKFORD)}"


def position_of_rating_token(token: str) -> int | None:
    """Return the position of the registration that a token names, or ``None`` where it has no such form."""
    compact = normal_query_code(token)
    digits = compact[:-_RATING_CODE_CHARACTERS]
    if not 0 < len(digits) <= _POSITION_CHARACTERS_MAX or not set(compact) <= set(_CROCKFORD_DIGITS):
        return None
    position = 0
    for digit in digits:
        position = position * len(_CROCKFORD_DIGITS) + _CROCKFORD_DIGITS.index(digit)
    return position


def rating_token_digest(key: bytes, token: str) -> str:
    """Return the keyed digest under which an invitation stands in the log."""
    return _keyed(key, "rating-token", normal_query_code(token))[:16].hex()


def sender_digest(key: bytes, kind: str, value: str) -> str:
    """Return a keyed digest of where a rating came from, such as kind ``address``: equal for equals, and no more."""
    return _keyed(key, "sender", kind, value)[:16].hex()


def normal_query_code(written: str) -> str:
    """Return a query code as it was issued from what a person typed: case, spaces, hyphens, I, L and O forgiven."""
    return "".join(written.split()).replace("-", "").upper().translate(str.maketrans("ILO", "110"))


def _check_character(digits: str) -> str:
    remainder = 0
    for digit in digits:
        remainder = (remainder + int(digit)) * 2 % _MOD_11
    return _CHECK_CHARACTERS[(_MOD_11 + 1 - remainder) % _MOD_11]


def receipt_no(day: date, position: int) -> str:
    """Return the receipt number (受理编号) such as ``20250705-0000123-X``: day, log position, check character.

    The check character is ISO 7064 MOD 11-2, as on identity cards, so that it can be read out over the telephone.
    """
    serial = f"{position:0{_RECEIPT_SERIAL_DIGITS}d}"
    return f"{day:%Y%m%d}-{serial}-{_check_character(f'{day:%Y%m%d}{serial}')}"


def position_of_receipt(written: str) -> int | None:
    """Return the log position that a receipt number names, or ``None`` where its check character does not fit."""
    compact = "".join(written.split()).replace("-", "").upper()
    digits, check = compact[:-1], compact[-1:]
    if len(digits) < 8 + _RECEIPT_SERIAL_DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    return int(digits[8:]) if _check_character(digits) == check else None
