"""Who is told of an alarm that nobody acknowledges: escalation, roster, channels, messages that are not lost."""
