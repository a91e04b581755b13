"""What raises an alarm, its life, what explains it, how healthy alarms are: pure rules (ISA-18.2 / IEC 62682)."""
