"""Files that come in and go out: looked at, shown, taken; ordered, written, fetched."""
