"""What feeds what: looking at it, mending it, taking it from files, learning it from past failures."""
