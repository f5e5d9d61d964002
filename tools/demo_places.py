"""The demo's sites, roles, hardware, platforms, clusters and VLANs in NetBox."""

from typing import Any

from dcim.models import DeviceRole, DeviceType, Manufacturer, Platform, Site
from django.utils.text import slugify
from ipam.models import VLAN, VLANGroup
from virtualization.models import Cluster, ClusterType

from simulator.company import Company, Kind, Model
from simulator.company import Site as Place
from tools.demo_knowledge import MISSING_VLANS

_COLOURS = ("0d6efd", "198754", "dc3545", "6f42c1", "fd7e14", "20c997", "6c757d", "ffc107")


class DemoPlaces:
    """Everything that devices refer to, made once and found again by the company's own words."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self.sites = {place.code: self._site(place) for place in company.sites}
        self.roles = self._roles()
        self.types = self._types()
        self.platforms = self._platforms()
        self.clusters = self._clusters()
        self.vlans = {place.code: self._vlans(place) for place in company.sites}

    def _site(self, place: Place) -> Any:
        site = Site(name=place.name, slug=place.code, facility=place.code.upper(), description=place.location)
        # One site without coordinates, so that there is something to learn from LibreNMS's locations.
        if place is not self._company.sites[-1]:
            site.latitude, site.longitude = round(place.latitude, 6), round(place.longitude, 6)
        site.save()
        return site

    def _roles(self) -> dict[str, Any]:
        of_vms = {node.role for node in self._company.nodes if node.kind is Kind.VM}
        names = sorted({node.role for node in self._company.nodes})
        return {
            name: DeviceRole.objects.create(name=name, slug=slugify(name), color=colour, vm_role=name in of_vms)
            for name, colour in zip(names, _COLOURS, strict=False)
        }

    def _types(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for model in self._models():
            if model.hardware not in found and model.manufacturer:
                found[model.hardware] = self._type(model)
        return found

    def _models(self) -> list[Model]:
        return [node.model for node in self._company.nodes]

    @staticmethod
    def _type(model: Model) -> Any:
        maker, _ = Manufacturer.objects.get_or_create(
            name=model.manufacturer, defaults={"slug": slugify(model.manufacturer)}
        )
        return DeviceType.objects.create(manufacturer=maker, model=model.hardware, slug=slugify(model.hardware))

    def _platforms(self) -> dict[str, Any]:
        names = sorted({model.os for model in self._models()})
        return {name: Platform.objects.create(name=name, slug=slugify(name)) for name in names}

    def _clusters(self) -> dict[str, Any]:
        kind = ClusterType.objects.create(name="Proxmox VE", slug="proxmox-ve")
        return {
            code: Cluster.objects.create(name=f"{code}-cluster", type=kind, scope=site)
            for code, site in self.sites.items()
        }

    def _vlans(self, place: Place) -> dict[int, Any]:
        """The VLANs of one site by number, in a group that is valid at that site only."""
        group = VLANGroup.objects.create(
            name=f"{place.name} VLANs", slug=f"{place.code}-vlans", scope=self.sites[place.code]
        )
        return {
            vlan.vid: VLAN.objects.create(vid=vlan.vid, name=vlan.name, group=group)
            for vlan in self._company.vlans
            if vlan.vid not in MISSING_VLANS.get(place.code, ())
        }
