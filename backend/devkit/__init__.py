"""What an integration may import: its contract with the backend, links, clocks and tasks."""
