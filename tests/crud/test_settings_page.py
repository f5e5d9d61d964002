"""The settings page: what it shows to whom, what it saves, and the connection test."""

import re
from typing import Any

import pytest
from core.models import Job, ObjectChange, ObjectType
from django.test import Client
from extras.models import CustomField, Tag

from netbox_librenms_plugin.librenms.errors import SuspiciousAnswer
from netbox_librenms_plugin.librenms.fleet import NOTEWORTHY
from netbox_librenms_plugin.librenms_api import LibreNMSAPI
from netbox_librenms_plugin.models import FieldPolicy, LibreNMSSettings
from netbox_librenms_plugin.models.settings import UNRECORDED
from simulator.server import Simulator
from tests.factories import admin, client_of, grant, somebody
from tests.imports.fleet import a_worker
from tests.librenms import librenms_servers, server_entry

pytestmark = pytest.mark.django_db

PAGE = "/plugins/librenms_plugin/settings/"
POLICIES = f"{PAGE}policies/"
MODEL = "netbox_librenms_plugin.librenmssettings"
POLICY = "netbox_librenms_plugin.fieldpolicy"
HTMX = {"HX-Request": "true"}
# What the form holds before anybody changed anything
UNCHANGED = {
    "selected_server": "",
    "interface_name_field": "ifName",
    "device_name_source": "sysName",
    "strip_domain": "on",
    "member_name_pattern": "{name}-{position}",
    "cable_label": "",
    "cable_tag": "",
    "times_before_open": "1",
    "unseen_days": "30",
    "fewer_percent": "20",
    "location_tolerance": "50",
    "notes_from": "description",
    "unrecorded_neighbours": "\r\n".join(UNRECORDED.splitlines()),
}


@pytest.fixture
def client(simulator: Simulator) -> Client:
    return client_of(admin())


def shown(client: Client, **query: str) -> str:
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return answer.content.decode()


def chosen(page: str) -> dict[str, str]:
    """Field → value of the radio button that is checked."""
    found = re.findall(r'<input type="radio"[^>]*name="policy-([^"]+)" value="([^"]*)"\s+checked', page)
    return dict(found)


def post_policies(client: Client, *, seen: dict[str, str] | None = None, server: str = "", **values: str) -> Any:
    """Save as a browser does: every field with what was seen and what is chosen now."""
    seen = seen if seen is not None else chosen(shown(client, **({"server": server} if server else {})))
    now = seen | {f"interfaces.{name}": value for name, value in values.items()}
    data = {f"policy-{name}": value for name, value in now.items()}
    data |= {f"initial-policy-{name}": value for name, value in seen.items()}
    return client.post(POLICIES, {**data, "server": server})


def test_the_page_shows_servers_naming_and_all_policies(client: Client) -> None:
    page = shown(client)
    for text in ("Simulated LibreNMS", "Test connection", "Interface names", "VLANs", "MAC address", "Report only"):
        assert text in page
    assert set(chosen(page).values()) == {""}


def test_reading_writes_nothing(client: Client) -> None:
    shown(client)
    assert not LibreNMSSettings.objects.exists()


def test_no_token_is_on_the_page(client: Client, simulator: Simulator) -> None:
    answer = client.get(f"{PAGE}servers/default/test/", headers=HTMX)
    assert simulator.tokens.admin not in shown(client) + answer.content.decode()


def test_server_and_naming_are_saved_with_a_change_log(client: Client) -> None:
    answer = client.post(
        PAGE, UNCHANGED | {"selected_server": "default", "interface_name_field": "ifDescr"}, follow=True
    )
    assert "Settings saved." in answer.content.decode()
    stored = LibreNMSSettings.objects.get()
    assert (stored.selected_server, stored.interface_name_field) == ("default", "ifDescr")
    client.post(PAGE, UNCHANGED | {"interface_name_field": "ifDescr"})
    changes = ObjectChange.objects.filter(changed_object_type__model="librenmssettings").order_by("time")
    assert [one.action for one in changes] == ["create", "update"]
    assert changes[1].prechange_data["selected_server"] == "default"


