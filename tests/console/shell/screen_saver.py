"""A desktop's screen saver service, by other hands than Qt's: `python screen_saver.py ADDRESS NAME FILE`.

Writes to FILE who asked for what, a line each, and when one who asked has left the bus.
"""

import sys
from pathlib import Path

from jeepney import HeaderFields, MatchRule, MessageType, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection


def main(address: str, name: str, file: Path) -> None:
    """Serve until killed."""
    bus = open_dbus_connection(bus=address)
    bus.send_and_get_reply(message_bus.RequestName(name))
    left = MatchRule(type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged")
    bus.send_and_get_reply(message_bus.AddMatch(left))
    askers: set[str] = set()
    with file.open("a", buffering=1) as out:
        out.write("ready\n")
        while True:
            message = bus.receive()
            fields = message.header.fields
            member = fields.get(HeaderFields.member)
            if message.header.message_type is MessageType.method_call and member == "Inhibit":
                askers.add(fields[HeaderFields.sender])
                out.write("inhibit " + " | ".join(message.body) + "\n")
                bus.send(new_method_return(message, "u", (7,)))
            elif member == "NameOwnerChanged" and message.body[0] in askers and not message.body[2]:
                out.write("left\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
