"""Sites beside LibreNMS's locations: the page, the question before something is written, and the answer to it."""

from .apply import ApplyView, ConfirmView
from .list import SitesFragmentView, SitesRefreshView, SitesView

# (place below the page's address, view, name)
PARTS = (
    ("", SitesView, "site_location_sync"),
    ("list/", SitesFragmentView, "site_location_sync_list"),
    ("refresh/", SitesRefreshView, "site_location_sync_refresh"),
    ("confirm/", ConfirmView, "site_location_sync_confirm"),
    ("apply/", ApplyView, "site_location_sync_apply"),
)

__all__ = ("PARTS",)
