"""What our own broker keeps is bounded, and who may hear what is decided by the filters, told without a network."""

import pytest
from amqtt.broker import Broker
from amqtt.session import Session

from backend.devkit.mqtt.broker_bounds import sweep
from backend.devkit.mqtt.broker_topics import overlap


async def test_a_flood_of_retained_topics_and_of_messages_for_who_never_comes_is_cut() -> None:
    broker = Broker({"listeners": {"default": {"type": "external"}}, "plugins": {}})
    for number in range(50):
        await broker.retain_message(None, f"flood/{number}", b"x")
    session = Session()
    session.client_id = "never comes"
    broker.sessions["never comes"] = (session, None)
    for number in range(30):
        session.retained_messages.put_nowait(number)
    sweep(broker, is_full=False, most_waiting=10, most_topics=20)
    assert list(broker.retained_messages) == [f"flood/{number}" for number in range(30, 50)]
    assert [session.retained_messages.get_nowait() for _ in range(10)] == list(range(20, 30))
    session.retained_messages.put_nowait(1)
    sweep(broker, is_full=True)
    assert not broker.retained_messages
    assert session.retained_messages.qsize() == 0


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("#", "owntracks/+/+", True),
        ("owntracks/#", "owntracks/+/+", True),
        ("+/van/+", "owntracks/+/+", True),
        ("owntracks/van/token", "owntracks/+/+", True),
        ("owntracks/+/+/#", "owntracks/+/+", True),
        ("owntracks/van/token/cmd", "owntracks/+/+", False),
        ("application/+/device/+/command/down", "application/+/device/+/event/+", False),
        ("beffroi/+/status", "owntracks/+/+", False),
        ("owntracks/van", "owntracks/+/+", False),
    ],
)
def test_filters_that_share_a_topic_are_told(one: str, other: str, told: bool) -> None:
    assert overlap(one, other) is told
    assert overlap(other, one) is told
