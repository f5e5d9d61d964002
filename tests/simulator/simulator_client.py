"""A client of one simulator."""

from __future__ import annotations

import requests

from simulator.server import Simulator


class Client:
    """A client of one simulator with the token of one account."""

    def __init__(self, simulator: Simulator, token: str | None) -> None:
        self._base = f"{simulator.url}/api/v0"
        self._session = requests.Session()
        if token is not None:
            self._session.headers["X-Auth-Token"] = token

    def get(self, path: str, **options: object) -> requests.Response:
        return self.send("GET", path, **options)

    def send(self, method: str, path: str, **options: object) -> requests.Response:
        options = {"allow_redirects": False, "timeout": 20} | options
        return self._session.request(method, self._base + path, **options)  # type: ignore[arg-type]
