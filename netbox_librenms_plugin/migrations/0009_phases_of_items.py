"""What was known of devices and of cables in columns of their own is kept as the phases that an item came through."""

from django.db import migrations
from django.db.migrations.state import StateApps
from django.db.models import CharField, F, QuerySet, UUIDField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, JSONObject

IMPORT, DEVICES, CABLES, PENDING = "import", "devices", "cables", "pending"


def forwards(apps: StateApps, schema_editor: object) -> None:
    items = _items(apps)
    items.update(key=Cast("librenms_id", CharField()))
    done = items.exclude(outcome=PENDING)
    done.exclude(claimed_by=None).update(done_by=JSONObject(devices=F("claimed_by")))
    done.filter(cabled=True).exclude(claimed_by=None).exclude(cabled_by=None).update(
        done_by=JSONObject(devices=F("claimed_by"), cables=F("cabled_by"))
    )
    # Who was at the device stays known; a claim is what somebody is at now
    done.filter(cabled=False).update(phase=DEVICES, claimed_by=F("cabled_by"))
    done.filter(cabled=True).update(phase=CABLES, claimed_by=None)


def backwards(apps: StateApps, schema_editor: object) -> None:
    """Runs of other kinds go, as whatever comes before this takes them for imports."""
    apps.get_model("netbox_librenms_plugin", "Run").objects.exclude(kind=IMPORT).delete()
    done = _items(apps).exclude(outcome=PENDING)
    done.filter(phase=CABLES).update(cabled=True, cabled_by=Cast(KT("done_by__cables"), UUIDField()))
    done.filter(phase=DEVICES).update(cabled_by=F("claimed_by"))
    done.update(claimed_by=Cast(KT("done_by__devices"), UUIDField()))


def _items(apps: StateApps) -> QuerySet:
    return apps.get_model("netbox_librenms_plugin", "RunItem").objects.all()


class Migration(migrations.Migration):

    dependencies = [
        ("netbox_librenms_plugin", "0008_runs"),
    ]

    operations = [
        migrations.RunPython(forwards, backwards),
    ]
