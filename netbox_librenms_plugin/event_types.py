"""The event types that NetBox's event rules can be about. NetBox's forms take those that are known when its apps are
loaded, so this imports nothing that needs them."""

from django.utils.translation import gettext_lazy as _
from netbox.events import EVENT_TYPE_KIND_SUCCESS, EVENT_TYPE_KIND_WARNING, EventType, get_event_type

FOUND = "librenms_deviation_found"
CLEARED = "librenms_deviation_cleared"


def register() -> None:
    """Make the event types known to NetBox, once in a process."""
    for event_type in (
        EventType(FOUND, _("LibreNMS deviation found"), kind=EVENT_TYPE_KIND_WARNING),
        EventType(CLEARED, _("LibreNMS deviations cleared"), kind=EVENT_TYPE_KIND_SUCCESS),
    ):
        if get_event_type(event_type.name) is None:
            event_type.register()
