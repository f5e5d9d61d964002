from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("netbox_librenms_plugin", "0009_phases_of_items"),
    ]

    operations = [
        migrations.RemoveField(model_name="runitem", name="cabled"),
        migrations.RemoveField(model_name="runitem", name="cabled_by"),
        migrations.AddConstraint(
            model_name="runitem",
            constraint=models.UniqueConstraint(fields=("run", "key"), name="netbox_librenms_plugin_runitem_unique_key"),
        ),
        migrations.AddIndex(
            model_name="runitem",
            index=models.Index(fields=["run", "phase", "outcome", "id"], name="librenms_runitem_left"),
        ),
    ]
