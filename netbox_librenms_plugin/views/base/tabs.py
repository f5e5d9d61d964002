"""The sub-tabs of an object's page: the overview, and one for each resource with its number."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from .object_view import OVERVIEW, BaseObjectSyncView

# What the id of every link to a tab begins with, by which its answer knows that the tabs change too
TAB_ID = "librenms-tab-"


class TabsMixin(BaseObjectSyncView):
    """Builds the sub-tabs."""

    def tabs(self, instance: Any, chosen: str) -> list[dict[str, Any]]:
        """The overview and one sub-tab per resource; its number is what was found when it was last compared, None
        where that is not known. Raises ``ConfigurationError``."""
        resources = self.resources()
        counts = self.recall_counts(instance, list(resources))
        overview = {
            "name": OVERVIEW,
            "label": _("Overview"),
            "active": chosen == OVERVIEW,
            "url": self.url(instance, query=self.server_query()),
            "part": self.url(instance, "overview", query=self.server_query()),
        }
        return [
            overview,
            *(
                {
                    "name": name,
                    "label": resource.label,
                    "active": name == chosen,
                    "resource": True,
                    "count": counts.get(name),
                    "url": self.url(instance, query=self.server_query(tab=name)),
                    "part": self.url(instance, "panel", resource=name, query=self.server_query()),
                }
                for name, resource in resources.items()
            ),
        ]

    @property
    def turned(self) -> bool:
        """Whether a sub-tab was clicked, so that the tabs have to show another one as open."""
        return self.request.headers.get("HX-Trigger", "").startswith(TAB_ID)

    def turned_context(self, instance: Any, chosen: str) -> dict[str, Any]:
        """The tabs, where one was clicked. Raises ``ConfigurationError``."""
        return {"tabs": self.tabs(instance, chosen), "open_tab": chosen} if self.turned else {}
