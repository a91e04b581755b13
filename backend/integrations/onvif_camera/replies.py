"""What a camera answers: values to SOAP bytes, by hand, as the official WSDL wants them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import msgspec

from backend.integrations.onvif_camera.protocol import (
    ADDRESSING,
    DEVICE,
    ERROR,
    EVENTS,
    IMAGING,
    MEDIA,
    NOTIFICATION,
    PTZ,
    SCHEMA,
    SOAP,
    Event,
    Vector,
)

_NAMESPACES: Final = {
    "s": SOAP,
    "tds": DEVICE,
    "trt": MEDIA,
    "tptz": PTZ,
    "timg": IMAGING,
    "tev": EVENTS,
    "tt": SCHEMA,
    "ter": ERROR,
    "wsnt": NOTIFICATION,
    "wsa": ADDRESSING,
    "wstop": "http://docs.oasis-open.org/wsn/t-1",
    "tns1": "http://www.onvif.org/ver10/topics",
}
_ENVELOPE_START: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope'
    + "".join(f' xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES.items())
    + ">"
)
_TOPIC_DIALECT: Final = "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet"
_PAN_TILT_SPACES: Final = "http://www.onvif.org/ver10/tptz/PanTiltSpaces"
_ZOOM_SPACES: Final = "http://www.onvif.org/ver10/tptz/ZoomSpaces"
_EVENT_ACTIONS: Final = {
    "CreatePullPointSubscription": f"{EVENTS}/EventPortType/CreatePullPointSubscriptionResponse",
    "PullMessages": f"{EVENTS}/PullPointSubscription/PullMessagesResponse",
    "SetSynchronizationPoint": f"{EVENTS}/PullPointSubscription/SetSynchronizationPointResponse",
    "Renew": "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/RenewResponse",
    "Unsubscribe": "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/UnsubscribeResponse",
}


HEAD: Final = "node0"  # token of the one PTZ node


class StreamProfile(msgspec.Struct, frozen=True, kw_only=True):
    """A media profile: its name, which is also its token, and its picture."""

    name: str
    width: int
    height: int
    frames_per_second: int
    kilobits_per_second: int
    encoding: str = "H264"


def envelope(body: str, *, answers: str = "") -> bytes:
    """A SOAP message; event operations (`answers`) carry their WS-Addressing action."""
    action = _EVENT_ACTIONS.get(answers)
    header = f"<s:Header><wsa:Action>{action}</wsa:Action></s:Header>" if action else ""
    return f"{_ENVELOPE_START}{header}<s:Body>{body}</s:Body></s:Envelope>".encode()


def fault(code: str, subcode: str, reason: str) -> bytes:
    """A SOAP fault: code Sender or Receiver, subcode of ONVIF's own list."""
    return envelope(
        f"<s:Fault><s:Code><s:Value>s:{code}</s:Value><s:Subcode><s:Value>ter:{escape(subcode)}</s:Value></s:Subcode>"
        f'</s:Code><s:Reason><s:Text xml:lang="en">{escape(reason)}</s:Text></s:Reason></s:Fault>'
    )


def acknowledged(prefix: str, operation: str) -> bytes:
    """An answer without content."""
    return envelope(f"<{prefix}:{operation}Response/>", answers=operation)


