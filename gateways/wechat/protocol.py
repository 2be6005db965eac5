"""The official-account callback protocol: signatures, plain mode and safe mode, as pure functions.

Two modes exist. In plain mode (明文模式) the query carries ``signature``, which covers token, timestamp and nonce but
not the body. In safe mode (安全模式) the body holds one ``Encrypt`` element, and ``msg_signature`` covers it as well.
Nothing here reads a clock or draws a random number: the caller passes the instant, the nonce and the random prefix.

Source of the rules: the platform's developer documentation, "接入指南" and "消息加解密说明".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BODY_BYTES_MAX = 1024 * 1024
"""A callback body larger than this is refused unread.

The platform's own messages stay far under it, also in its compatible mode, which sends a text twice, once encrypted:
whatever it can deliver is taken in whole, since a body that is refused three times is lost.
"""

PARAMETER_CHARACTERS_MAX = 512
"""The longest query parameter that is looked at (signature, timestamp, nonce, echostr)."""

FIELDS_MAX = 64
"""The most fields that one message may have; the richest kind that the platform sends has about fifteen."""

DEPTH_MAX = 8
"""How deep a message's elements may nest; the platform's deepest event nests four."""

TIMESTAMP_AGE_SECONDS_MAX = 600
"""The default of how far a callback's timestamp may lie from now, either way; redeliveries end within 15 seconds."""

ENCODING_AES_KEY_CHARACTERS = 43
KEY_BYTES = 32
AES_BLOCK_BYTES = 16
PADDING_BLOCK_BYTES = 32
RANDOM_PREFIX_BYTES = 16
LENGTH_BYTES = 4

_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_ECHO = re.compile(r"[!-~]{1,512}", re.ASCII)


class CallbackRefused(Exception):
    """A callback that is not taken in; every reason is a subclass with its name and its words in two languages."""

    chinese = "微信回调未被接受"
    english = "the callback was refused"

    def __init__(self, detail: str = "") -> None:
        """Take a detail for the operator's log; it holds no secret and no personal text."""
        super().__init__(f"{self.chinese} ({self.english})" + (f": {detail}" if detail else ""))
        self.detail = detail


class BadSignature(CallbackRefused):
    """The signature is not the one that token, timestamp, nonce and body give."""

    chinese = "签名不符"
    english = "the signature does not match"


class StaleTimestamp(CallbackRefused):
    """The timestamp is not a number of seconds, or lies too far from now."""

    chinese = "时间戳过旧或不合规"
    english = "the timestamp is too old, too new or not a number of seconds"


class BadEcho(CallbackRefused):
    """A verification request without a text to echo, or with one that is not plain visible ASCII."""

    chinese = "缺少可回显的 echostr"
    english = "there is no echostr that can be echoed"


class BodyTooLarge(CallbackRefused):
    """The body has more than ``BODY_BYTES_MAX`` bytes."""

    chinese = "消息体过大"
    english = "the body is too large"


class NotXml(CallbackRefused):
    """The body is not one flat, well-formed ``<xml>`` document in UTF-8."""

    chinese = "消息体不是合规的 XML"
    english = "the body is not the XML that the platform sends"


class ForbiddenXml(NotXml):
    """The body declares a document type; entities, internal or external, come in only that way."""

    chinese = "消息体含有文档类型声明"
    english = "the body declares a document type"


class PlainModeRefused(CallbackRefused):
    """The body is not encrypted, and the account takes safe mode only."""

    chinese = "本账号只接受安全模式"
    english = "this account takes encrypted messages only"


class NoKey(CallbackRefused):
    """The body is encrypted, and the account has no EncodingAESKey."""

    chinese = "未设置消息加解密密钥"
    english = "no EncodingAESKey is set"


class BadCiphertext(CallbackRefused):
    """The encrypted part is not Base64, not whole blocks, or decrypts to something of another make."""

    chinese = "密文无法解开"
    english = "the encrypted part cannot be opened"


class WrongApp(CallbackRefused):
    """The message was encrypted for another official account."""

    chinese = "消息不属于本公众号"
    english = "the message belongs to another official account"


class BadAccount(ValueError):
    """The account's settings cannot be used: an empty token or app id, or an EncodingAESKey of another make."""


@dataclass(frozen=True, slots=True)
class Account:
    """One official account as its settings describe it.

    ``aes_key`` has 32 bytes, or is ``None`` for an account that works in plain mode only. ``safe_mode_only`` refuses
    plain bodies, whose content no signature covers; leave it off only while the platform's own setting is plain.
    """

    app_id: str
    token: str = field(repr=False)
    aes_key: bytes | None = field(default=None, repr=False)
    safe_mode_only: bool = False

    def __post_init__(self) -> None:
        if not self.token or not self.app_id:
            raise BadAccount("微信公众号须有 AppID 与 Token (an official account needs an app id and a token)")
        if self.aes_key is not None and len(self.aes_key) != KEY_BYTES:
            raise BadAccount(f"AES 密钥须为 {KEY_BYTES} 字节 (the AES key has {KEY_BYTES} bytes)")
        if self.safe_mode_only and self.aes_key is None:
            raise BadAccount("只用安全模式须有 EncodingAESKey (safe mode only needs an EncodingAESKey)")


