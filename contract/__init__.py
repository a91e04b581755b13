"""What backend and client agree on: frozen values and tagged messages, no behaviour."""
