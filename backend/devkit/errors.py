"""What can go wrong between the backend and a device, as values an adapter raises."""


class DeviceError(Exception):
    """Something a device or its link did. The text says what happened, for an operator."""


class ProtocolError(DeviceError):
    """What came is not what the protocol allows. Parsers raise nothing else."""


class LinkDown(DeviceError):
    """The device cannot be reached, or stopped answering."""


class LinkRefused(DeviceError):
    """The device answers, and refuses us: wrong password, wrong certificate, not allowed."""


class CommandRefused(DeviceError):
    """The device, or the adapter before it, refuses a command. Nothing was done."""
