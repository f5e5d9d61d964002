"""Which side wins, per server, resource and field."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import yaml
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from netbox.models import NetBoxModel

from ..choices import PolicyChoices


class FieldPolicy(NetBoxModel):
    """One decision; a policy for one server comes before the one for all servers, that before the built-in default."""

    server = models.CharField(
        verbose_name=_("server"), max_length=50, blank=True, help_text=_("Key of the server; empty means every server")
    )
    resource = models.CharField(verbose_name=_("resource"), max_length=50)
    field = models.CharField(verbose_name=_("field"), max_length=50)
    policy = models.CharField(verbose_name=_("policy"), max_length=20, choices=PolicyChoices)

    # Resource → the fields that are compared, as the registry of resources has them; set when the app is ready
    known_fields: ClassVar[Callable[[], Mapping[str, Sequence[str]]]] = dict

    # NetBox's own documentation does not know this model
    docs_url = ""
    clone_fields = ("server", "resource", "policy")

    class Meta:
        ordering = ("resource", "field", "server")
        verbose_name = _("field policy")
        verbose_name_plural = _("field policies")
        constraints = (
            models.UniqueConstraint(
                fields=("server", "resource", "field"),
                name="%(app_label)s_%(class)s_unique_field",
                violation_error_message=_("A policy for this server, resource and field exists already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.resource}.{self.field}: {self.get_policy_display()}"

    @property
    def is_known(self) -> bool:
        """Whether it is one of the policies that there are; what was written past validation may be none."""
        return self.policy in PolicyChoices.values()

    @property
    def holds(self) -> str:
        """The policy as it is applied. One that nobody knows writes nothing: somebody may have wanted to keep the
        field."""
        return str(self.policy if self.is_known else PolicyChoices.REPORT_ONLY)

    def get_policy_color(self) -> str | None:
        """Badge colour of the policy."""
        return PolicyChoices.colors.get(self.policy)

    def clean(self) -> None:
        """A policy for something that is never compared would look as if it did something."""
        super().clean()
        known = type(self).known_fields()
        if self.resource not in known:
            names = ", ".join(sorted(known))
            raise ValidationError(
                {"resource": _("There is no such resource. Choose one of: {names}").format(names=names)}
            )
        if self.field not in known[self.resource]:
            names = ", ".join(known[self.resource])
            raise ValidationError(
                {"field": _("This resource has no such field. Choose one of: {names}").format(names=names)}
            )

    def to_yaml(self) -> str:
        """The policy as one YAML document, in the form that the import reads."""
        data = {name: getattr(self, name) for name in ("server", "resource", "field", "policy")}
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
