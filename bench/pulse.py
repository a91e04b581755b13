"""What the street under measure says, agreed between those who tell it and those who look: no imports, it is timed."""

READINGS_PER_S = 2_000
POINT = "operating_hours"  # its value is the monotonic clock at which it was reported

# Report n of the first lamp's level is made at n * PULSE_S and says n modulo PULSE_LEVELS; out of step with any window.
PULSE_S, PULSE_LEVELS = 0.0971, 101
PULSE_CODE = "L99000-0001"
