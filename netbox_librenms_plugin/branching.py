"""NetBox's branches, where the plugin netbox_branching is installed: a copy of NetBox's tables that is merged later.

Reads and writes go to the active branch by Django's database router; here is only how it is called.
"""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.http.request import HttpHeaders

BRANCHING = "netbox_branching"


def active_branch() -> str:
    """Name of the branch that is read and written now; empty for main, and where there is no branching."""
    if not apps.is_installed(BRANCHING):
        return ""
    branch = import_module(f"{BRANCHING}.contextvars").active_branch.get()
    return "" if branch is None else str(branch.name)


def headers_of(request: Any) -> HttpHeaders:
    """The headers of a request that was copied for a job, in one of which REST names the branch. NetBox's copy has them
    in ``META`` alone, without those that are secret."""
    return HttpHeaders(request.META)


def cookies_of(name: str) -> dict[str, str] | None:
    """The cookies of a request that works in the branch with this name, none for main; None where there is no such
    branch, or it cannot be written to."""
    if not name:
        return {}
    if not apps.is_installed(BRANCHING):
        return None
    branch = apps.get_model(BRANCHING, "Branch").objects.filter(name=name).first()
    if branch is None or not branch.ready:
        return None
    return {import_module(f"{BRANCHING}.constants").COOKIE_NAME: str(branch.schema_id)}


def branch_names() -> list[str]:
    """Names of the branches that can be written to."""
    if not apps.is_installed(BRANCHING):
        return []
    return [one.name for one in apps.get_model(BRANCHING, "Branch").objects.order_by("name") if one.ready]
