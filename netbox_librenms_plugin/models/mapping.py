"""What all mappings share: each says which NetBox object or value a text of LibreNMS's means."""

from typing import Any, ClassVar

import yaml
from django.db import models
from django.utils.translation import gettext_lazy as _
from netbox.models import NetBoxModel

from ..texts import clean_text


class Mapping(NetBoxModel):
    """One rule of the house. ``text_field`` names the field with LibreNMS's text, where it is a free one."""

    description = models.CharField(verbose_name=_("description"), max_length=200, blank=True)

    text_field: ClassVar[str] = ""
    # NetBox's own documentation does not know these models
    docs_url = ""

    class Meta:
        abstract = True

    def clean(self) -> None:
        """LibreNMS's texts are compared as one clean line, so that is how they are kept."""
        super().clean()
        if self.text_field:
            setattr(self, self.text_field, clean_text(getattr(self, self.text_field) or ""))

    def as_import(self) -> dict[str, Any]:
        """The mapping in the form that the import reads: column → value."""
        raise NotImplementedError

    def to_yaml(self) -> str:
        """The mapping as one YAML document, in the form that the import reads."""
        return yaml.safe_dump(self.as_import(), sort_keys=False, allow_unicode=True)
