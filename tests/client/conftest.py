"""What the client's tests share."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from netbox_librenms_plugin.librenms.config import ServerConfig

TOKEN = "0123456789abcdef0123456789abcdef"

Server = Callable[..., ServerConfig]


@pytest.fixture
def server() -> Server:
    """Makes the configuration of a server at an address."""

    def make(url: str, **options: object) -> ServerConfig:
        given = {"key": "main", "display_name": "Main site", "token": TOKEN, "timeout": (1.0, 1.0), **options}
        return ServerConfig(url=url, **given)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, in one file."""
    folder = tmp_path_factory.mktemp("tls")
    both, key, cert = folder / "both.pem", folder / "key.pem", folder / "cert.pem"
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here")
    command = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([openssl, *command.split(), "-keyout", key, "-out", cert], check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + cert.read_bytes())
    return both
