from jeepney import MatchRule, Message

class MessageBus:
    def RequestName(self, name: str, flags: int = 0) -> Message: ...
    def AddMatch(self, rule: MatchRule) -> Message: ...

message_bus: MessageBus