def read_encoding_aes_key(text: str) -> bytes:
    """Return the 32 bytes that an EncodingAESKey of 43 letters and digits stands for.

    Raises ``BadAccount`` for a text of another length or alphabet.
    """
    if len(text) != ENCODING_AES_KEY_CHARACTERS or not (text.isascii() and text.isalnum()):
        raise BadAccount(f"EncodingAESKey 须为 {ENCODING_AES_KEY_CHARACTERS} 位字母或数字 (as many letters or digits)")
    return base64.b64decode(text + "=")


@dataclass(frozen=True, slots=True)
class CallbackQuery:
    """The query parameters of a callback; what is absent is an empty text."""

    timestamp: str = ""
    nonce: str = ""
    signature: str = ""
    msg_signature: str = ""
    encrypt_type: str = ""
    echostr: str = ""

    @property
    def is_encrypted(self) -> bool:
        """Whether the platform says that the body is in safe mode."""
        return self.encrypt_type.lower() == "aes"


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far a timestamp may lie from ``now_seconds`` (Unix time); ``age_seconds_max`` ``None`` takes any."""

    now_seconds: int
    age_seconds_max: int | None = TIMESTAMP_AGE_SECONDS_MAX


@dataclass(frozen=True, slots=True)
class OpenedCallback:
    """A callback whose signature holds: the message's fields, and whether it came in safe mode."""

    fields: dict[str, str] = field(repr=False)
    safe_mode: bool


def signature_of(*parts: str) -> str:
    """Return the platform's signature: hexadecimal SHA-1 of the parts, sorted and joined."""
    joined = "".join(sorted(parts)).encode("utf-8", "backslashreplace")
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def answer_verification(account: Account, query: CallbackQuery, freshness: Freshness) -> str:
    """Return the text that answers the platform's verification request (GET), to be sent as ``text/plain``.

    Raises ``BadSignature``, ``StaleTimestamp`` or ``BadEcho``.
    """
    _check_signature(query.signature, account.token, query.timestamp, query.nonce)
    _check_fresh(query.timestamp, freshness)
    if _ECHO.fullmatch(query.echostr) is None:
        raise BadEcho
    return query.echostr


def open_callback(account: Account, query: CallbackQuery, body: bytes, freshness: Freshness) -> OpenedCallback:
    """Check a delivered message (POST) and return its fields, decrypted where it came in safe mode.

    In the platform's compatible mode (兼容模式) both forms stand in the body; then only the encrypted one is read.
    Raises only kinds of ``CallbackRefused``.
    """
    if len(body) > BODY_BYTES_MAX:
        raise BodyTooLarge(f"{len(body)} > {BODY_BYTES_MAX} bytes")
    if query.is_encrypted:
        return OpenedCallback(_open_encrypted(account, query, body, freshness), safe_mode=True)
    if account.safe_mode_only:
        raise PlainModeRefused
    _check_signature(query.signature, account.token, query.timestamp, query.nonce)
    _check_fresh(query.timestamp, freshness)
    fields = read_fields(body)
    if "Encrypt" in fields:
        # An encrypted body under a plain query would be taken in with nothing but its wrapping; it is no message.
        raise BadSignature("Encrypt without encrypt_type=aes")
    return OpenedCallback(fields, safe_mode=False)


def _open_encrypted(account: Account, query: CallbackQuery, body: bytes, freshness: Freshness) -> dict[str, str]:
    if account.aes_key is None:
        raise NoKey
    encrypted = read_fields(body).get("Encrypt", "")
    _check_signature(query.msg_signature, account.token, query.timestamp, query.nonce, encrypted)
    _check_fresh(query.timestamp, freshness)
    return read_fields(decrypt(encrypted, account))


def seal_reply(account: Account, reply_xml: str, *, timestamp: int, nonce: str, random_prefix: bytes) -> str:
    """Return a passive reply as safe mode wants it: encrypted, with its signature, timestamp and nonce.

    ``nonce`` is letters and digits; ``random_prefix`` is ``RANDOM_PREFIX_BYTES`` from a cryptographic source, fresh
    for each reply. Raises ``NoKey`` where the account has none, ``ValueError`` for a nonce or prefix of another make.
    """
    if not (nonce.isascii() and nonce.isalnum()) or len(nonce) > PARAMETER_CHARACTERS_MAX:
        raise ValueError("a nonce is letters and digits")
    encrypted = encrypt(reply_xml.encode(), account, random_prefix=random_prefix)
    signature = signature_of(account.token, str(timestamp), nonce, encrypted)
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )


