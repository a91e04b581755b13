"""Rules as pure functions of values: no input or output, no await, time comes in as an argument."""
