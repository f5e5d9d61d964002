"""The pages of imports that were started say which branch they wrote to."""

import uuid

import pytest
from django.urls import reverse

from netbox_librenms_plugin.models import Run
from simulator.server import Simulator
from tests.factories import admin, client_of
from tests.pages.support import words

pytestmark = pytest.mark.django_db


def test_the_branch_of_an_import(simulator: Simulator) -> None:
    client = client_of(admin())
    made = {"user": admin(), "user_name": "root", "server": "default", "state": "completed"}
    main = Run.objects.create(kind="import", request_id=uuid.uuid4(), **made)
    branched = Run.objects.create(kind="import", request_id=uuid.uuid4(), branch="<b>Rollout", **made)
    assert "branch <b>Rollout" in words(client.get(branched.get_absolute_url()).content.decode())
    assert "Rollout" not in words(client.get(main.get_absolute_url()).content.decode())
    address = reverse("plugins:netbox_librenms_plugin:importrun_list")
    assert "Rollout" not in words(client.get(address).content.decode())
    user = admin()
    user.config.set("tables.ImportRunTable.columns", ["run", "branch"], commit=True)
    assert "<b>Rollout" in words(client.get(address).content.decode())
