"""Fragmented MP4 (ISO/IEC 14496-12 and -15), written and read without libavformat."""
