"""Pictures larger than any camera makes are refused before room is made for them, wherever strangers are decoded."""

import pytest

import video.codecs
from media.pictures.masking import GroupDecoder
from media.pictures.sights import key_picture
from tests.video.footage.films import coded
from video.access_unit import AccessUnit, Codec
from video.codecs import PictureDecoder


@pytest.mark.parametrize("codec", list(Codec))
@pytest.mark.parametrize("largest", [128 * 95, 128 * 96])
def test_only_pictures_of_a_credible_size_are_decoded(
    codec: Codec, largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video.codecs, "LARGEST_PIXELS", largest)
    key = AccessUnit(coded(codec)[0][0], True, 0, 0.0)
    decoder, group = PictureDecoder(codec), GroupDecoder(codec, is_live=True)
    shown = [*decoder.decode(key), *decoder.drain()]
    masked = [*group.decode(key.data, 0), *group.drain()]
    seen = key_picture(codec, key)
    is_credible = largest == 128 * 96
    assert [bool(shown), bool(masked), seen is not None] == [is_credible] * 3


def test_the_largest_cameras_are_not_refused() -> None:
    assert int(video.codecs.decoder_options()["max_pixels"]) >= 8192 * 4320
