"""A sync as somebody asked for it over REST, checked against what there is before anything is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from dcim.models import Device
from django.utils.translation import gettext as _

from ..engine import Options, Selection
from ..engine.record import AppliedPlans
from ..librenms_api import LibreNMSAPI
from ..resources import RESOURCES, Resource, chosen_resources
from ..resources.decisions import DecisionKind
from ..sync.core.issues import Code
from .problems import CallProblem


def known_server(key: str | None) -> str | None:
    """The key of a configured server, or None for the selected one."""
    if key is None:
        return None
    known = LibreNMSAPI.servers()
    if known and key not in known:
        sentence = _("No LibreNMS server with the key “{key}” is configured. Choose one of: {known}")
        raise CallProblem("unknown_server", sentence.format(key=key, known=", ".join(known)))
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRequest:
    """What to write: selections by resource, on which server, under which circumstances."""

    selections: Mapping[str, Selection]
    server: str | None
    options: Options
    dry_run: bool

    @classmethod
    def of(cls, body: Mapping[str, Any], instance: Any, user: Any) -> Self:
        """From a validated body. Raises ``CallProblem`` or ``UnknownResourceError`` for what does not exist."""
        virtual = not isinstance(instance, Device)
        # Who names rows means their resources, and who names nothing means all that the object has
        named = body.get("resources") or {*body.get("keys", {}), *body.get("expected", {})}
        resources = chosen_resources(named or None)
        if not named:
            resources = [one for one in resources if one.serves(virtual=virtual)]
        names = [one.name for one in resources]
        for part in ("keys", "expected", "choices"):
            _require_chosen(part, body.get(part, {}), names)
        choices = body.get("choices", {})
        _require_members(choices, instance, user)
        excluded = body.get("exclude_fields", ())
        _require_fields(excluded, resources, virtual=virtual)
        return cls(
            selections={name: _selection(name, body, excluded) for name in names},
            server=known_server(body.get("server")),
            options=Options(choices=choices),
            dry_run=body["dry_run"],
        )

    @property
    def names_rows(self) -> bool:
        """Whether rows were named of which the caller does not say that he saw them."""
        return any(one.keys is not None and one.expected is None for one in self.selections.values())

    def require_known_rows(self, foreseen: AppliedPlans) -> None:
        """Refuse a row that is not in the plan, before anything is written.

        Where the caller sent fingerprints the row was there when he looked; then it is reported with the other rows.
        """
        for name, results in foreseen.results.items():
            unknown = [one.key for one in results if one.issue is not None and one.issue.code is Code.UNKNOWN_KEY]
            if unknown and self.selections[name].expected is None:
                sentence = _("{resource} has no row “{key}” on this object, so nothing was written.")
                raise CallProblem("unknown_key", sentence.format(resource=name, key=unknown[0]), keys=unknown)


def _selection(name: str, body: Mapping[str, Any], excluded: Iterable[str]) -> Selection:
    """Rows by name; with fingerprints alone, the rows they are of."""
    expected = body.get("expected", {}).get(name)
    keys = body.get("keys", {}).get(name)
    if keys is None and expected is not None:
        keys = list(expected)
    return Selection(keys=keys, expected=expected, exclude_fields=tuple(excluded))


def _require_chosen(part: str, by_resource: Mapping[str, Any], names: Iterable[str]) -> None:
    for name in by_resource:
        if name not in names:
            sentence = _("{part} names the resource “{name}”, which is not among the resources to sync.")
            raise CallProblem("unknown_resource", sentence.format(part=part, name=name[:50]))


def _require_fields(excluded: Iterable[str], resources: Iterable[Resource], *, virtual: bool) -> None:
    fields = [one for resource in resources for one in resource.fields(virtual=virtual)]
    known = dict.fromkeys(name for one in fields for name in (one.policy_name, one.name))
    for name in excluded:
        if name not in known:
            sentence = _("There is no field “{name}” to leave out. Choose from: {known}")
            raise CallProblem("unknown_field", sentence.format(name=name, known=", ".join(known)))


def _require_members(choices: Mapping[str, Any], instance: Any, user: Any) -> None:
    """A row can be given to a member of the object's own virtual chassis that the user may view."""
    wanted = {
        choice[one.name]
        for resource, rows in choices.items()
        for one in RESOURCES[resource].decisions
        if one.kind is DecisionKind.MEMBER
        for choice in rows.values()
        if one.name in choice
    }
    if not wanted:
        return
    members = {instance.pk}
    if getattr(instance, "virtual_chassis_id", None):
        chassis = Device.objects.restrict(user, "view").filter(virtual_chassis_id=instance.virtual_chassis_id)
        members |= set(chassis.values_list("pk", flat=True))
    if unknown := sorted(wanted - members):
        sentence = _("Device {id} is not a member of this object's virtual chassis.")
        raise CallProblem("unknown_member", sentence.format(id=unknown[0]))
