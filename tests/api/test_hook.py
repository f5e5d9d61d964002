"""``POST hook/<server>/``: LibreNMS's alerts have their device compared again. Who does not know the secret learns
nothing; who does needs nothing but the device's ID."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from core.models import Job, ObjectType
from dcim.models import Device
from django.core.cache import cache
from django.test import Client, override_settings
from extras.models import EventRule, Notification, NotificationGroup

from netbox_librenms_plugin.deviations import notices
from netbox_librenms_plugin.event_types import FOUND
from netbox_librenms_plugin.jobs import CompareNoticedJob
from netbox_librenms_plugin.models import Cause, ComparedObject, Deviation, LibreNMSSettings
from simulator.server import Simulator
from tests.deviations.support import compare_network
from tests.factories import admin, client_of, make_device, make_interface, make_vm, somebody, token_header
from tests.librenms import add_switch, librenms_servers, server_entry

from .support import ROOT, counted_queries

pytestmark = pytest.mark.django_db

SECRET = "known-to-LibreNMS-alone"
HOOK = f"{ROOT}/hook/default/"
KNOWN = {"X-LibreNMS-Secret": SECRET}


@pytest.fixture(autouse=True)
def nms(simulator: Simulator) -> Iterator[Simulator]:
    """A server that may call, and one that may not."""
    may = server_entry(simulator, webhook_secret=SECRET)
    with librenms_servers({"default": may, "silent": server_entry(simulator)}):
        yield simulator


def call(body: bytes | str = "device_id=5", *, kind: str = "text/plain", path: str = HOOK, **headers: str) -> Any:
    """As LibreNMS calls: without a cookie, a token or a CSRF token."""
    client = Client(enforce_csrf_checks=True)
    return client.generic("POST", path, body, content_type=kind, headers=headers or KNOWN)


def jobs() -> list[Job]:
    return list(Job.objects.filter(data__librenms=notices.NAME).order_by("pk"))


def work(job: Job) -> None:
    """Do a job as a worker does it."""
    job.refresh_from_db()
    later = job.scheduled is not None
    CompareNoticedJob.handle(job, server=job.data["server"], later=later)
    assert job.status == "completed", job.error


def let_the_pause_pass(server: str = "default") -> None:
    """As it is when everything that is known was so much earlier."""
    known = notices.Notices.of(server)
    for moments in (known.due, known.begun):
        for name in moments:
            moments[name] -= notices.PAUSE + 2
    known.keep(server)


def differing(nms: Simulator, name: str = "sw") -> tuple[Device, int]:
    """A linked device with another MTU in LibreNMS."""
    device_id = add_switch(nms.state, 2, hostname=name, vlans=())
    device = make_device(name, librenms_id=device_id)
    port = next(one for one in nms.state.ports.values() if one["device_id"] == device_id and one["ifMtu"] == 1500)
    make_interface(device, port["ifName"], mtu=9000)
    return device, device_id


class TestCalling:
    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("text/plain", "device_id=5"),
            ("text/plain; charset=utf-8", "state=1\ndevice_id=5"),
            ("application/x-www-form-urlencoded", "state=1&device_id=5"),
            ("application/json", '{"device_id": 5}'),
            ("application/json", '{"device_id": "5", "msg": "a "quoted" word"}'),
            ("text/xml", "device_id=5"),
            ("no/such-thing; boundary", "device_id=5"),
            ("", "device_id=5"),
        ],
    )
    def test_every_content_type(self, kind: str, body: str) -> None:
        answer = call(body, kind=kind)
        assert (answer.status_code, answer.json()) == (202, {"detail": "Accepted."})
        assert list(notices.Notices.of("default").due) == ["5"]
        (job,) = jobs()
        assert (job.user, job.data) == (None, {"librenms": "notices", "server": "default"})

    def test_whatever_answer_the_caller_would_like(self) -> None:
        assert call(**KNOWN, Accept="text/html").status_code == 202
        assert call(**KNOWN, Accept="nonsense").json() == {"detail": "Accepted."}

    @pytest.mark.parametrize(
        "body",
        [b"", b"hostname=core", b'{"device_id": 0}', b"[" * 60_000, b"\xff" * 100, b"device_id=5&x=" + b"x" * 70_000],
    )
    def test_a_body_without_a_device_or_too_large_does_nothing(self, body: bytes) -> None:
        assert call(body).json() == {"detail": "Accepted."}
        assert not jobs() and not notices.waiting("default")

    @pytest.mark.parametrize("required", [True, False])
    def test_it_needs_no_login(self, required: bool) -> None:
        with override_settings(LOGIN_REQUIRED=required):
            assert call().status_code == 202

    def test_other_methods_do_nothing(self) -> None:
        for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"):
            assert Client().generic(method, HOOK, "device_id=5", headers=KNOWN).status_code == 405, method
        assert not jobs()

    def test_what_waits_costs_no_query(self) -> None:
        call("device_id=5")
        with counted_queries() as captured:
            call("device_id=5")
            call("device_id=6")
        assert captured == []


class TestRefusing:
    REFUSED = {"detail": "Forbidden.", "code": "forbidden"}

    @pytest.mark.parametrize(
        ("path", "headers"),
        [
            (HOOK, {"X-LibreNMS-Secret": "known-to-LibreNMS-alonE"}),
            (HOOK, {"X-LibreNMS-Secret": ""}),
            (HOOK, {"X-LibreNMS-Secret": SECRET[:-1]}),
            (HOOK, {"X-LibreNMS-Secret": "é" * 300}),
            (HOOK, {"X-Other": SECRET}),
            (f"{ROOT}/hook/silent/", KNOWN),
            (f"{ROOT}/hook/silent/", {"X-LibreNMS-Secret": ""}),
            (f"{ROOT}/hook/no-such-server/", KNOWN),
            (f"{ROOT}/hook/<script>/", KNOWN),
            (f"{HOOK}?X-LibreNMS-Secret={SECRET}", {"X-Other": "1"}),
        ],
    )
    def test_the_answer_is_always_the_same(self, path: str, headers: dict[str, str]) -> None:
        answer = call(path=path, **headers)
        assert (answer.status_code, answer.json()) == (403, self.REFUSED)
        assert not jobs() and not notices.waiting("default")

    def test_no_user_takes_the_place_of_the_secret(self) -> None:
        assert client_of(admin()).post(HOOK, {"device_id": 5}).status_code == 403
        answer = call(**token_header(admin()))
        assert (answer.status_code, answer.json()) == (403, self.REFUSED)

    def test_nothing_is_looked_up_before_the_secret_is_known(self) -> None:
        with counted_queries() as captured:
            call(**{"X-LibreNMS-Secret": "wrong"})
        assert captured == []

    def test_a_broken_configuration_refuses_everybody(self, nms: Simulator) -> None:
        with librenms_servers({"default": {"librenms_url": "nonsense", "webhook_secret": SECRET}}):
            assert call().json() == self.REFUSED


class TestWhereTheSecretIs:
    def configured(self, nms: Simulator, secret: Any) -> int:
        with librenms_servers({"default": server_entry(nms, webhook_secret=secret)}):
            return int(call().status_code)

    def test_in_the_environment(self, nms: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.configured(nms, {"env": "HOOK_SECRET"}) == 403
        monkeypatch.setenv("HOOK_SECRET", SECRET)
        assert self.configured(nms, {"env": "HOOK_SECRET"}) == 202
        monkeypatch.setenv("HOOK_SECRET", "")
        assert self.configured(nms, {"env": "HOOK_SECRET"}) == 403

    def test_in_a_file(self, nms: Simulator, tmp_path: Path) -> None:
        file = tmp_path / "secret"
        assert self.configured(nms, {"file": str(file)}) == 403
        file.write_text(f"{SECRET}\n")
        assert self.configured(nms, {"file": str(file)}) == 202
        for content in (b"", b"short", b"\xff" * 40, b"x" * 300):
            file.write_bytes(content)
            assert self.configured(nms, {"file": str(file)}) == 403


class TestComparing:
    def test_the_device_is_compared_and_nothing_else(self, nms: Simulator) -> None:
        device, device_id = differing(nms)
        _other, other_id = differing(nms, "other")
        call(f"device_id={device_id}")
        nms.requests.clear()
        work(jobs()[0])
        (compared,) = ComparedObject.objects.all()
        assert (compared.object_id, compared.librenms_id) == (device.pk, device_id)
        assert {"interfaces", "vlans", "ip_addresses", "cables"} <= set(compared.checks)
        assert Deviation.objects.get(field="mtu").state == "open"
        assert Cause.objects.get(field="mtu").open == 1
        asked = [one.path for one in nms.requests]
        assert any(f"/devices/{device_id}/ports" in one for one in asked)
        assert not [one for one in asked if f"/devices/{other_id}" in one or one.endswith("/api/v0/ports")]
        (job,) = jobs()
        assert job.data["counts"]["objects"] == 1
        assert [one["level"] for one in job.log_entries] == ["info"]

    def test_what_is_mended_is_resolved(self, nms: Simulator) -> None:
        device, device_id = differing(nms)
        compare_network(complete=True)
        assert Cause.objects.get(field="mtu").open == 1
        device.interfaces.update(mtu=1500)
        call(f"device_id={device_id}")
        work(jobs()[0])
        assert Deviation.objects.get(field="mtu").state == "resolved"
        assert Cause.objects.get(field="mtu").open == 0

    def test_virtual_machines_too(self, nms: Simulator) -> None:
        guest = nms.state.add_device(hostname="guest")
        machine = make_vm("guest", librenms_id=guest)
        call(f"device_id={guest}")
        work(jobs()[0])
        assert ComparedObject.objects.get().object_id == machine.pk

    @pytest.mark.parametrize("linked", [False, True])
    def test_a_device_that_netbox_or_librenms_does_not_have(self, nms: Simulator, linked: bool) -> None:
        make_device("sw", librenms_id=999 if linked else None)
        add_switch(nms.state, 2)
        call("device_id=999")
        work(jobs()[0])
        assert ComparedObject.objects.count() == linked
        assert list(Deviation.objects.values_list("reason", flat=True)) == ["not_in_librenms"] * linked

    def test_what_librenms_does_not_answer_is_no_agreement(self, nms: Simulator) -> None:
        _device, device_id = differing(nms)
        nms.faults.add("/devices", "status", status=500)
        call(f"device_id={device_id}")
        work(jobs()[0])
        compared = ComparedObject.objects.get()
        assert compared.problem["code"] and compared.checks == {}
        assert jobs()[0].data["counts"]["not_compared"] == 1

    def test_event_rules_are_told_as_often_as_the_settings_say(self, nms: Simulator) -> None:
        _device, device_id = differing(nms)
        LibreNMSSettings(times_before_open=2).save()
        group = NotificationGroup.objects.create(name="watchers")
        group.users.add(somebody("watcher", {"dcim.device": ["view"]}))
        rule = EventRule.objects.create(
            name="deviations",
            event_types=[FOUND],
            action_type="notification",
            action_object_type=ObjectType.objects.get_for_model(NotificationGroup),
            action_object_id=group.pk,
        )
        rule.object_types.add(ObjectType.objects.get_for_model(Device))
        call(f"device_id={device_id}")
        work(jobs()[0])
        assert Deviation.objects.get(field="mtu").state == "pending" and not Notification.objects.exists()
        let_the_pause_pass()
        call(f"device_id={device_id}")
        work(jobs()[1])
        assert Deviation.objects.get(field="mtu").state == "open"
        assert Notification.objects.get().event_type == FOUND

    def test_a_server_that_is_gone_has_nothing_waiting(self, nms: Simulator) -> None:
        call()
        (job,) = jobs()
        known = notices.Notices.of("default")
        with librenms_servers({"other": server_entry(nms)}):
            known.keep("default")
            CompareNoticedJob.handle(job, server="default")
            assert notices.waiting("default") == 0
        assert job.status == "failed" and "default" in job.error


class TestBringingTogether:
    def test_many_calls_are_one_job(self) -> None:
        for device_id in (5, 5, 6, 7, 5):
            call(f"device_id={device_id}")
        assert len(jobs()) == 1 and notices.waiting("default") == 3
        work(jobs()[0])
        assert notices.waiting("default") == 0

    def test_what_comes_soon_after_is_compared_once_more_when_the_pause_is_over(self, nms: Simulator) -> None:
        device, device_id = differing(nms)
        call(f"device_id={device_id}")
        work(jobs()[0])
        assert Deviation.objects.get(field="mtu").state == "open"
        device.interfaces.update(mtu=1500)
        for _again in range(3):
            call(f"device_id={device_id}")
        _first, second = jobs()
        known, name = notices.Notices.of("default"), str(device_id)
        assert second.scheduled.timestamp() > known.due[name] == known.begun[name] + notices.PAUSE
        # Too early there is nothing to do, and it comes again
        work(second)
        assert Deviation.objects.get(field="mtu").state == "open"
        assert len(jobs()) == 3
        let_the_pause_pass()
        work(jobs()[2])
        assert Deviation.objects.get(field="mtu").state == "resolved"
        assert notices.waiting("default") == 0 and len(jobs()) == 3

    def test_what_comes_while_it_is_compared_is_not_lost(self) -> None:
        call("device_id=5")
        notices.begin("default", later=False)
        assert notices.take("default", more=True) == [5]
        call("device_id=5")
        call("device_id=6")
        assert notices.take("default", more=True) == [6]
        assert notices.take("default", more=True) == []
        assert [job.scheduled is not None for job in jobs()] == [False, True]
        let_the_pause_pass()
        notices.begin("default", later=True)
        assert notices.take("default", more=True) == [5]

    def test_another_device_does_not_wait_for_it(self) -> None:
        call("device_id=5")
        work(jobs()[0])
        call("device_id=5")
        call("device_id=6")
        assert [job.scheduled is not None for job in jobs()] == [False, True, False]
        work(jobs()[2])
        assert list(notices.Notices.of("default").due) == ["5"]

    def test_a_job_that_had_its_time_leaves_the_rest_to_another(self) -> None:
        for device_id in range(1, notices.AT_ONCE + 3):
            call(f"device_id={device_id}")
        notices.begin("default", later=False)
        assert len(notices.take("default", more=True)) == notices.AT_ONCE
        assert notices.take("default", more=False) == []
        assert len(jobs()) == 2 and jobs()[1].scheduled is None
        assert notices.waiting("default") == 2

    def test_there_is_an_end_to_what_waits(self) -> None:
        known = notices.Notices(due=dict.fromkeys(map(str, range(1, notices.MOST + 1)), 0.0))
        known.keep("default")
        assert call(f"device_id={notices.MOST + 1}").status_code == 202
        assert notices.waiting("default") == notices.MOST
        assert call("device_id=1").status_code == 202

    def test_servers_have_nothing_to_do_with_each_other(self, nms: Simulator) -> None:
        other = server_entry(nms, webhook_secret=SECRET)
        with librenms_servers({"default": other, "second": other}):
            call()
            call(path=f"{ROOT}/hook/second/")
        assert len(jobs()) == 2

    def test_a_cache_that_forgot_everything_starts_anew(self) -> None:
        call()
        cache.clear()
        call()
        assert len(jobs()) == 2 and notices.waiting("default") == 1
