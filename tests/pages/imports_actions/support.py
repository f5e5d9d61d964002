"""Somebody who imports, without a browser: fills a basket, looks at the review, presses its buttons."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import HttpResponse
from django.urls import reverse

from netbox_librenms_plugin.models import Run
from tests.factories import client_of
from tests.pages.support import HTMX, inputs, words

APP = "plugins:netbox_librenms_plugin"


class Importer:
    """A person in front of the import's pages."""

    def __init__(self, user: Any) -> None:
        self.client = client_of(user)
        self.review_url = ""

    def choose(self, ids: Iterable[int] = (), *, query: str = "", **form: Any) -> HttpResponse:
        """Press "Review and import" in the list."""
        response = self.client.post(_at("librenms_import_review", query), {"pk": list(ids), **form})
        if response.status_code == 302:
            self.review_url = response["Location"]
        return response

    def review(self, **query: Any) -> str:
        """The review of what was chosen."""
        return self._page(self.review_url, query)

    def table(self, **query: Any) -> str:
        """The review's table alone."""
        return self._page(self.review_url, query, headers=HTMX)

    def totals(self, **query: Any) -> str:
        """What comes with the devices."""
        return self._page(self.review_url.replace("/review/", "/review/totals/"), query, headers=HTMX)

    def members(self, **query: Any) -> str:
        """What is said of the members of stacks."""
        return self._page(self.review_url.replace("/review/", "/review/members/"), query, headers=HTMX)

    @property
    def basket(self) -> str:
        """The name of the basket."""
        return parse_qs(urlsplit(self.review_url).query)["basket"][0]

    def start(self, how: str = "wait", **options: Any) -> HttpResponse:
        """Look at the review and press its button, with all options as they are at first."""
        usual = dict.fromkeys(("chassis", "interfaces", "vlans", "ip_addresses", "cables"), "on")
        shown = {name: value for name, _kind, value in inputs(self.review()) if name == "seen"}
        form = {name: value for name, value in {**usual, **shown, **options}.items() if value}
        return self.client.post(_at("librenms_import_start"), {"basket": self.basket, "how": how, **form})

    def run_page(self, run: Run, **query: Any) -> str:
        """The page of an import."""
        return self._page(run.get_absolute_url(), query)

    def run_rows(self, run: Run, **query: Any) -> str:
        """The fragment with its devices."""
        return self._page(_at("importrun_rows", pk=run.pk), query, headers=HTMX)

    def runs_page(self, **query: Any) -> str:
        """The list of imports."""
        return self._page(_at("importrun_list"), query)

    def press(self, action: str, run: Run) -> HttpResponse:
        """Press "Continue" or "Import the failed ones again"."""
        response = self.client.post(_at(f"importrun_{action}", pk=run.pk))
        if response.status_code == 302 and "/review/" in response["Location"]:
            self.review_url = response["Location"]
        return response

    def _page(self, address: str, query: Any, **options: Any) -> str:
        more = urlencode(query)
        joined = f"{address}{'&' if '?' in address else '?'}{more}" if more else address
        response = self.client.get(joined, **options)
        assert response.status_code == 200, (response.status_code, response.content[:300])
        return response.content.decode()


def body(html: str) -> str:
    """The words of the page's own part, without the form for the table's columns."""
    return words(html[html.index('id="librenms"') :]).partition("Table Configuration")[0]


def _at(name: str, query: str = "", **kwargs: Any) -> str:
    address = reverse(f"{APP}:{name}", kwargs=kwargs or None)
    return f"{address}?{query}" if query else address
