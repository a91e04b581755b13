"""LoRaWAN sensors behind a ChirpStack v4 network server: parking bays, environment sensors."""
