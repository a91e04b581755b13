"""The verifier: `video.evidence.one_file` joins these modules into the verify.py of each package.

Standard library alone, Python 3.8: no match statements, no zip(strict=), no imports but of one another.
"""
