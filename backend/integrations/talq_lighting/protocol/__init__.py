"""TALQ 2.7.1 without sockets: its messages as values, parsed from and composed to JSON."""
