"""What every user can choose for himself; NetBox lists it among the user preferences."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from users.preferences import UserPreference

from .choices import InterfaceNameFieldChoices

NAME_FIELD = "interface_name_field"
NAME_FIELD_PATH = f"plugins.netbox_librenms_plugin.{NAME_FIELD}"

preferences = {
    NAME_FIELD: UserPreference(
        label=_("Interface names from LibreNMS"),
        choices=(("", _("As configured")), *InterfaceNameFieldChoices),
        default="",
        description=_("The LibreNMS column that names an interface when you compare or sync"),
    ),
}


def chosen_name_field(user: Any) -> str | None:
    """The column this user chose, None where he did not (or is not logged in)."""
    if not user.is_authenticated:
        return None
    chosen = user.config.get(NAME_FIELD_PATH)
    return chosen if chosen in InterfaceNameFieldChoices.values() else None


def choose_name_field(user: Any, name_field: str) -> None:
    """Keep this user's choice; anything that is no column means as configured."""
    user.config.set(
        NAME_FIELD_PATH, name_field if name_field in InterfaceNameFieldChoices.values() else "", commit=True
    )
