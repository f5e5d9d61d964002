"""What helps the demo NetBox to import: which site a location of LibreNMS means, and which role a name."""

from simulator.company import Company
from tools.demo_places import DemoPlaces

# A device at this site needs its site to be chosen
UNMAPPED = "hel1"
# Names by which a role is known; devices with other names need it to be chosen
ROLES = {"*-acc-*": "Access Switch", "*-leaf-*": "Leaf Switch", "*-pdu-*": "PDU"}


def help_import(company: Company, places: DemoPlaces) -> None:
    """Add location mappings and import rules, so that some devices are ready to be imported."""
    from netbox_librenms_plugin.models import ImportRule, LocationMapping

    for place in company.sites:
        if place.code != UNMAPPED:
            LocationMapping.objects.create(librenms_location=place.location, site=places.sites[place.code])
    for pattern, role in ROLES.items():
        ImportRule.objects.create(name=f"{role} by its name", name_pattern=pattern, role=places.roles[role])
