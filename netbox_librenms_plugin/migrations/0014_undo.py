import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("netbox_librenms_plugin", "0013_deviations"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="undid",
                to="netbox_librenms_plugin.run",
            ),
        ),
        migrations.AddField(
            model_name="syncrun",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="undid_syncs",
                to="netbox_librenms_plugin.run",
            ),
        ),
    ]
