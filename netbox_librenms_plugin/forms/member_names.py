"""The pattern that names members of a virtual chassis, with an example that follows what is typed."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from ..member_names import member_name
from ..models import LibreNMSSettings

FIELD = "member_name_pattern"
MASTER = "sw-stack-3"
# Position → serial number of the other members in the example
MEMBERS = {2: "FOC2145X0AB", 3: "FOC2145X0AC"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberNames:
    """What a pattern would do: the names of the master and of the others, or the reason why it cannot be used."""

    master: str = MASTER
    others: tuple[str, ...] = ()
    problem: str = ""


def member_names(pattern: str) -> MemberNames:
    """The example for a pattern as somebody types it."""
    try:
        usable = LibreNMSSettings._meta.get_field(FIELD).clean(pattern.strip(), None)
    except ValidationError as error:
        return MemberNames(problem=" ".join(error.messages))
    return MemberNames(
        others=tuple(member_name(usable, name=MASTER, position=at, serial=serial) for at, serial in MEMBERS.items())
    )


class MemberNamesInput(forms.TextInput):
    """A text field with the example below it."""

    template_name = "netbox_librenms_plugin/widgets/member_names.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Ask for a new example when typing pauses."""
        live = {
            "hx-get": reverse("plugins:netbox_librenms_plugin:member_names_preview"),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#member-names",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }
        context: dict[str, Any] = super().get_context(name, value, {**(attrs or {}), **live})
        return context | {"names": member_names(str(value or ""))}
