"""The policies of all fields at once, for every server or for one: what the settings page shows and saves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.signals import clear_events
from django import forms
from django.db import router, transaction
from django.utils.translation import gettext_lazy as _
from utilities.exceptions import PermissionsViolation
from utilities.permissions import get_permission_for_model

from ..choices import PolicyChoices
from ..models import FieldPolicy
from ..resources import RESOURCES
from ..words.labels import field_label

Key = tuple[str, str]
LABELS = {value: label for value, label, *_color in PolicyChoices.CHOICES}
MEANINGS: dict[str, Any] = {
    PolicyChoices.LIBRENMS_WINS: _("NetBox is made to agree."),
    PolicyChoices.FILL_IF_EMPTY: _("Written only where NetBox has no value."),
    PolicyChoices.REPORT_ONLY: _("Shown as a difference, never written."),
    PolicyChoices.IGNORE: _("Not compared at all."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWords:
    """One policy in words, with what it means."""

    value: str
    label: Any
    meaning: Any

    @classmethod
    def of(cls, value: str) -> "PolicyWords":
        """Those of a policy."""
        return cls(value=value, label=LABELS[value], meaning=MEANINGS[value])


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow:
    """One field of a resource: its radio buttons, and what holds while none of its own is chosen."""

    name: str
    label: Any
    cells: tuple[Any, ...]
    seen: str
    inherited: PolicyWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The rows of one resource."""

    label: Any
    rows: tuple[PolicyRow, ...]


class PolicyMatrixForm(forms.Form):
    """One choice per field: a policy, or what holds otherwise (the policy for every server, else the built-in one).

    Each field remembers what the person saw, so that saving writes his changes only and leaves alone what somebody
    else changed meanwhile.
    """

    def __init__(self, *args: Any, server: str = "", editable: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, prefix="policy", **kwargs)
        self.server = server
        self.own = _rows_of(server)
        self._shared = _rows_of("") if server else {}
        for key in _keys():
            row = self.own.get(key)
            self.fields[".".join(key)] = forms.ChoiceField(
                choices=[("", _("Default")), *LABELS.items()],
                required=False,
                initial=row.holds if row else "",
                widget=forms.RadioSelect,
                show_hidden_initial=True,
                disabled=not editable,
            )

    @property
    def policies(self) -> list[PolicyWords]:
        """Those that there are, in the order of the columns."""
        return [PolicyWords.of(value) for value in LABELS]

    @property
    def sections(self) -> Iterator[Section]:
        """What the page shows, resource by resource."""
        for resource in RESOURCES.values():
            rows = (self._row((resource.name, name), default.value) for name, default in resource.policy_fields.items())
            yield Section(label=resource.label, rows=tuple(rows))

    def _row(self, key: Key, default: str) -> PolicyRow:
        bound = self[".".join(key)]
        shared = self._shared.get(key)
        return PolicyRow(
            name=key[1],
            label=field_label(key[1], key[0]),
            cells=tuple(bound.subwidgets),
            seen=bound.as_hidden(only_initial=True),
            inherited=PolicyWords.of(shared.holds if shared else default),
        )

    def save(self, user: Any) -> int:
        """Write what the person changed, each row with its change log; how many that were.

        Raises ``PermissionsViolation``, and then has written nothing, where NetBox does not let the user write a row.
        """
        using = router.db_for_write(FieldPolicy)
        changed = [key for key in _keys() if ".".join(key) in self.changed_data or self._is_odd(key)]
        try:
            with transaction.atomic(using=using):
                for key in changed:
                    self._write(key, self.cleaned_data[".".join(key)], user)
        except PermissionsViolation:
            clear_events.send(sender=self)
            raise
        return len(changed)

    def _is_odd(self, key: Key) -> bool:
        """Whether a policy is stored that does not exist; what the person saw in its place is stored then."""
        row = self.own.get(key)
        return row is not None and not row.is_known

    def _write(self, key: Key, policy: str, user: Any) -> None:
        row = self.own.get(key)
        if row is None:
            if policy:
                _store(FieldPolicy(server=self.server, resource=key[0], field=key[1], policy=policy), "add", user)
            return
        row.snapshot()
        if policy:
            _require(row, "change", user)
            row.policy = policy
            _store(row, "change", user)
        else:
            _require(row, "delete", user)
            row.delete()


def _keys() -> Iterator[Key]:
    return ((resource.name, name) for resource in RESOURCES.values() for name in resource.policy_fields)


def _rows_of(server: str) -> dict[Key, FieldPolicy]:
    return {(row.resource, row.field): row for row in FieldPolicy.objects.filter(server=server)}


def _store(row: FieldPolicy, action: str, user: Any) -> None:
    """Save, then look whether the row is one the user may make or change, as NetBox's own pages do."""
    if not user.has_perm(get_permission_for_model(FieldPolicy, action)):
        raise PermissionsViolation
    row.full_clean()
    row.save()
    _require(row, action, user)


def _require(row: FieldPolicy, action: str, user: Any) -> None:
    if not FieldPolicy.objects.restrict(user, action).filter(pk=row.pk).exists():
        raise PermissionsViolation
