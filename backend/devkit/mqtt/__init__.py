"""MQTT for integrations: where a broker is, a session with it, and a broker of our own where there is none."""
