"""What the views about one basket share: whose it is, its server, and the rows as they are now."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ...import_utils.rows import Choice, Row
from ...librenms_api import LibreNMSAPI
from ..base.object_view import query_string
from ..mixins import PREFIX, SEEN_LIFE
from .base import ImportPageView
from .basket import Basket, BasketShelf

MOST_DEVICES = 20_000

# LibreNMS id → resource → number of what LibreNMS knows of it
Counts = dict[int, Mapping[str, int]]


class BasketView(ImportPageView):
    """A view about the basket that the address, or a form, names."""

    @cached_property
    def baskets(self) -> BasketShelf:
        """The user's baskets."""
        return BasketShelf(self.request.user)

    @property
    def basket_name(self) -> str:
        """The name that was given."""
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        return str(data.get("basket", ""))[:50]

    @cached_property
    def basket(self) -> Basket | None:
        """The basket; None when it is not there (any more)."""
        return self.baskets.get(self.basket_name)

    @cached_property
    def api(self) -> LibreNMSAPI:
        """The client of the basket's server, else of that in the address. Raises ``ConfigurationError``."""
        return LibreNMSAPI(self.basket.server if self.basket else self.server_key)

    def keep(self, rows: Sequence[Row], choices: Mapping[int, Choice], *, back: str = "") -> HttpResponse:
        """Put these rows into a new basket, and go to its review."""
        if len(rows) > MOST_DEVICES:
            said = _("At most {n} devices are imported at once, so the others were left out.")
            messages.warning(self.request, said.format(n=MOST_DEVICES))
        chosen = {row.librenms_id: row.fingerprint for row in rows[:MOST_DEVICES]}
        server = self.api.server.key
        name = self.baskets.put(Basket(server=server, expected=chosen, choices=dict(choices), back=back))
        return redirect(self.review_url(name, server))

    def review_url(self, name: str, server: str) -> str:
        """The review of a basket."""
        return self.url("review", query=query_string(basket=name, server=server))

    @property
    def list_url(self) -> str:
        """The import list, filtered as it was."""
        return self.url(query=self.basket.back) if self.basket and self.basket.back else self.server_list_url

    @property
    def server_list_url(self) -> str:
        """The import list of the server, without filters."""
        server = self.basket.server if self.basket else self.server_key or ""
        return self.url(query=query_string(server=server))

    def known_counts(self) -> Counts:
        """What is known of the basket's devices beside themselves, once the totals were looked at."""
        kept: Any = cache.get(f"{PREFIX}:{self.request.user.pk}:basket:{self.basket_name}:beside")
        return kept if isinstance(kept, dict) else {}

    def remember_counts(self, counts: Counts) -> None:
        """Keep the numbers for the basket's other pages."""
        cache.set(f"{PREFIX}:{self.request.user.pk}:basket:{self.basket_name}:beside", counts, SEEN_LIFE)
