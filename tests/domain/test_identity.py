"""Ids are plain HMAC-SHA-256 (RFC 2104), whatever makes them fast: anyone with the key can check them."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from domain.identity import body_digest


@given(key=st.binary(max_size=200), body=st.binary(max_size=2_000))
def test_a_digest_is_the_standard_hmac(key: bytes, body: bytes) -> None:
    assert body_digest(key, body) == hmac.digest(key, b"body\0" + body, "sha256").hex()
