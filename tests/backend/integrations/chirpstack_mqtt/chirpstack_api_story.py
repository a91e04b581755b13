"""Run by the Python that has chirpstack-api, which ours has not: prints ChirpStack's own events as JSON."""

import importlib
import json
import sys
from typing import Any

gw: Any = importlib.import_module("chirpstack_api.gw")
integration: Any = importlib.import_module("chirpstack_api.integration")
json_format: Any = importlib.import_module("google.protobuf.json_format")


def main() -> None:
    info = integration.DeviceInfo(
        tenant_name="Dijon",
        application_id="48e4b9ce-1a5e-4b43-a5c8-6b5e7e1f7a10",
        application_name="Stationnement",
        device_profile_name="Bosch TPS110 EU868",
        device_name="Place 12",
        dev_eui="70b3d57ed0000001",
        tags={"quartier": "Darcy"},
    )
    common: dict[str, Any] = {"deduplication_id": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d", "device_info": info}
    uplink = integration.UplinkEvent(**common, dev_addr="00189440", adr=True, dr=5, f_cnt=4, f_port=2, data=b"\x01\xff")
    uplink.time.FromJsonString("2026-07-18T09:34:15.775023242Z")
    uplink.object.update({"occupied": True, "temperature": -1})
    uplink.rx_info.append(gw.UplinkRxInfo(gateway_id="0016c001f153a14c", uplink_id=4217106255, rssi=-36, snr=10.5))
    raw = integration.UplinkEvent(**common, f_port=1, data=b"\x01")
    status = integration.StatusEvent(**common, margin=7, battery_level=11.5)
    join = integration.JoinEvent(**common, dev_addr="00189440")
    ack = integration.AckEvent(**common, queue_item_id="q1", acknowledged=True, f_cnt_down=3)
    txack = integration.TxAckEvent(downlink_id=3, device_info=info, queue_item_id="q1", gateway_id="0016c001f153a14c")
    log = integration.LogEvent(
        device_info=info, level=integration.LogLevel.ERROR, code=integration.LogCode.OTAA, description="DevNonce"
    )
    events = {"up": uplink, "raw": raw, "status": status, "join": join, "ack": ack, "txack": txack, "log": log}
    said: dict[str, Any] = {}
    for kind, event in events.items():
        said[kind] = json_format.MessageToJson(event, indent=None)
        # ChirpStack itself writes out what stands at its default.
        said[f"{kind} whole"] = json_format.MessageToJson(event, indent=None, always_print_fields_with_no_presence=True)
    orders = [json_format.Parse(line, integration.DownlinkCommand()) for line in json.load(sys.stdin)]
    said["orders"] = [
        {"id": o.id, "devEui": o.dev_eui, "confirmed": o.confirmed, "fPort": o.f_port, "data": o.data.hex()}
        for o in orders
    ]
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
