"""Console ports, as LibreNMS's serial ports would be in NetBox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from netbox_librenms_plugin.librenms.records import Port, Snapshot
from netbox_librenms_plugin.sync.core.compare import Field, Rules
from netbox_librenms_plugin.sync.core.identity import Matcher
from netbox_librenms_plugin.sync.core.normalise import text
from netbox_librenms_plugin.sync.core.plan import Found, Ref, Wanted

RESOURCE = "console_ports"
FIELDS = (Field(name="name", required=True), Field(name="label"), Field(name="type"))
# IANA ifType
SERIAL = "rs232"
PLUG = "rj-45"
RULES = Rules(
    resource=RESOURCE,
    fields=FIELDS,
    matchers=(Matcher("name", lambda found: found.name.casefold(), lambda wanted: wanted.name.casefold()),),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePortContext:
    """What is known of the device; ``plugs`` are those that a person chose: row key → type."""

    owner: Ref
    plugs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePortReading:
    """What NetBox holds for one device."""

    found: Sequence[Found]
    context: ConsolePortContext


def wanted_console_ports(snapshot: Snapshot, context: ConsolePortContext) -> list[Wanted]:
    """One for each serial port."""
    return [_wanted(port, context) for port in snapshot.ports if is_serial(port)]


def is_serial(port: Port) -> bool:
    """Whether a port is a console port."""
    return port.if_type == SERIAL


def _wanted(port: Port, context: ConsolePortContext) -> Wanted:
    key, name = f"port-{port.port_id}", text(port.if_name)
    plug = context.plugs.get(key) or context.plugs.get("*") or PLUG
    return Wanted(
        key=key,
        name=name,
        owner=context.owner,
        librenms_id=port.port_id,
        values={"name": name, "label": text(port.if_alias), "type": plug},
    )
