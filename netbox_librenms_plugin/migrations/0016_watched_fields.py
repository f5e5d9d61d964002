from django.db import migrations, models

import netbox_librenms_plugin.models.settings


class Migration(migrations.Migration):

    dependencies = [
        ("netbox_librenms_plugin", "0015_schedules"),
    ]

    operations = [
        migrations.AddField(
            model_name="librenmssettings",
            name="os_version_in",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="librenmssettings",
            name="status_map",
            field=models.JSONField(
                blank=True, default=dict, validators=[netbox_librenms_plugin.models.settings.validate_status_map]
            ),
        ),
    ]
