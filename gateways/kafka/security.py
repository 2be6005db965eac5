"""How Kafka is spoken to: TLS and SASL from the settings, with every contradiction named before anything is sent.

What is set and would not be used is refused too: who sets a password or a CA file believes to be protected by it.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

from services.settings import PREFIX, Settings, SettingsFault

_OF_TLS = ("kafka_ca_file", "kafka_certificate_file", "kafka_key_file", "kafka_key_password")
_OF_SASL = ("kafka_sasl_mechanism", "kafka_username", "kafka_password")
_PROTOCOL = f"{PREFIX}KAFKA_SECURITY_PROTOCOL"


def security(settings: Settings) -> dict[str, Any]:
    """Return what a connection of aiokafka is given besides the address. Raises ``SettingsFault``."""
    protocol = settings.kafka_security_protocol
    tls, sasl = protocol in {"SSL", "SASL_SSL"}, protocol in {"SASL_PLAINTEXT", "SASL_SSL"}
    if not tls:
        _unused(settings, _OF_TLS, "SSL 或 SASL_SSL", "SSL or SASL_SSL")
    if not sasl:
        _unused(settings, _OF_SASL, "SASL_SSL 或 SASL_PLAINTEXT", "SASL_SSL or SASL_PLAINTEXT")
    given: dict[str, Any] = {"security_protocol": protocol}
    if tls:
        given["ssl_context"] = _tls(settings)
    if sasl:
        given |= _login(settings)
    return given


def _unused(settings: Settings, names: tuple[str, ...], zh: str, en: str) -> None:
    for name in names:
        # A mechanism has a default; it is meant only where somebody set it.
        if name in settings.model_fields_set and getattr(settings, name) is not None:
            protocol = settings.kafka_security_protocol
            raise SettingsFault(
                name,
                f"通信方式为 {protocol} 时不起作用：请设 {_PROTOCOL} 为 {zh}，或取消此项",
                f"it has no effect with {protocol}: set {_PROTOCOL} to {en}, or leave this out",
            )


def _login(settings: Settings) -> dict[str, Any]:
    for name in ("kafka_username", "kafka_password"):
        if getattr(settings, name) is None:
            protocol = settings.kafka_security_protocol
            raise SettingsFault(
                name,
                f"{protocol} 需要用户名和密码：请设 {PREFIX}{name.upper()}",
                f"{protocol} needs a user name and a password: set {PREFIX}{name.upper()}",
            )
    assert settings.kafka_password is not None
    return {
        "sasl_mechanism": settings.kafka_sasl_mechanism,
        "sasl_plain_username": settings.kafka_username,
        "sasl_plain_password": settings.kafka_password.get_secret_value(),
    }


def _tls(settings: Settings) -> ssl.SSLContext:
    """Trust the CA file alone, where one is set, else the system; the name in the certificate is always compared."""
    ca = settings.kafka_ca_file
    try:
        context = ssl.create_default_context(cafile=None if ca is None else _readable("kafka_ca_file", ca))
    except ssl.SSLError as error:
        raise SettingsFault(
            "kafka_ca_file",
            f"{ca} 中没有 PEM 格式的证书（JKS、PKCS#12 请先转换）",
            f"{ca} holds no certificate in PEM form (convert JKS or PKCS#12 first)",
        ) from error
    certificate, key = settings.kafka_certificate_file, settings.kafka_key_file
    if certificate is not None:
        _present(context, settings, certificate, key)
    elif key is not None or settings.kafka_key_password is not None:
        raise SettingsFault(
            "kafka_certificate_file",
            f"设置了客户端私钥或其密码而无证书：请设 {PREFIX}KAFKA_CERTIFICATE_FILE",
            f"the client's key or its password is set and no certificate: set {PREFIX}KAFKA_CERTIFICATE_FILE",
        )
    return context


def _present(context: ssl.SSLContext, settings: Settings, certificate: Path, key: Path | None) -> None:
    chain = _readable("kafka_certificate_file", certificate)
    own = None if key is None else _readable("kafka_key_file", key)
    secret = settings.kafka_key_password
    holder = "kafka_certificate_file" if key is None else "kafka_key_file"

    def password() -> str:
        if secret is None:
            # OpenSSL would ask a person at the terminal, and wait.
            raise SettingsFault(
                "kafka_key_password",
                f"客户端私钥已加密：请设 {PREFIX}KAFKA_KEY_PASSWORD",
                f"the client's key is encrypted: set {PREFIX}KAFKA_KEY_PASSWORD",
            )
        return secret.get_secret_value()

    try:
        context.load_cert_chain(chain, own, password)
    except ssl.SSLError as error:
        raise SettingsFault(
            holder,
            f"客户端证书与私钥无法使用（{error.reason or error}）：须为 PEM 格式、彼此相配，密码正确",
            f"the client's certificate and key cannot be used ({error.reason or error}): both in PEM form, "
            f"belonging together, and the password right",
        ) from error


def _readable(name: str, path: Path) -> str:
    try:
        path.read_bytes()
    except OSError as error:
        why = f"{path}: {error.strerror}"
        raise SettingsFault(name, f"文件无法读取（{why}）", f"the file cannot be read ({why})") from error
    return str(path)
