"""Logins: the examples of the RFCs, and a stranger's password."""

import pytest

from video.errors import ProtocolError
from video.rtsp.authentication import (
    Challenge,
    Credentials,
    authorise,
    digest_response,
    parse_authorization,
    parse_challenges,
    strongest,
)

MUFASA = Credentials("Mufasa", "Circle of Life")


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_proof_is_that_of_rfc_7616(algorithm: str, expected: str) -> None:
    challenge = Challenge(
        "Digest",
        "http-auth@example.org",
        "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        algorithm,
        has_quality=True,
    )
    nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    credentials = Credentials("Mufasa", "Circle of Life")
    assert digest_response(credentials, "GET", "/dir/index.html", challenge, "00000001", nonce) == expected


def test_the_proof_without_quality_is_that_of_rfc_2617() -> None:
    challenge = Challenge("Digest", "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", has_quality=False)
    proof = digest_response(Credentials("Mufasa", "Circle Of Life"), "GET", "/dir/index.html", challenge, "", "")
    assert proof == "670fd8c2df070c60b045671b8b24ff02"


def test_the_strongest_offer_is_taken() -> None:
    offers = parse_challenges(
        [
            'Basic realm="c"',
            'Digest realm="c", nonce="n", algorithm=SHA-256, qop="auth"',
            'Digest realm="c", nonce="n"',
            'Digest realm="c", nonce="n", algorithm=SHA-512-256',
        ]
    )
    chosen = strongest(offers)
    assert chosen is not None
    assert (chosen.algorithm, chosen.has_quality) == ("SHA-256", True)
    assert strongest([]) is None


@pytest.mark.parametrize("scheme", ["Basic", "Digest"])
@pytest.mark.parametrize("quality", [True, False])
def test_a_right_password_is_known_and_a_wrong_one_is_not(scheme: str, quality: bool) -> None:
    challenge = Challenge(scheme, "city", "nonce", "SHA-256", opaque='o"p', has_quality=quality)
    presented = parse_authorization(authorise(challenge, MUFASA, "DESCRIBE", "rtsp://h/", 1, "cn"), "DESCRIBE")
    assert presented.user == "Mufasa"
    assert presented.proves("Circle of Life")
    assert not presented.proves("circle of life")


@pytest.mark.parametrize("value", ["Basic !!", "Basic bm9jb2xvbg==", "Bearer x", "Digest algorithm=ROT13", "x" * 5000])
def test_a_broken_login_is_refused(value: str) -> None:
    with pytest.raises(ProtocolError):
        parse_authorization(value, "DESCRIBE")
