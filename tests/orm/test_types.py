"""The built-in types exist in NetBox."""

from dcim.choices import InterfaceTypeChoices

from netbox_librenms_plugin.sync.interfaces import types as interface_types


def test_every_built_in_type_is_a_choice_of_netbox() -> None:
    known = set(InterfaceTypeChoices.values())
    ours = {one.value for one in interface_types._BY_TYPE.values()} | set(interface_types._ETHERNET_BY_SPEED.values())
    assert ours <= known
    assert {interface_types.OTHER, *interface_types.NOT_PHYSICAL} <= known
