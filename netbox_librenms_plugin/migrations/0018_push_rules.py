import django.db.models.deletion
import netbox.models.deletion
import taggit.managers
import utilities.json
from django.db import migrations, models


def condition(to):
    return models.ForeignKey(
        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=to
    )


class Migration(migrations.Migration):

    dependencies = [
        ("dcim", "0225_gfk_indexes"),
        ("extras", "0134_owner"),
        ("ipam", "0086_gfk_indexes"),
        ("netbox_librenms_plugin", "0017_location_tolerance"),
        ("tenancy", "0018_contact_groups"),
    ]

    operations = [
        migrations.CreateModel(
            name="PushRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True, null=True)),
                ("last_updated", models.DateTimeField(auto_now=True, null=True)),
                (
                    "custom_field_data",
                    models.JSONField(blank=True, default=dict, encoder=utilities.json.CustomFieldJSONEncoder),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("weight", models.PositiveSmallIntegerField(default=1000)),
                ("enabled", models.BooleanField(default=True)),
                ("server", models.CharField(blank=True, max_length=50)),
                ("profile", models.CharField(max_length=50)),
                ("address", models.CharField(default="primary", max_length=20)),
                ("give_location", models.BooleanField(default=False)),
                ("description", models.CharField(blank=True, max_length=200)),
                ("object_tag", condition("extras.tag")),
                ("platform", condition("dcim.platform")),
                ("role", condition("dcim.devicerole")),
                ("site", condition("dcim.site")),
                ("tags", taggit.managers.TaggableManager(through="extras.TaggedItem", to="extras.Tag")),
                ("tenant", condition("tenancy.tenant")),
                ("vrf", condition("ipam.vrf")),
            ],
            options={
                "verbose_name": "push rule",
                "verbose_name_plural": "push rules",
                "ordering": ("weight", "pk"),
            },
            bases=(netbox.models.deletion.DeleteMixin, models.Model),
        ),
    ]
