"""A CA of a test, and the certificates that it signs for brokers and clients, as PEM files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
NO_ENCRYPTION = NoEncryption()


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and its key (PKCS#8), each in a file; ``both`` holds the two, as Kafka's PEM store takes them."""

    certificate: Path
    key: Path
    both: Path


@dataclass(frozen=True, slots=True)
class Authority:
    """A CA that lives as long as a test."""

    name: x509.Name
    key: EllipticCurvePrivateKey
    file: Path
    """Its own certificate, in PEM form."""

    def signed(self, folder: Path, name: str, *addresses: str, days: int = 2, password: str | None = None) -> Identity:
        """A new key and its certificate for these addresses; one of less than no days is past already."""
        key = generate_private_key(SECP256R1())
        names = [x509.IPAddress(ip_address(one)) for one in addresses]
        certificate = (
            _begun(_named(name), self.name, key, days)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        how = NO_ENCRYPTION if password is None else BestAvailableEncryption(password.encode())
        pem = certificate.public_bytes(Encoding.PEM)
        return Identity(
            certificate=_file(folder / f"{name}.crt", pem),
            key=_file(folder / f"{name}.key", _private(key, how)),
            both=_file(folder / f"{name}.pem", _private(key, NO_ENCRYPTION) + pem),
        )


def authority(folder: Path, name: str) -> Authority:
    """A new CA."""
    key = generate_private_key(SECP256R1())
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    own = (
        _begun(_named(name), _named(name), key, 2)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(_named(name), key, _file(folder / f"{name}.crt", own.public_bytes(Encoding.PEM)))


def _begun(subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 10 * DAY)
        .not_valid_after(now + days * DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _private(key: EllipticCurvePrivateKey, how: KeySerializationEncryption) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def _file(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
