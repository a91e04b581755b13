"""What `main.py` calls to open the console."""

from console.shell.cli import main

__all__ = ["main"]
