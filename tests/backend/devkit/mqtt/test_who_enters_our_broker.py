"""Who enters the broker of our own: a last will says no more than its client may, a name is no way into our session."""

import asyncio

import aiomqtt
import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from backend.devkit.mqtt.own_broker import OUR_USER
from tests.backend.devkit.mqtt.test_own_broker import CANARY, FIELD, Site, site
from tests.eventually import eventually

__all__ = ["site"]


@pytest.mark.parametrize("topic", ["beffroi/test/status", "beffroi", "$SYS/broker/version"])
async def test_a_last_will_on_a_topic_that_is_ours_is_refused_at_the_door(site: Site, topic: str) -> None:
    will = aiomqtt.Will(topic, b"offline", qos=1, retain=True)
    liar = aiomqtt.Client(site.broker.host, site.broker.port, username=FIELD, password=CANARY, will=will)
    with pytest.raises(aiomqtt.MqttError, match=r"(?i)not authori"):
        async with liar:
            pass


async def test_a_last_will_of_the_field_is_told_when_it_is_cut_off(site: Site) -> None:
    await site.listen()
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(FIELD, CANARY)
    client.will_set("bays/12", b"gone", qos=1)
    client.connect(site.broker.host, site.broker.port)
    client.loop_start()
    try:
        await eventually(client.is_connected)
        connection = client.socket()
        assert connection is not None
        connection.close()  # no farewell
        await eventually(lambda: [heard.payload for heard in site.heard if heard.topic == "bays/12"] == [b"gone"])
    finally:
        await asyncio.to_thread(client.loop_stop)


@pytest.mark.parametrize("password", [CANARY, "wrong"])
@pytest.mark.parametrize("is_clean", [False, True])
async def test_who_calls_himself_as_we_do_does_not_get_our_session(site: Site, password: str, is_clean: bool) -> None:
    serving = await site.listen()
    impostor = aiomqtt.Client(
        site.broker.host,
        site.broker.port,
        username=FIELD,
        password=password,
        identifier=site.terms.client_id,
        clean_session=is_clean,
    )
    try:
        async with impostor, site.field() as field:
            await field.publish("bays/1", b"for us", qos=1)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await anext(aiter(impostor.messages))
    except aiomqtt.MqttError:
        assert password == "wrong"  # what the impostor says
    async with site.field() as field:
        await field.publish("bays/2", b"for us too", qos=1)
    await eventually(lambda: "bays/2" in {heard.topic for heard in site.heard})
    assert not serving.done()


async def test_a_wrong_password_changes_nothing_of_a_session(site: Site) -> None:
    await site.listen()
    will = aiomqtt.Will("bays/9", b"lie", qos=1)
    stranger = aiomqtt.Client(
        site.broker.host,
        site.broker.port,
        username=OUR_USER,
        password="wrong",  # what a stranger tries
        identifier=site.terms.client_id,
        clean_session=False,
        will=will,
    )
    with pytest.raises(aiomqtt.MqttError):
        async with stranger:
            pass
    async with site.field() as field:
        await field.publish("bays/3", b"we hear", qos=1)
    await eventually(lambda: "bays/3" in {heard.topic for heard in site.heard})
    await site.session.publish("commands/1", b"we may still speak")
