"""Refusals in words for people: NetBox's own, and plain ones where its database refused."""

import threading
from collections.abc import Callable

import pytest
from dcim.models import Interface, Site
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connections, transaction

from netbox_librenms_plugin.orm.frame.results import reason_of
from tests.factories import make_device

INTERNALS = ("dcim_", "constraint", "violates", "deadlock", "relation", "SQL", "Key", "character varying", "foreign")


def refused(write: Callable[[], object]) -> DatabaseError:
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        write()
    return refusal.value


def says(error: DatabaseError, words: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    with caplog.at_level("WARNING", logger="netbox_librenms_plugin"):
        reason = reason_of(error)
    assert words in reason and not any(word in reason for word in INTERNALS)
    (record,) = caplog.records
    assert str(error) in record.getMessage()


@pytest.mark.django_db
def test_the_database_refuses(caplog: pytest.LogCaptureFixture) -> None:
    site = Site.objects.create(name="Site A", slug="a")
    says(refused(lambda: Site.objects.create(name="Site A", slug="a")), "one like it", caplog)
    says(refused(lambda: Site.objects.create(name=None, slug="b")), "contradicts", caplog)
    says(refused(lambda: Site.objects.filter(pk=site.pk).update(name="x" * 500)), "its database failed", caplog)


@pytest.mark.django_db
def test_others_refer_to_it(caplog: pytest.LogCaptureFixture) -> None:
    device = make_device("switch")
    parent = Interface.objects.create(device=device, name="eth0", type="virtual")
    Interface.objects.create(device=device, name="eth0.1", type="virtual", parent=parent)
    says(refused(parent.delete), "other objects", caplog)


@pytest.mark.usefixtures("real_commits")
def test_two_wait_for_each_other(caplog: pytest.LogCaptureFixture) -> None:
    sites = [Site.objects.create(name=name, slug=name).pk for name in ("a", "b")]
    both_hold_one = threading.Barrier(2)
    errors: list[DatabaseError] = []

    def write(first: int, second: int) -> None:
        try:
            with transaction.atomic():
                Site.objects.filter(pk=first).update(description="x")
                both_hold_one.wait(10)
                Site.objects.filter(pk=second).update(description="x")
        except DatabaseError as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=order) for order in (sites, sites[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    (error,) = errors
    says(error, "Try again", caplog)


def test_what_netbox_says_stays() -> None:
    assert reason_of(ValidationError({"name": ["too long"], "__all__": ["no"]})) == "name: too long; no"
    assert reason_of(ValidationError("no")) == "no"