def encrypt(content: bytes, account: Account, *, random_prefix: bytes) -> str:
    """Return content in safe mode's cipher: Base64 of AES-256-CBC over prefix, length, content and app id.

    Raises ``NoKey``, or ``ValueError`` for a prefix that has not ``RANDOM_PREFIX_BYTES``.
    """
    if len(random_prefix) != RANDOM_PREFIX_BYTES:
        raise ValueError(f"the random prefix has {RANDOM_PREFIX_BYTES} bytes")
    framed = random_prefix + len(content).to_bytes(LENGTH_BYTES, "big") + content + account.app_id.encode()
    padding_bytes = PADDING_BLOCK_BYTES - len(framed) % PADDING_BLOCK_BYTES
    encryptor = _cipher(account).encryptor()
    sealed = encryptor.update(framed + bytes([padding_bytes]) * padding_bytes) + encryptor.finalize()
    return base64.b64encode(sealed).decode("ascii")


def decrypt(encrypted: str, account: Account) -> bytes:
    """Return the content of safe mode's cipher text; check the signature that covers it first.

    Raises ``NoKey``, ``BadCiphertext``, or ``WrongApp`` where the app id inside is not the account's.
    """
    cipher = _cipher(account)
    try:
        sealed = base64.b64decode(encrypted, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadCiphertext("not Base64") from error
    if not sealed or len(sealed) % AES_BLOCK_BYTES:
        raise BadCiphertext("not whole blocks")
    decryptor = cipher.decryptor()
    return _unframe(_unpad(decryptor.update(sealed) + decryptor.finalize()), account.app_id)


def read_fields(body: bytes) -> dict[str, str]:
    """Return the fields of a message by name: the text of each child of the root element ``<xml>``.

    A document type is refused, and with it every entity that a document could declare; the text of elements further
    down is left out. Raises ``NotXml`` or ``ForbiddenXml``.
    """
    return _FieldReader().read(body)


class _FieldReader:
    """Collects the fields of one flat document from expat's events."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._text: list[str] = []
        self._fields: dict[str, str] = {}
        # The platform writes UTF-8; naming it here overrules whatever a document claims.
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def read(self, body: bytes) -> dict[str, str]:
        try:
            self._parser.Parse(body, True)  # noqa: FBT003 - expat takes its "final" flag by position only
        except expat.ExpatError as error:
            detail = expat.ErrorString(error.code)
            raise NotXml(detail) from error
        return self._fields

    def _doctype(self, *_: object) -> None:
        raise ForbiddenXml

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if not self._open and name != "xml":
            raise NotXml("the root element is not <xml>")
        if len(self._open) >= DEPTH_MAX:
            raise NotXml(f"more than {DEPTH_MAX} levels")
        self._open.append(name)
        if len(self._open) == 2:  # noqa: PLR2004 - a child of the root
            self._text = []

    def _characters(self, text: str) -> None:
        if len(self._open) == 2:  # noqa: PLR2004 - a child of the root
            self._text.append(text)

    def _end(self, name: str) -> None:
        if len(self._open) == 2:  # noqa: PLR2004 - a child of the root
            if name in self._fields or len(self._fields) >= FIELDS_MAX:
                raise NotXml("a field stands twice, or there are too many")
            self._fields[name] = "".join(self._text)
        self._open.pop()


def _check_signature(given: str, *parts: str) -> None:
    if any(len(part) > PARAMETER_CHARACTERS_MAX for part in parts[:3]):
        raise BadSignature
    expected = signature_of(*parts)
    if not hmac.compare_digest(given.encode("utf-8", "backslashreplace"), expected.encode("ascii")):
        raise BadSignature


def _check_fresh(timestamp: str, freshness: Freshness) -> None:
    if _SECONDS.fullmatch(timestamp) is None:
        raise StaleTimestamp
    if freshness.age_seconds_max is None:
        return
    if abs(freshness.now_seconds - int(timestamp)) > freshness.age_seconds_max:
        raise StaleTimestamp(f"more than {freshness.age_seconds_max} seconds from now")


def _cipher(account: Account) -> Cipher[modes.CBC]:
    if account.aes_key is None:
        raise NoKey
    # The platform fixes the initial vector to the key's first block; the random prefix makes each text different.
    return Cipher(algorithms.AES(account.aes_key), modes.CBC(account.aes_key[:AES_BLOCK_BYTES]))


def _unpad(padded: bytes) -> bytes:
    padding_bytes = padded[-1]
    if not 1 <= padding_bytes <= min(PADDING_BLOCK_BYTES, len(padded)):
        raise BadCiphertext("bad padding")
    if padded[-padding_bytes:] != bytes([padding_bytes]) * padding_bytes:
        raise BadCiphertext("bad padding")
    return padded[:-padding_bytes]


def _unframe(framed: bytes, app_id: str) -> bytes:
    start = RANDOM_PREFIX_BYTES + LENGTH_BYTES
    end = start + int.from_bytes(framed[RANDOM_PREFIX_BYTES:start], "big")
    if len(framed) < start or end > len(framed):
        raise BadCiphertext("bad length")
    if not hmac.compare_digest(framed[end:], app_id.encode()):
        raise WrongApp
    return framed[start:end]
