from django.db import migrations, models

import netbox_librenms_plugin.models.settings


class Migration(migrations.Migration):

    dependencies = [
        ("netbox_librenms_plugin", "0018_push_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="librenmssettings",
            name="location_pattern",
            field=models.CharField(
                blank=True,
                max_length=500,
                validators=[netbox_librenms_plugin.models.settings.validate_location_pattern],
            ),
        ),
    ]