def system_date_and_time(now: dt.datetime) -> bytes:
    """The camera's clock."""
    return envelope(
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>"
        "<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>UTC0</tt:TZ></tt:TimeZone><tt:UTCDateTime>"
        f"<tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute><tt:Second>{now.second}</tt:Second>"
        f"</tt:Time><tt:Date><tt:Year>{now.year}</tt:Year><tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day>"
        "</tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def device_information(manufacturer: str, model: str, firmware: str, serial: str, hardware: str) -> bytes:
    """Who made the camera."""
    return envelope(
        f"<tds:GetDeviceInformationResponse><tds:Manufacturer>{escape(manufacturer)}</tds:Manufacturer>"
        f"<tds:Model>{escape(model)}</tds:Model><tds:FirmwareVersion>{escape(firmware)}</tds:FirmwareVersion>"
        f"<tds:SerialNumber>{escape(serial)}</tds:SerialNumber><tds:HardwareId>{escape(hardware)}</tds:HardwareId>"
        "</tds:GetDeviceInformationResponse>"
    )


def services(addresses: Iterable[tuple[str, str]]) -> bytes:
    """Each service's namespace and address."""
    entries = "".join(
        f"<tds:Service><tds:Namespace>{escape(namespace)}</tds:Namespace><tds:XAddr>{escape(address)}</tds:XAddr>"
        "<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>"
        for namespace, address in addresses
    )
    return envelope(f"<tds:GetServicesResponse>{entries}</tds:GetServicesResponse>")


def scopes(names: Iterable[str]) -> bytes:
    """What the camera says of itself to whoever searches."""
    entries = "".join(
        f"<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>{escape(name)}</tt:ScopeItem></tds:Scopes>"
        for name in names
    )
    return envelope(f"<tds:GetScopesResponse>{entries}</tds:GetScopesResponse>")


def profiles(items: Sequence[StreamProfile], *, has_ptz: bool) -> bytes:
    """The media profiles, biggest picture first."""
    entries = "".join(_profile(item, has_ptz=has_ptz) for item in items)
    return envelope(f"<trt:GetProfilesResponse>{entries}</trt:GetProfilesResponse>")


def media_uri(operation: str, uri: str) -> bytes:
    """Answer of GetStreamUri and GetSnapshotUri."""
    return envelope(
        f"<trt:{operation}Response><trt:MediaUri><tt:Uri>{escape(uri)}</tt:Uri>"
        "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>"
        f"<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:{operation}Response>"
    )


def presets(items: Iterable[tuple[str, str, Vector]]) -> bytes:
    """The stored places: token, name, place."""
    entries = "".join(
        f"<tptz:Preset token={quoteattr(token)}><tt:Name>{escape(name)}</tt:Name>"
        f"<tt:PTZPosition>{_position(at)}</tt:PTZPosition></tptz:Preset>"
        for token, name, at in items
    )
    return envelope(f"<tptz:GetPresetsResponse>{entries}</tptz:GetPresetsResponse>")


def preset_saved(token: str) -> bytes:
    """The token of a new preset."""
    return envelope(
        f"<tptz:SetPresetResponse><tptz:PresetToken>{escape(token)}</tptz:PresetToken></tptz:SetPresetResponse>"
    )


def preset_tours(items: Iterable[tuple[str, str]]) -> bytes:
    """The camera's own tours: token, which is also the name, and state."""
    entries = "".join(
        f"<tptz:PresetTour token={quoteattr(token)}><tt:Name>{escape(token)}</tt:Name>"
        f"<tt:Status><tt:State>{escape(state)}</tt:State></tt:Status><tt:AutoStart>false</tt:AutoStart>"
        "<tt:StartingCondition/></tptz:PresetTour>"
        for token, state in items
    )
    return envelope(f"<tptz:GetPresetToursResponse>{entries}</tptz:GetPresetToursResponse>")


def imaging_settings(*, is_night: bool) -> bytes:
    """How the picture is made."""
    return envelope(
        "<timg:GetImagingSettingsResponse><timg:ImagingSettings><tt:BacklightCompensation><tt:Mode>OFF</tt:Mode>"
        "</tt:BacklightCompensation><tt:Brightness>50</tt:Brightness><tt:ColorSaturation>50</tt:ColorSaturation>"
        "<tt:Contrast>50</tt:Contrast><tt:Exposure><tt:Mode>AUTO</tt:Mode></tt:Exposure><tt:Focus><tt:AutoFocusMode>AUTO"
        f"</tt:AutoFocusMode></tt:Focus><tt:IrCutFilter>{'OFF' if is_night else 'ON'}</tt:IrCutFilter>"
        "<tt:Sharpness>50</tt:Sharpness><tt:WideDynamicRange><tt:Mode>OFF</tt:Mode></tt:WideDynamicRange>"
        "<tt:WhiteBalance><tt:Mode>AUTO</tt:Mode></tt:WhiteBalance></timg:ImagingSettings>"
        "</timg:GetImagingSettingsResponse>"
    )


def ptz_status(at: Vector, *, is_moving: bool, now: dt.datetime) -> bytes:
    """Where the camera looks, and whether it moves."""
    state = "MOVING" if is_moving else "IDLE"
    return envelope(
        f"<tptz:GetStatusResponse><tptz:PTZStatus><tt:Position>{_position(at)}</tt:Position><tt:MoveStatus>"
        f"<tt:PanTilt>{state}</tt:PanTilt><tt:Zoom>{state}</tt:Zoom></tt:MoveStatus>"
        f"<tt:UtcTime>{_instant(now)}</tt:UtcTime></tptz:PTZStatus></tptz:GetStatusResponse>"
    )


def nodes(operation: str, *, has_absolute: bool, has_degrees: bool) -> bytes:
    """Answer of GetNodes and GetNode: one head, with the spaces in which it can be sent to a place."""
    spaces = ""
    if has_absolute:
        spaces += _space("AbsolutePanTiltPositionSpace", f"{_PAN_TILT_SPACES}/PositionGenericSpace", (-1, 1), (-1, 1))
    if has_absolute and has_degrees:
        degrees = f"{_PAN_TILT_SPACES}/SphericalPositionSpaceDegrees"
        spaces += _space("AbsolutePanTiltPositionSpace", degrees, (-180, 180), (-90, 90))
    if has_absolute:
        spaces += _space("AbsoluteZoomPositionSpace", f"{_ZOOM_SPACES}/PositionGenericSpace", (0, 1))
    spaces += _space("ContinuousPanTiltVelocitySpace", f"{_PAN_TILT_SPACES}/VelocityGenericSpace", (-1, 1), (-1, 1))
    spaces += _space("ContinuousZoomVelocitySpace", f"{_ZOOM_SPACES}/VelocityGenericSpace", (-1, 1))
    return envelope(
        f'<tptz:{operation}Response><tptz:PTZNode token="{HEAD}"><tt:Name>{HEAD}</tt:Name>'
        f"<tt:SupportedPTZSpaces>{spaces}</tt:SupportedPTZSpaces><tt:MaximumNumberOfPresets>100"
        "</tt:MaximumNumberOfPresets><tt:HomeSupported>false</tt:HomeSupported></tptz:PTZNode>"
        f"</tptz:{operation}Response>"
    )


def pull_point(address: str, now: dt.datetime, until: dt.datetime) -> bytes:
    """A new subscription and where its events are fetched."""
    return envelope(
        "<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>"
        f"<wsa:Address>{escape(address)}</wsa:Address></tev:SubscriptionReference>"
        f"<wsnt:CurrentTime>{_instant(now)}</wsnt:CurrentTime>"
        f"<wsnt:TerminationTime>{_instant(until)}</wsnt:TerminationTime></tev:CreatePullPointSubscriptionResponse>",
        answers="CreatePullPointSubscription",
    )


def renewed(now: dt.datetime, until: dt.datetime) -> bytes:
    """A subscription's new end."""
    return envelope(
        f"<wsnt:RenewResponse><wsnt:TerminationTime>{_instant(until)}</wsnt:TerminationTime>"
        f"<wsnt:CurrentTime>{_instant(now)}</wsnt:CurrentTime></wsnt:RenewResponse>",
        answers="Renew",
    )


def events(items: Iterable[Event], now: dt.datetime, until: dt.datetime) -> bytes:
    """What a pull brings: possibly nothing."""
    messages = "".join(_notification(item, now) for item in items)
    return envelope(
        f"<tev:PullMessagesResponse><tev:CurrentTime>{_instant(now)}</tev:CurrentTime>"
        f"<tev:TerminationTime>{_instant(until)}</tev:TerminationTime>{messages}</tev:PullMessagesResponse>",
        answers="PullMessages",
    )


def _notification(event: Event, now: dt.datetime) -> str:
    return (
        f'<wsnt:NotificationMessage><wsnt:Topic Dialect="{_TOPIC_DIALECT}">tns1:{escape(event.topic)}</wsnt:Topic>'
        f'<wsnt:Message><tt:Message UtcTime="{_instant(event.at or now)}" '
        f'PropertyOperation="{event.operation.value}"><tt:Source>{_items(event.source)}</tt:Source>'
        f"<tt:Data>{_items(event.values)}</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>"
    )


def _items(items: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<tt:SimpleItem Name={quoteattr(name)} Value={quoteattr(value)}/>" for name, value in items)


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _position(at: Vector) -> str:
    return (
        f'<tt:PanTilt x="{at.pan:.6f}" y="{at.tilt:.6f}" space="{_PAN_TILT_SPACES}/PositionGenericSpace"/>'
        f'<tt:Zoom x="{at.zoom:.6f}" space="{_ZOOM_SPACES}/PositionGenericSpace"/>'
    )


def _space(name: str, uri: str, x: tuple[float, float], y: tuple[float, float] | None = None) -> str:
    ranges = f"<tt:XRange><tt:Min>{x[0]}</tt:Min><tt:Max>{x[1]}</tt:Max></tt:XRange>"
    if y is not None:
        ranges += f"<tt:YRange><tt:Min>{y[0]}</tt:Min><tt:Max>{y[1]}</tt:Max></tt:YRange>"
    return f"<tt:{name}><tt:URI>{uri}</tt:URI>{ranges}</tt:{name}>"


def _profile(item: StreamProfile, *, has_ptz: bool) -> str:
    ptz = (
        '<tt:PTZConfiguration token="ptz0"><tt:Name>ptz0</tt:Name><tt:UseCount>2</tt:UseCount>'
        f"<tt:NodeToken>{HEAD}</tt:NodeToken></tt:PTZConfiguration>"
        if has_ptz
        else ""
    )
    return (
        f'<trt:Profiles token={quoteattr(item.name)} fixed="true"><tt:Name>{escape(item.name)}</tt:Name>'
        '<tt:VideoSourceConfiguration token="source0"><tt:Name>source0</tt:Name><tt:UseCount>2</tt:UseCount>'
        f'<tt:SourceToken>video0</tt:SourceToken><tt:Bounds x="0" y="0" width="{item.width}" height="{item.height}"/>'
        f"</tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration token={quoteattr(item.name)}>"
        f"<tt:Name>{escape(item.name)}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>{item.encoding}</tt:Encoding>"
        f"<tt:Resolution><tt:Width>{item.width}</tt:Width><tt:Height>{item.height}</tt:Height></tt:Resolution>"
        f"<tt:Quality>5</tt:Quality><tt:RateControl><tt:FrameRateLimit>{item.frames_per_second}</tt:FrameRateLimit>"
        f"<tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>{item.kilobits_per_second}</tt:BitrateLimit>"
        "</tt:RateControl><tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address>"
        "</tt:Address><tt:Port>0</tt:Port><tt:TTL>0</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>"
        f"<tt:SessionTimeout>PT60S</tt:SessionTimeout></tt:VideoEncoderConfiguration>{ptz}</trt:Profiles>"
    )
