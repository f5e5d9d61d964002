from django.db import migrations, models

from netbox_librenms_plugin.models.settings import validate_name_patterns


class Migration(migrations.Migration):

    dependencies = [
        ("netbox_librenms_plugin", "0011_gaps_of_items"),
    ]

    operations = [
        migrations.AddField(
            model_name="librenmssettings",
            name="unrecorded_neighbours",
            field=models.TextField(
                blank=True,
                default="SEP????????????\nATA????????????\n*IP Phone*\nSIP-T*\nYealink*\nPolycom*\n"
                "DESKTOP-???????\nLAPTOP-????????\n*MacBook*\n??:??:??:??:??:??",
                max_length=5000,
                validators=[validate_name_patterns],
            ),
        ),
    ]
