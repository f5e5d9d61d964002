"""The part of the settings page about LibreNMS's calls: what to enter there, and whether they would come through.

The secret itself is shown to nobody.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.generic import View

from ..deviations.notices import last_heard
from ..librenms.config import ServerConfig, configured_servers
from ..librenms.errors import ConfigurationError
from ..runs.queue import workers_for_runs
from .network import NetworkPermissionMixin

PAGE = "plugins:netbox_librenms_plugin:settings"
ADDRESS = "plugins-api:netbox_librenms_plugin-api:hook"
HEADER = "X-LibreNMS-Secret"
BODY = "device_id={{ $device_id }}"
KEPT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """What to enter in LibreNMS. ``configured``: NetBox has a secret for the server; ``problem``: why it has none
    although one is configured."""

    address: str
    header: str
    body: str
    configured: bool
    problem: str

    @classmethod
    def of(cls, server: ServerConfig, request: HttpRequest) -> Self:
        """For the NetBox that the page was asked of."""
        address = request.build_absolute_uri(reverse(ADDRESS, kwargs={"server": server.key}))
        problem = ""
        if server.webhook_secret is not None:
            try:
                server.webhook_secret.read()
            except ConfigurationError as error:
                problem = error.message
        return cls(
            address=address,
            header=HEADER,
            body=BODY,
            configured=server.webhook_secret is not None and not problem,
            problem=problem,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Whether a call would come through: there is a secret, the cache holds notices back that come too soon, and a
    worker takes jobs. ``heard``: when LibreNMS called last."""

    webhook: Webhook
    holds_back: bool
    workers: int
    heard: datetime | None

    @property
    def works(self) -> bool:
        """Whether nothing is missing."""
        return self.webhook.configured and self.holds_back and self.workers > 0


class WebhookTestView(NetworkPermissionMixin, View):
    """A look at the way that a call takes. Nothing is sent, and nothing is compared."""

    def get(self, request: HttpRequest, server: str) -> HttpResponse:
        """There is nothing to look at here."""
        return redirect(PAGE)

    def post(self, request: HttpRequest, server: str) -> HttpResponse:
        """Say what works, as a piece of the page."""
        try:
            configured = configured_servers().get(server)
        except ConfigurationError:
            configured = None
        if configured is None:
            raise Http404
        report = Report(
            webhook=Webhook.of(configured, request),
            holds_back=_holds_back(),
            workers=workers_for_runs(),
            heard=last_heard(server),
        )
        context: dict[str, Any] = {"report": report}
        return render(request, "netbox_librenms_plugin/htmx/webhook_test.html", context)


def _holds_back() -> bool:
    """Whether the cache lets one of two in, as it has to where many processes share it."""
    place = f"netbox_librenms_plugin:notices-test:{uuid.uuid4().hex}"
    first, second = cache.add(place, 1, KEPT), cache.add(place, 1, KEPT)
    cache.delete(place)
    return bool(first) and not second
