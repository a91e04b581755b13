"""The backend: device connections, register, journal, alarms, claims and their API."""
