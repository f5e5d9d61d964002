"""NetBox on a port and Chromium to look at it: what the browser tests stand on."""

import os
import re
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from playwright.sync_api import Browser, ConsoleMessage, Page, Route

SCREENSHOTS = Path(__file__).resolve().parents[1] / ".dev" / "screenshots"
# Beyond headless: a test talks to loopback only, so Chromium may not look for updates or accounts.
CHROMIUM_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# The plugin's own parts of a page of NetBox
OURS = (
    *("#librenms", ".librenms-monitoring", ".librenms-page-tabs", ".librenms-widget"),
    "#htmx-modal.show .modal-content",
)
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    # About whole pages, which are NetBox's
    "rules": {name: {"enabled": False} for name in ("region", "heading-order", "page-has-heading-one")},
}

# What Chromium and HTMX write into the console where a request comes to nothing
FAILED_REQUEST = ("Failed to load resource", "Response Status Error Code", "htmx:sendError", "htmx:timeout")
# HTMX writes this down as errors too: another request took the place of one
REPLACED_REQUEST = ("htmx:abort", "htmx:sendAbort", "htmx:afterRequest")
# An answer came for rows that another list has replaced meanwhile
ROWS_GONE = "htmx:oobErrorNoTarget"

# Milliseconds after which something that should be on the page is held to be missing
PATIENCE = 60_000


def chromium() -> str | None:
    """Path of Chromium on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@contextmanager
def chromium_browser(executable: str) -> Iterator["Browser"]:
    """A running Chromium. Playwright runs an event loop in this thread, in which Django would refuse to use the
    database unless it is told that this is fine."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    _close_connections()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_OPTIONS))
            yield browser
            browser.close()
            _close_connections()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        if before is not None:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def _close_connections() -> None:
    """Django keeps the connections of code inside an event loop apart from the others, and sees only one kind.

    Those that are out of sight must be closed before: renewing the database would cut them off.
    """
    from django.db import connections

    connections.close_all()


@contextmanager
def served() -> Iterator[str]:
    """NetBox behind a real web server in a thread, static files included; the address without a slash at its end."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    try:
        # The first answer of a process takes seconds: addresses, templates and static files are read for it
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}/login/", timeout=120).read()
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.terminate()


def renew_database(template: str = "") -> None:
    """Throw away what a test committed: the test database becomes a copy of its template again, or of another database.

    Emptying NetBox's tables would take longer, and what migrations put into them would be gone.
    """
    from django.db import connection

    _copy(template or connection.settings_dict["TEST"]["TEMPLATE"], connection.settings_dict["NAME"])


def keep_database(name: str) -> None:
    """A database of this name becomes a copy of the test database as it is."""
    from django.db import connection

    _copy(connection.settings_dict["NAME"], name)


def drop_database(name: str) -> None:
    """Take such a copy away."""
    from django.db import connection

    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _copy(template: str, name: str) -> None:
    from django.db import connection

    _close_connections()
    drop_database(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def slow_down(page: "Page", times: float) -> None:
    """Let scripts of the page take so many times as long, as on somebody's old computer."""
    if times > 1:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})


class Visitor:
    """A person in front of a page: logs in, looks, and leaves pictures."""

    def __init__(self, page: "Page", address: str, test: str) -> None:
        self.page = page
        self.address = address
        self.errors: list[str] = []
        self._test = re.sub(r"\W+", "-", test)
        self._expected: tuple[str, ...] = REPLACED_REQUEST
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message: "ConsoleMessage") -> None:
        """What the browser itself complains of, but for what the test makes it complain of."""
        if message.type == "error" and not message.text.startswith(self._expected):
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def expect_errors(self, *beginnings: str) -> None:
        """This test does what the browser writes down in the console, such as letting requests fail."""
        self._expected = (*self._expected, *beginnings)

    def log_in(self, user: "AbstractBaseUser") -> None:
        """Have the session of this user, as after the login form."""
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        entry: Any = {"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.address}
        self.page.context.add_cookies([entry])

    def open(self, path: str) -> None:
        """Go to a path of NetBox, such as "/dcim/devices/"."""
        self.page.goto(f"{self.address}{path}")

    def settle(self) -> None:
        """Wait until HTMX has put in what came and made it work: what is typed before that is lost."""
        busy = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
        self.page.wait_for_function(f"!document.querySelector('{busy}')")

    def choose_in_header(self, name: str) -> None:
        """Press an entry of the menu of an object's tab, once everything has come, and by key: under the mouse a menu
        that is just being placed lets go of what was pressed."""
        from playwright.sync_api import expect

        expect(self.page.locator("#librenms-match")).to_be_visible()
        self.settle()
        self.page.locator("#librenms-match").click()
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).press("Enter")

    def screenshot(self, name: str, *, full: bool = True) -> Path:
        """Leave a picture in .dev/screenshots/, named after the test, of a page that nobody is kept out of."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{self._test}-{name}.png"
        self.page.screenshot(path=path, full_page=full)
        found = self.barriers()
        if found:
            # What is asked for anew is faint meanwhile
            self.settle()
            found = self.barriers()
        assert not found, f"{name}: {found}"
        return path

    def barriers(self) -> list[str]:
        """What axe-core finds in the plugin's part of the page and in an open modal: rule, element, and why."""
        from axe_playwright_python.sync_playwright import Axe

        parts = [part for part in OURS if self.page.locator(part).count()]
        if not parts:
            return []
        results = Axe().run(self.page, context={"include": [[part] for part in parts]}, options=AXE)
        return [
            f"{rule['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
            for rule in results.response["violations"]
            for node in rule["nodes"]
        ]


class Gate:
    """Holds requests of one kind until it is opened."""

    def __init__(self, page: "Page", pattern: "str | re.Pattern[str]") -> None:
        self.waiting: "list[Route]" = []
        self.open = False
        page.route(pattern, self._come)

    def _come(self, route: "Route") -> None:
        if self.open:
            route.continue_()
        else:
            self.waiting.append(route)

    def let_through(self) -> None:
        self.open = True
        while self.waiting:
            self.waiting.pop(0).continue_()


def wait_for(page: "Page", ready: Callable[[], bool]) -> None:
    """Give the browser a minute until something is so."""
    for _ in range(600):
        if ready():
            return
        page.wait_for_timeout(100)
    raise AssertionError("It did not come")


def toast(page: "Page", text: str) -> None:
    """One of the toasts that are shown says so."""
    from playwright.sync_api import expect

    expect(page.locator("#django-messages .toast", has_text=text).first).to_be_visible()
