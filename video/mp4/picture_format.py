"""What sequence parameter sets say of the pictures: H.264 (7.3.2.1) and H.265 (7.3.2.2)."""

import msgspec

from video.access_unit import Codec, StreamParameters
from video.bits import BitReader
from video.errors import ProtocolError

_H264_HIGH = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_LARGEST_SIDE = 16_384


class PictureFormat(msgspec.Struct, frozen=True):
    """Size, colour and profile of a stream."""

    width: int
    height: int
    chroma_format: int
    luma_bits: int
    chroma_bits: int
    profile: bytes
    """H.264: profile, constraints, level. H.265: the 12 bytes of general profile, tier and level."""
    is_high: bool = True
    """H.264: whether the sample entry repeats colour and bit depths."""
    temporal_layers: int = 1
    is_temporally_nested: bool = True


def nal_kind(codec: Codec, unit: bytes) -> int:
    """The type of a NAL unit."""
    if not unit:
        raise ProtocolError("an empty NAL unit")
    return unit[0] & 0x1F if codec is Codec.H264 else unit[0] >> 1 & 0x3F


def picture_format(parameters: StreamParameters) -> PictureFormat:
    """Read the first sequence parameter set. Raises ProtocolError when there is none, or a broken one."""
    wanted = 7 if parameters.codec is Codec.H264 else 33
    for unit in parameters.parameter_sets:
        if nal_kind(parameters.codec, unit) == wanted:
            found = _h264(unit) if parameters.codec is Codec.H264 else _h265(unit)
            if not (0 < found.width <= _LARGEST_SIDE and 0 < found.height <= _LARGEST_SIDE):
                raise ProtocolError(f"pictures of {found.width} x {found.height}")
            return found
    raise ProtocolError("a stream without its sequence parameter set")


def _h264(unit: bytes) -> PictureFormat:
    reader = BitReader(unit)
    profile = bytes((reader.bits(8), reader.bits(8), reader.bits(8)))
    reader.unsigned()
    chroma, luma_bits, chroma_bits = 1, 8, 8
    is_high = profile[0] in _H264_HIGH
    if is_high:
        chroma = _at_most(reader.unsigned(), 3, "chroma format")
        if chroma == 3:
            reader.bits(1)
        luma_bits = 8 + _at_most(reader.unsigned(), 6, "bit depth")
        chroma_bits = 8 + _at_most(reader.unsigned(), 6, "bit depth")
        reader.bits(1)
        if reader.bits(1):
            _skip_scaling(reader, 8 if chroma != 3 else 12)
    reader.unsigned()
    order = reader.unsigned()
    if order == 0:
        reader.unsigned()
    elif order == 1:
        reader.bits(1)
        reader.unsigned()
        reader.unsigned()
        for _ in range(_at_most(reader.unsigned(), 255, "picture order")):
            reader.unsigned()
    reader.unsigned()
    reader.bits(1)
    columns, rows = reader.unsigned() + 1, reader.unsigned() + 1
    frames_only = reader.bits(1)
    if not frames_only:
        reader.bits(1)
    reader.bits(1)
    width, height = 16 * columns, 16 * rows * (2 - frames_only)
    if reader.bits(1):
        left, right, top, bottom = (reader.unsigned() for _ in range(4))
        across = 2 if chroma in {1, 2} else 1
        down = (2 if chroma == 1 else 1) * (2 - frames_only)
        width -= across * (left + right)
        height -= down * (top + bottom)
    return PictureFormat(width, height, chroma, luma_bits, chroma_bits, profile, is_high)


def _skip_scaling(reader: BitReader, lists: int) -> None:
    for index in range(lists):
        if not reader.bits(1):
            continue
        last = following = 8
        for _ in range(16 if index < 6 else 64):
            if following:
                coded = reader.unsigned()
                delta = (coded + 1) // 2 if coded % 2 else -(coded // 2)
                following = (last + delta) % 256
            last = following or last


def _h265(unit: bytes) -> PictureFormat:
    reader = BitReader(unit, 2)
    reader.bits(4)
    layers = reader.bits(3)
    nested = bool(reader.bits(1))
    profile = bytes(reader.bits(8) for _ in range(12))
    present = [(reader.bits(1), reader.bits(1)) for _ in range(layers)]
    if layers:
        reader.bits(2 * (8 - layers))
    for has_profile, has_level in present:
        reader.bits(88 * has_profile + 8 * has_level)
    reader.unsigned()
    chroma = _at_most(reader.unsigned(), 3, "chroma format")
    if chroma == 3:
        reader.bits(1)
    width, height = reader.unsigned(), reader.unsigned()
    if reader.bits(1):
        left, right, top, bottom = (reader.unsigned() for _ in range(4))
        width -= (2 if chroma in {1, 2} else 1) * (left + right)
        height -= (2 if chroma == 1 else 1) * (top + bottom)
    luma_bits = 8 + _at_most(reader.unsigned(), 8, "bit depth")
    chroma_bits = 8 + _at_most(reader.unsigned(), 8, "bit depth")
    return PictureFormat(
        width,
        height,
        chroma,
        luma_bits,
        chroma_bits,
        profile,
        temporal_layers=layers + 1,
        is_temporally_nested=nested,
    )


def _at_most(value: int, limit: int, what: str) -> int:
    if value > limit:
        raise ProtocolError(f"a {what} of {value}")
    return value
