"""Where locations are to be created."""

from typing import Any

from dcim.models import Site
from django import forms
from django.utils.translation import gettext_lazy as _
from utilities.forms.fields import DynamicModelChoiceField


class LocationSiteForm(forms.Form):
    """The site in which LibreNMS's locations become locations."""

    site = DynamicModelChoiceField(label=_("In site"), queryset=Site.objects.none())

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="librenms-into-%s", **options)
        site: Any = self.fields["site"]
        site.queryset = Site.objects.restrict(user, "view")
