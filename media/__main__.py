"""`python -m media`: the media process, as the backend starts it."""

import sys

from media.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
