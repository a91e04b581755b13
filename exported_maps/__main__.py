"""`python -m exported_maps`: the same as `main.py export-map`."""

import sys

from exported_maps.command import main

sys.exit(main(sys.argv[1:]))
