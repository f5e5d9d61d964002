"""Imports become runs, and their devices items of runs; all rows stay, and what is bound to their types stays bound."""

from collections.abc import Mapping

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.state import StateApps

APP = "netbox_librenms_plugin"
TYPES = {"importrun": "run", "importrunrow": "runitem"}
WORDS = {"run": "run", "runitem": "item of a run", "importrun": "import run", "importrunrow": "imported device"}
# Of each new type, what constraints of permissions call differently now
RENAMED = {"run": {"rows__hostname": "items__name", "rows": "items"}, "runitem": {"hostname": "name"}}
ACTIONS = ("add", "change", "delete", "view")


def forwards(apps: StateApps, schema_editor: object) -> None:
    """Django would rename the types by itself, but gives up where the new ones are there already, as they are when
    anything was migrated between the installation of this version and now; and it does not know of constraints."""
    for old, new in TYPES.items():
        _rename_type(apps, old, new)
        _rename_in_constraints(apps, new, RENAMED[new])


def backwards(apps: StateApps, schema_editor: object) -> None:
    """The same the other way round. Django may have renamed the types by now."""
    for old, new in TYPES.items():
        _rename_type(apps, new, old)
        _rename_in_constraints(apps, old, {after: before for before, after in RENAMED[new].items()})


def _rename_type(apps: StateApps, old: str, new: str) -> None:
    types = apps.get_model("contenttypes", "ContentType").objects
    held = types.filter(app_label=APP, model=old).first()
    if held is None:
        return
    empty = types.filter(app_label=APP, model=new).first()
    if empty is not None:
        for permission in apps.get_model("users", "ObjectPermission").objects.filter(object_types=empty):
            permission.object_types.add(held)
        empty.delete()
    types.filter(pk=held.pk).update(model=new)
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type_id=held.pk)
    for action in ACTIONS:
        permissions.filter(codename=f"{action}_{old}").update(
            codename=f"{action}_{new}", name=f"Can {action} {WORDS[new]}"
        )


def _rename_in_constraints(apps: StateApps, model: str, renamed: Mapping[str, str]) -> None:
    """In permissions for this type. One for other types too keeps what it says, as it must fit those."""
    types = apps.get_model("contenttypes", "ContentType").objects
    held = types.filter(app_label=APP, model=model).first()
    if held is None:
        return
    permissions = apps.get_model("users", "ObjectPermission").objects.filter(object_types=held)
    for permission in permissions:
        if not permission.constraints or permission.object_types.exclude(pk=held.pk).exists():
            continue
        permission.constraints = _with_names(permission.constraints, renamed)
        permission.save(update_fields=["constraints"])


def _with_names(constraints: object, renamed: Mapping[str, str]) -> object:
    if isinstance(constraints, list):
        return [_with_names(one, renamed) for one in constraints]
    if isinstance(constraints, dict):
        return {_with_name(key, renamed): value for key, value in constraints.items()}
    return constraints


def _with_name(lookup: str, renamed: Mapping[str, str]) -> str:
    for old, new in renamed.items():
        if lookup == old or lookup.startswith(f"{old}__"):
            return new + lookup.removeprefix(old)
    return lookup


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("netbox_librenms_plugin", "0007_kinds_of_runs"),
        ("users", "0015_owner"),
    ]

    operations = [
        migrations.RunPython(forwards, backwards),
        migrations.RenameModel("ImportRun", "Run"),
        migrations.RenameModel("ImportRunRow", "RunItem"),
        migrations.AlterModelOptions(
            name="run",
            options={"ordering": ("-created", "-pk"), "verbose_name": "run", "verbose_name_plural": "runs"},
        ),
        migrations.AlterModelOptions(
            name="runitem",
            options={"ordering": ("pk",), "verbose_name": "item of a run", "verbose_name_plural": "items of runs"},
        ),
        migrations.AlterField(
            model_name="run",
            name="kind",
            field=models.CharField(editable=False, max_length=50),
        ),
        migrations.AlterField(
            model_name="runitem",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="netbox_librenms_plugin.run",
            ),
        ),
        migrations.RemoveConstraint(model_name="runitem", name="netbox_librenms_plugin_importrunrow_unique_device"),
        migrations.RenameField(model_name="runitem", old_name="hostname", new_name="name"),
        migrations.AlterField(
            model_name="runitem",
            name="librenms_id",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="runitem",
            name="key",
            field=models.CharField(default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="runitem",
            name="phase",
            field=models.CharField(blank=True, default="", max_length=50),
        ),
        migrations.AddField(
            model_name="runitem",
            name="done_by",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="syncrun",
            name="run",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="sync_runs",
                to="netbox_librenms_plugin.run",
            ),
        ),
        migrations.RenameIndex(
            model_name="runitem", old_name="netbox_libr_run_id_8516de_idx", new_name="librenms_runitem_outcome"
        ),
    ]
