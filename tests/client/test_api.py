"""Which server LibreNMSAPI talks to."""

from collections.abc import Iterator

import pytest

from netbox_librenms_plugin.librenms.errors import ConfigurationError
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import LibreNMSSettings
from tests.librenms import librenms_servers

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> Iterator[None]:
    entry = {"librenms_url": "http://127.0.0.1:1", "api_token": "x"}
    with librenms_servers({"a": {**entry, "display_name": "Site A"}, "b": entry}):
        yield


def select(key: str) -> None:
    settings = LibreNMSSettings.load()
    settings.selected_server = key
    settings.save()


def test_without_settings_the_first_server_is_used(two: None) -> None:
    api = LibreNMSAPI()
    assert (api.server.key, api.notice) == ("a", "")
    assert not LibreNMSSettings.objects.exists()


def test_the_selected_server_is_used(two: None) -> None:
    select("b")
    api = LibreNMSAPI()
    assert (api.server.key, api.notice) == ("b", "")


def test_a_named_server_comes_before_the_selected_one(two: None) -> None:
    select("b")
    assert LibreNMSAPI("a").server.display_name == "Site A"


def test_a_selected_server_that_is_gone_is_replaced_and_that_is_said(two: None) -> None:
    select("gone")
    api = LibreNMSAPI()
    assert api.server.key == "a"
    assert '"gone"' in api.notice and "Site A" in api.notice


def test_a_named_server_that_is_not_there_is_an_error(two: None) -> None:
    with pytest.raises(ConfigurationError, match='"nope".*a, b'):
        LibreNMSAPI("nope")


def test_no_server_is_an_error_that_says_what_to_do() -> None:
    with librenms_servers({}):
        assert LibreNMSAPI.servers() == {}
        with pytest.raises(ConfigurationError, match="PLUGINS_CONFIG"):
            LibreNMSAPI()


def test_the_older_form_of_the_configuration_works() -> None:
    with librenms_servers({}, librenms_url="http://127.0.0.1:1/librenms/", api_token="x"):
        api = LibreNMSAPI()
        assert (api.server.key, api.bare_key) == ("default", "default")
        assert api.device_url(1) == "http://127.0.0.1:1/librenms/device/1/"


def test_a_change_of_the_configuration_counts_at_once(two: None) -> None:
    assert LibreNMSAPI().server.key == "a"
    with librenms_servers({"c": {"librenms_url": "http://127.0.0.1:2", "api_token": "y"}}):
        assert LibreNMSAPI().server.key == "c"
    assert LibreNMSAPI().server.key == "a"


def test_the_server_of_bare_ids(two: None) -> None:
    assert LibreNMSAPI("b").bare_key == "a"
