import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("netbox_librenms_plugin", "0016_watched_fields"),
    ]

    operations = [
        migrations.AddField(
            model_name="librenmssettings",
            name="location_tolerance",
            field=models.PositiveIntegerField(
                default=50,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(100000),
                ],
            ),
        ),
    ]
