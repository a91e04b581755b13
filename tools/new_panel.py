"""Begins a new panel in a package of its own: `python -m tools.new_panel tide_panel --title "Tides"`."""

import sys

from tools.new_device import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], kind="panel"))
