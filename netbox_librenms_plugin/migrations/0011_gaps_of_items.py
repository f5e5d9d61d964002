from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("netbox_librenms_plugin", "0010_items_without_cables"),
    ]

    operations = [
        migrations.AddField(model_name="runitem", name="gaps", field=models.JSONField(default=list)),
    ]
