"""The verifier's own Ed25519, against the standard's vectors and against a library written by others."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from video.evidence.verifier.ed25519 import is_signed

_ORDER = 2**252 + 27742317777372353535851937790883648493

# RFC 8032, 7.1: public key, message, signature
RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
            "24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
            "eeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed2"
            "8dc027beceea1ec40a"
        ),
    ),
)


def test_the_standards_vectors_hold() -> None:
    for key, message, signature in RFC_8032:
        assert is_signed(bytes.fromhex(key), bytes.fromhex(signature), bytes.fromhex(message))
        assert not is_signed(bytes.fromhex(key), bytes.fromhex(signature), bytes.fromhex(message) + b"x")


@settings(deadline=None, max_examples=40)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300), st.integers(0, 511), st.booleans())
def test_it_agrees_with_the_library_on_good_and_damaged_signatures(
    seed: bytes, message: bytes, bit: int, is_damaged: bool
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signature = bytearray(key.sign(message))
    if is_damaged:
        signature[bit // 8] ^= 1 << bit % 8
    assert is_signed(public, bytes(signature), message) is _library_says(public, bytes(signature), message)


@settings(deadline=None, max_examples=40)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_made_up_keys_and_signatures_never_hold(public: bytes, signature: bytes) -> None:
    assert is_signed(public, signature, b"manifest") is _library_says(public, signature, b"manifest")


def test_a_signature_has_one_form_only() -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    good = key.sign(b"manifest")
    shifted = good[:32] + (int.from_bytes(good[32:], "little") + _ORDER).to_bytes(32, "little")
    assert is_signed(public, good, b"manifest")
    assert not is_signed(public, shifted, b"manifest")
    assert not is_signed(public[:31], good, b"manifest")
    assert not is_signed(public, good[:63], b"manifest")


def _library_says(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
