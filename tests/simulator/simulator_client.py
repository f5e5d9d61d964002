"""A client of one simulator, and where the recordings of a real server are."""

from __future__ import annotations

from pathlib import Path

import requests

from simulator.server import Simulator

SHARED = Path(__file__).resolve().parents[3] / "shared"


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
