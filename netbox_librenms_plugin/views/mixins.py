"""What views share: the LibreNMS server that a page is about, and what is kept in the cache between two requests."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from ..branching import active_branch
from ..engine import subject_of
from ..librenms.errors import LibreNMSError
from ..librenms.sources import PerDevice
from ..librenms_api import LibreNMSAPI
from ..resources import RESOURCES
from ..tables.row_choices import Chosen
from .address_state import server_key

PREFIX = "netbox_librenms_plugin:page"
# Seconds. Who comes back to a page after half a working day is shown it anew before anything is written.
SEEN_LIFE = 4 * 3600
COUNTS_LIFE = 24 * 3600
CHOICES_LIFE = 3600

_DIGEST = re.compile(r"[0-9a-f]{32}")


class FragmentMixin:
    """For views that answer with a part of a page. It goes before NetBox's permission mixins."""

    request: HttpRequest

    def handle_no_permission(self) -> HttpResponse:
        """A fragment cannot show a login form: the whole page goes there instead."""
        request: Any = self.request
        if getattr(request, "htmx", False) and not request.user.is_authenticated:
            current = urlsplit(request.htmx.current_url or "")
            login = redirect_to_login(f"{current.path}?{current.query}" if current.query else current.path or "/")
            return HttpResponse(headers={"HX-Redirect": login.url})
        response: HttpResponse = super().handle_no_permission()  # type: ignore[misc]
        return response


class LibreNMSAPIMixin:
    """Gives a view ``api``: the server named by ``?server=``, else the selected one."""

    request: HttpRequest

    @property
    def server_key(self) -> str | None:
        """The key in the address, None for the selected server."""
        return server_key(self.request.GET) or None

    @cached_property
    def api(self) -> LibreNMSAPI:
        """The client of the page's server. Raises ``ConfigurationError`` where there is none of that key."""
        return LibreNMSAPI(self.server_key)


@dataclass(frozen=True, slots=True)
class SeenRows:
    """What a person was shown: row key → fingerprint, and the keys that "all that can be synced" stood for."""

    fingerprints: Mapping[str, str]
    matching: Sequence[str]

    @property
    def digest(self) -> str:
        """Names exactly this content, so that it cannot be mistaken for another view of the same rows."""
        content = json.dumps((sorted(self.fingerprints.items()), sorted(self.matching)))
        return hashlib.sha256(content.encode()).hexdigest()[:32]


class CacheMixin(LibreNMSAPIMixin):
    """Fetches LibreNMS's answers anew on demand, and remembers what the person saw of them.

    The answers themselves are cached by ``LibreNMSAPI``, for every user alike; here is what belongs to one person.
    """

    def refresh(self, instance: Any, resources: Sequence[str]) -> None:
        """Ask LibreNMS again who the object is, how it is, and for these resources.

        Raises ``LibreNMSError``. What LibreNMS does not know stays unknown; what it does not give for one of several
        resources shows when that is compared, and keeps nobody from the others.
        """
        librenms_id = self.api.identify(instance, refresh=True).librenms_id
        if librenms_id is None:
            return
        self.api.device(librenms_id, refresh=True)
        in_chassis = self._in_chassis(instance)
        for name in resources:
            with suppress(LibreNMSError):
                self._ask_again(name, librenms_id, in_chassis=in_chassis)

    def refresh_only(self, instance: Any, resource: str) -> None:
        """Ask LibreNMS again for one resource. Raises ``LibreNMSError``."""
        librenms_id = self.api.identify(instance).librenms_id
        if librenms_id is not None:
            self._ask_again(resource, librenms_id, in_chassis=self._in_chassis(instance))

    def _in_chassis(self, instance: Any) -> bool:
        return subject_of(instance, self.request.user).in_chassis

    def _ask_again(self, resource: str, librenms_id: int, *, in_chassis: bool) -> None:
        RESOURCES[resource].ask(PerDevice(self.api, refresh=True), librenms_id, in_chassis=in_chassis)

    def remember(self, instance: Any, resource: str, seen: SeenRows) -> str:
        """Keep what is shown now; the digest goes into the page."""
        digest = seen.digest
        content = {"fingerprints": dict(seen.fingerprints), "matching": list(seen.matching)}
        cache.set(f"{self._place(instance, resource)}:seen:{digest}", json.dumps(content), SEEN_LIFE)
        return digest

    def recall(self, instance: Any, resource: str, digest: str) -> SeenRows | None:
        """What the page with this digest showed; None when that is too long ago, or was never so."""
        stored = cache.get(f"{self._place(instance, resource)}:seen:{digest}") if _DIGEST.fullmatch(digest) else None
        return SeenRows(**json.loads(stored)) if stored else None

    def remember_count(self, instance: Any, resource: str, attention: int) -> None:
        """Keep a sub-tab's number, so that it can be shown while another tab is open."""
        cache.set(f"{self._place(instance, resource)}:attention", attention, COUNTS_LIFE)

    def recall_counts(self, instance: Any, resources: Sequence[str]) -> dict[str, int]:
        """Resource → the number it had when it was last looked at."""
        places = {f"{self._place(instance, name)}:attention": name for name in resources}
        return {places[place]: count for place, count in cache.get_many(list(places)).items()}

    def remember_choices(self, instance: Any, resource: str, chosen: Sequence[Chosen]) -> None:
        """Keep what was decided for rows, so that it also holds where the address does not say it."""
        if self.request.user.is_authenticated:
            cache.set(f"{self._place(instance, resource)}:chosen", [one for one in chosen if one[2]], CHOICES_LIFE)

    def recall_choices(self, instance: Any, resources: Sequence[str]) -> dict[str, Sequence[Chosen]]:
        """Resource → what was decided for its rows within the last hour."""
        if not self.request.user.is_authenticated:
            return {}
        places = {f"{self._place(instance, name)}:chosen": name for name in resources}
        return {places[place]: chosen for place, chosen in cache.get_many(list(places)).items()}

    def _place(self, instance: Any, resource: str) -> str:
        """Everybody sees what he may see, so the place is his own; in every branch of NetBox's objects are others."""
        who, what = self.request.user.pk, f"{instance._meta.model_name}-{instance.pk}"
        return f"{PREFIX}:{who}:{active_branch()}:{what}:{self.api.server.fingerprint}:{resource}"