def test_what_is_compared_and_how_cables_are_made_is_saved(client: Client) -> None:
    tag = Tag.objects.create(name="Found", slug="found")
    page = shown(client)
    for text in ("Names", "Also compare", "Cables", "Link-local addresses", "Host loopback addresses"):
        assert text in page
    said = {"device_name_source": "hostname", "strip_domain": "", "include_link_local": "on"}
    client.post(PAGE, UNCHANGED | said | {"include_loopback": "on", "cable_label": "LLDP", "cable_tag": tag.pk})
    stored = LibreNMSSettings.objects.get()
    assert (stored.device_name_source, stored.strip_domain) == ("hostname", False)
    assert (stored.include_link_local, stored.include_loopback, stored.include_reserved_vlans) == (True, True, False)
    assert (stored.cable_label, stored.cable_tag) == ("LLDP", tag)


def previewed(client: Client, pattern: str) -> str:
    answer = client.get(f"{PAGE}member-names/", {"member_name_pattern": pattern}, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode().strip()


def test_the_page_shows_what_members_would_be_called(client: Client) -> None:
    LibreNMSSettings(member_name_pattern="{name}.{serial}").save()
    page = shown(client)
    assert "sw-stack-3 (master), sw-stack-3.FOC2145X0AB, sw-stack-3.FOC2145X0AC" in page
    assert f'hx-get="{PAGE}member-names/"' in page


def test_the_example_of_member_names_follows_the_pattern(client: Client) -> None:
    assert previewed(client, "{name}-{position}") == "sw-stack-3 (master), sw-stack-3-2, sw-stack-3-3"
    assert previewed(client, " {position}/{name} ") == "sw-stack-3 (master), 2/sw-stack-3, 3/sw-stack-3"
    assert not LibreNMSSettings.objects.exists()


def test_the_example_says_why_a_pattern_cannot_be_used(client: Client) -> None:
    for pattern, said in (
        ("{name}", "Use {position} or {serial}, so that every member has a name of its own."),
        ("{name}-{colour}", "Only {name}, {position} and {serial} can be used in braces."),
        ("", "This field cannot be blank."),
        ("{position}" + "x" * 500, "at most 64 characters"),
    ):
        answer = previewed(client, pattern)
        assert said in answer and "sw-stack-3" not in answer
        assert len(answer) < 300


def test_the_example_is_escaped_and_part_of_the_page(client: Client) -> None:
    assert "<b>" not in previewed(client, "<b>{position}")
    assert "&lt;b&gt;2" in previewed(client, "<b>{position}")
    assert client.get(f"{PAGE}member-names/", {"member_name_pattern": "x"}).url == PAGE


def test_the_pattern_of_member_names_is_saved_if_it_can_be_used(client: Client) -> None:
    page = client.post(PAGE, UNCHANGED | {"member_name_pattern": "{name}"}).content.decode()
    assert page.count("so that every member has a name of its own") == 2  # at the field and in the example
    assert not LibreNMSSettings.objects.exists()
    client.post(PAGE, UNCHANGED | {"member_name_pattern": "{name}_{serial}"})
    assert LibreNMSSettings.objects.get().member_name_pattern == "{name}_{serial}"


def test_a_tag_that_one_may_not_see_cannot_be_chosen(simulator: Simulator) -> None:
    tag = Tag.objects.create(name="Hidden", slug="hidden")
    client_of(somebody("half", {MODEL: ["view", "change"]})).post(PAGE, UNCHANGED | {"cable_tag": tag.pk})
    assert not LibreNMSSettings.objects.exists()


def test_a_shorter_list_is_accepted_where_the_connection_was_tested(client: Client, simulator: Simulator) -> None:
    for number in range(NOTEWORTHY):
        simulator.state.add_device(hostname=f"device-{number}")
    api = LibreNMSAPI()
    assert len(api.devices().value) == NOTEWORTHY
    for number in list(simulator.state.devices)[1:]:
        del simulator.state.devices[number]
    with pytest.raises(SuspiciousAnswer):
        api.devices(refresh=True)
    tested = client.get(f"{PAGE}servers/default/test/", headers=HTMX).content.decode()
    assert f'hx-post="{PAGE}servers/default/accept-fewer/"' in tested
    answer = client.post(f"{PAGE}servers/default/accept-fewer/", headers=HTMX)
    assert "The next lists of Simulated LibreNMS are used" in answer.content.decode()
    assert len(api.devices(refresh=True).value) == 1
    assert client.post(f"{PAGE}servers/elsewhere/accept-fewer/").status_code == 404


def test_saving_without_a_change_writes_nothing(client: Client) -> None:
    answer = client.post(PAGE, UNCHANGED, follow=True)
    assert "Nothing was changed." in answer.content.decode()
    assert not LibreNMSSettings.objects.exists()


def test_a_server_that_is_not_configured_cannot_be_chosen(client: Client) -> None:
    answer = client.post(PAGE, UNCHANGED | {"selected_server": "elsewhere"})
    assert answer.status_code == 200
    assert not LibreNMSSettings.objects.exists()


def test_policies_are_added_changed_and_deleted_and_only_what_changed(client: Client) -> None:
    kept = FieldPolicy.objects.create(resource="interfaces", field="lag", policy="ignore")
    post_policies(client, mtu="report_only")
    row = FieldPolicy.objects.get(field="mtu")
    assert (row.server, row.policy) == ("", "report_only")
    post_policies(client, mtu="ignore")
    post_policies(client, mtu="")
    assert list(FieldPolicy.objects.all()) == [kept]
    changes = ObjectChange.objects.filter(changed_object_type__model="fieldpolicy").order_by("time")
    assert [(one.action, one.changed_object_id) for one in changes] == [
        ("create", row.pk),
        ("update", row.pk),
        ("delete", row.pk),
    ]
    assert changes[1].prechange_data["policy"] == "report_only"


def test_what_somebody_else_changed_meanwhile_is_left_alone(client: Client) -> None:
    seen = chosen(shown(client))
    FieldPolicy.objects.create(resource="interfaces", field="lag", policy="ignore")
    post_policies(client, seen=seen, mtu="report_only")
    assert set(FieldPolicy.objects.values_list("field", "policy")) == {("lag", "ignore"), ("mtu", "report_only")}


def test_one_server_has_policies_of_its_own_and_shows_what_it_inherits(simulator: Simulator) -> None:
    FieldPolicy.objects.create(resource="interfaces", field="mtu", policy="report_only")
    client = client_of(admin())
    with librenms_servers({"a": server_entry(simulator), "b": server_entry(simulator, display_name="Second")}):
        assert "Report only</span>" in shown(client, server="b")
        answer = post_policies(client, server="b", mtu="ignore")
        assert answer.url.endswith("?tab=policies&server=b")
        assert chosen(shown(client, server="b"))["interfaces.mtu"] == "ignore"
        assert chosen(shown(client))["interfaces.mtu"] == "report_only"
        assert client.post(POLICIES, {"server": "elsewhere"}).status_code == 404
    assert FieldPolicy.objects.get(server="b").policy == "ignore"


def test_an_impossible_policy_is_refused(client: Client) -> None:
    assert post_policies(client, mtu="perhaps").status_code == 200
    assert not FieldPolicy.objects.exists()


def test_a_reader_sees_everything_and_can_save_nothing(simulator: Simulator) -> None:
    client = client_of(somebody("reader", {MODEL: ["view"]}))
    page = shown(client)
    assert "Save" not in re.sub(r"<[^>]+>", "", page[page.index("LibreNMS settings") :])
    assert client.post(PAGE, {"selected_server": "default"}).status_code == 403
    assert client.post(POLICIES, {"policy-interfaces.mtu": "ignore"}).status_code == 403
    assert not LibreNMSSettings.objects.exists() and not FieldPolicy.objects.exists()


def test_who_may_change_settings_needs_netboxs_permission_for_policies_too(simulator: Simulator) -> None:
    client = client_of(somebody("half", {MODEL: ["view", "change"]}))
    assert "permissions on field policies" in shown(client)
    seen = chosen(shown(client))
    assert "so none was saved" in post_policies(client, seen=seen, mtu="ignore").content.decode()
    assert not FieldPolicy.objects.exists()


def test_a_row_outside_the_constraints_saves_none_of_them(simulator: Simulator) -> None:
    user = somebody("narrow", {POLICY: ["view", "add", "change", "delete"]}, constraints={"field": "mtu"})
    grant(user, MODEL, "view", "change")
    client = client_of(user)
    post_policies(client, mtu="ignore", lag="ignore")
    assert not FieldPolicy.objects.exists()
    post_policies(client, mtu="ignore")
    assert FieldPolicy.objects.get().field == "mtu"


def test_settings_outside_the_constraints_are_not_saved(simulator: Simulator) -> None:
    user = somebody("narrow", {MODEL: ["view", "change"]}, constraints={"interface_name_field": "ifName"})
    answer = client_of(user).post(PAGE, UNCHANGED | {"interface_name_field": "ifDescr"})
    assert answer.status_code == 200
    assert "permissions violation" in answer.content.decode()
    assert not LibreNMSSettings.objects.exists()


def test_without_a_server_the_page_shows_how_to_configure_one(simulator: Simulator) -> None:
    with librenms_servers({}):
        page = shown(client_of(admin()))
    assert "No LibreNMS server is configured" in page
    assert "PLUGINS_CONFIG" in page


def test_what_is_odd_in_the_configuration_is_said(simulator: Simulator) -> None:
    LibreNMSSettings(selected_server="gone").save()
    with librenms_servers({"a": server_entry(simulator, colour="blue")}):
        page = shown(client_of(admin()))
    assert "gone" in page and "no longer configured" in page
    assert "the unknown key &quot;colour&quot; is ignored" in page


def test_a_broken_configuration_does_not_break_the_page(simulator: Simulator) -> None:
    with librenms_servers({"a": {"librenms_url": "ftp://x", "api_token": "y"}}):
        page = shown(client_of(admin()))
    assert "must be an address" in page


def connection_test(client: Client, server: str = "default") -> str:
    answer = client.get(f"{PAGE}servers/{server}/test/", headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_connection_test_says_what_works(client: Client) -> None:
    text = connection_test(client)
    for part in ("API works", "LibreNMS 26.7", " ms", "may read all devices", "Gives the VLANs of ports"):
        assert part in text


def test_the_connection_test_says_what_does_not(simulator: Simulator) -> None:
    client = client_of(somebody("reader", {MODEL: ["view"]}))
    simulator.user_devices = {simulator.state.add_device(hostname="switch")}
    with librenms_servers({"default": server_entry(simulator, token=simulator.tokens.user)}):
        assert "may read some devices only" in connection_test(client)
    with librenms_servers({"default": server_entry(simulator, token="wrong")}):
        text = connection_test(client)
        assert "Reachable, but the API cannot be used" in text and "does not accept the API token" in text
    with librenms_servers({"default": server_entry(simulator, librenms_url="http://127.0.0.1:9")}):
        assert "Not reachable" in connection_test(client)


def test_the_connection_test_of_no_server_is_not_there(client: Client) -> None:
    assert client.get(f"{PAGE}servers/elsewhere/test/", headers=HTMX).status_code == 404
    assert client.get(f"{PAGE}servers/default/test/").url == PAGE


class TestWebhook:
    SECRET = "known-to-LibreNMS-alone"
    URL = f"{PAGE}servers/default/webhook-test/"

    def test_what_to_enter_in_librenms_can_be_copied(self, simulator: Simulator) -> None:
        servers = {
            "default": server_entry(simulator, webhook_secret=self.SECRET),
            "silent": server_entry(simulator),
            "lost": server_entry(simulator, webhook_secret={"env": "NO_SUCH_VARIABLE"}),
        }
        with librenms_servers(servers):
            page = shown(client_of(admin()), tab="servers")
        for key in servers:
            assert f"http://testserver/api/plugins/librenms_plugin/hook/{key}/" in page
        assert "device_id={{ $device_id }}" in page and "X-LibreNMS-Secret=" in page
        assert page.count("secret configured") == 2 and page.count("no secret configured") == 1
        assert "The environment variable NO_SUCH_VARIABLE holds no secret that can be used" in page
        assert self.SECRET not in page

    def test_the_way_of_a_call_is_looked_at(self, simulator: Simulator) -> None:
        client = client_of(admin())
        said = client.post(self.URL, headers=HTMX).content.decode()
        assert "No secret is configured, so every call is refused." in said
        assert "No background worker is running" in said and "would have no effect now" in said
        assert "LibreNMS has not called in the last day." in said
        with librenms_servers({"default": server_entry(simulator, webhook_secret=self.SECRET)}), a_worker():
            client.post(
                "/api/plugins/librenms_plugin/hook/default/",
                "hostname=x&device_id=5",
                content_type="text/plain",
                headers={"X-LibreNMS-Secret": self.SECRET},
            )
            said = client.post(self.URL, headers=HTMX).content.decode()
        assert "A secret is configured." in said and "1 background worker takes the" in said
        assert "become one comparison" in said and "would come" in said and "ago." in said
        assert self.SECRET not in said

    def test_looking_asks_nobody_and_writes_nothing(self, simulator: Simulator) -> None:
        simulator.requests.clear()
        client_of(admin()).post(self.URL, headers=HTMX)
        assert not simulator.requests and not Job.objects.exists()

    def test_who_may_only_look_is_offered_no_test(self, simulator: Simulator) -> None:
        client = client_of(somebody("reader", {MODEL: ["view"]}))
        assert "webhook-test" not in shown(client, tab="servers")
        assert client.post(self.URL, headers=HTMX).status_code == 403

    def test_of_no_server_there_is_none(self, client: Client) -> None:
        assert client.post(f"{PAGE}servers/gone/webhook-test/", headers=HTMX).status_code == 404


def test_what_monitoring_says_is_compared_as_chosen(client: Client) -> None:
    made = CustomField.objects.create(name="os_version", type="text", label="System")
    made.object_types.set([ObjectType.objects.get_by_natural_key("dcim", "device")])
    assert "System" in shown(client) and "Decommissioning" in shown(client)
    chosen = {"os_version_in": "field:os_version", "status_map_up": "active", "status_map_down": "offline"}
    assert client.post(PAGE, UNCHANGED | chosen).status_code == 302
    held = LibreNMSSettings.load()
    assert (held.os_version_in, held.status_map) == ("field:os_version", {"up": "active", "down": "offline"})
    for wrong in ({"os_version_in": "field:none"}, {"status_map_up": "nonsense"}):
        assert "Select a valid choice" in client.post(PAGE, UNCHANGED | chosen | wrong).content.decode()
    assert LibreNMSSettings.load().status_map == held.status_map


def test_what_librenms_keeps_in_step_is_chosen(client: Client) -> None:
    chosen = {"kept_fields_notes": "fill_if_empty", "monitoring_map_offline": "disabled", "notes_from": "comments"}
    assert client.post(PAGE, UNCHANGED | chosen).status_code == 302
    held = LibreNMSSettings.load()
    assert (held.kept_fields, held.monitoring_map, held.notes_from) == (
        {"notes": "fill_if_empty"},
        {"offline": "disabled"},
        "comments",
    )
    assert "Nothing was changed." in client.post(PAGE, UNCHANGED | chosen, follow=True).content.decode()
    # LibreNMS's API cannot change it
    wrong = {"kept_fields_display": "netbox_wins"}
    assert "Select a valid choice" in client.post(PAGE, UNCHANGED | chosen | wrong).content.decode()
