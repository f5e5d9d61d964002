from django.db import migrations, models

import netbox_librenms_plugin.models.settings


class Migration(migrations.Migration):

    dependencies = [
        ("netbox_librenms_plugin", "0019_location_pattern"),
    ]

    operations = [
        migrations.AddField(
            model_name="librenmssettings",
            name="kept_fields",
            field=models.JSONField(
                blank=True, default=dict, validators=[netbox_librenms_plugin.models.settings.validate_kept_fields]
            ),
        ),
        migrations.AddField(
            model_name="librenmssettings",
            name="monitoring_map",
            field=models.JSONField(
                blank=True, default=dict, validators=[netbox_librenms_plugin.models.settings.validate_monitoring_map]
            ),
        ),
        migrations.AddField(
            model_name="librenmssettings",
            name="notes_from",
            field=models.CharField(default="description", max_length=20),
        ),
        migrations.AddField(
            model_name="librenmssettings",
            name="parent_roles",
            field=models.TextField(
                blank=True,
                max_length=5000,
                validators=[netbox_librenms_plugin.models.settings.validate_parent_roles],
            ),
        ),
    ]
