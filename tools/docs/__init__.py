"""The guides as pages: `make docs`."""
