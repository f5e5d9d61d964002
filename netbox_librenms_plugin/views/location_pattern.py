"""The preview of a location pattern, as it is typed on the settings page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from utilities.htmx import htmx_partial

from ..forms.location_pattern import FIELD, problem_of_pattern
from ..librenms.errors import LibreNMSError
from ..librenms_api import LibreNMSAPI
from ..site_sync.previewing import Finding, LocationPreview, PreviewRow, Standing, preview
from ..words.labels import field_label
from ..words.matches import matched_by
from .settings import PAGE, SettingsPermissionMixin

TEMPLATE = "netbox_librenms_plugin/htmx/location_pattern.html"
# Standing → words, and the tone that goes with them
STANDINGS: dict[Standing, tuple[Any, str]] = {
    Standing.FOUND: (_("in NetBox"), "quiet"),
    Standing.MISSING: (_("not in NetBox"), "decide"),
    Standing.SEVERAL: (_("several in NetBox"), "broken"),
    Standing.HIDDEN: (_("mapped to something that you may not view"), "broken"),
}
PAGES = {"site": "dcim:site", "location": "dcim:location", "rack": "dcim:rack", "tenant": "tenancy:tenant"}


class LocationPatternView(SettingsPermissionMixin, View):
    """What the pattern in the address would read, for a piece of the settings page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The preview, or why there is none. Nothing is saved."""
        if not htmx_partial(request):
            return redirect(PAGE)
        pattern = request.GET.get(FIELD, "").strip()
        context: dict[str, Any] = {"problem": problem_of_pattern(pattern), "pattern": pattern}
        if not context["problem"]:
            try:
                api = LibreNMSAPI(request.GET.get("selected_server") or None)
                context |= _shown(preview(api, pattern, user=request.user))
            except LibreNMSError as error:
                context["problem"] = error.message
        return render(request, TEMPLATE, context)


def _shown(found: LocationPreview) -> dict[str, Any]:
    return {
        "preview": found,
        "labels": [field_label(group) for group in found.groups],
        "rows": [(row, [_cell(row, group) for group in found.groups]) for row in found.rows],
    }


def _cell(row: PreviewRow, group: str) -> dict[str, Any] | None:
    finding: Finding | None = row.findings.get(group)
    if finding is None:
        return None
    words, tone = STANDINGS[finding.standing]
    ref = finding.ref
    return {
        "name": finding.name,
        "words": words,
        "tone": tone,
        "ref": ref,
        "url": reverse(PAGES[group], args=(ref.id,)) if ref is not None else "",
        "by": matched_by(finding.via) if finding.via in ("mapping", "slug") else "",
    }
