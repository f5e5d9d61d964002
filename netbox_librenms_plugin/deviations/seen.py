"""What a comparison of one object says of its differences: those that are there, and which parts were looked at."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from virtualization.models import VirtualMachine

from ..engine import Comparison
from ..librenms.errors import DeviceNotFound
from ..resources import RESOURCES
from ..sync.core.deviations import CauseKey, Observation, as_json, observed
from ..sync.core.gaps import KeptGap, kept_gap
from ..sync.core.issues import Code, Issue, issue
from ..sync.core.plan import Outcome, Plan

# The object as a whole, and whether it is who it is linked to
DEVICES = "devices"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """``plans``: resource → what was looked at of it; the resources that are not in it were not. ``found``: the
    differences. ``problem``: why nothing was looked at, ``{"code", "message"}``."""

    plans: Mapping[str, Plan] = field(default_factory=dict)
    found: Sequence[Observation] = ()
    problem: Mapping[str, str] = field(default_factory=dict)

    def gaps(self, resource: str) -> list[KeptGap]:
        """What was not looked at of one resource."""
        return [kept_gap(one) for one in self.plans[resource].gaps]


def seen_in(compared: Comparison, *, unseen_days: int) -> Seen:
    """What is to be kept of a comparison. While it is in doubt who an object is, that is its one difference, and of
    all others nothing can be said."""
    whole = {DEVICES: Plan(DEVICES, ())}
    if isinstance(compared.error, DeviceNotFound):
        return Seen(plans=whole, found=(about_object(Outcome.EXTRA, issue(Code.NOT_IN_LIBRENMS)),))
    if compared.error is not None:
        return Seen(problem={"code": compared.error.code, "message": compared.error.message})
    if compared.librenms_id is None:
        return Seen(plans=whole, found=(_unidentified(compared),))
    doubt = compared.identity.open_doubt if compared.identity is not None else None
    if doubt is not None:
        return Seen(plans=whole, found=(about_object(Outcome.CONFLICT, doubt),))
    unseen = _unseen(compared, unseen_days)
    plans = {name: plan for name, plan in compared.plans.items() if name not in compared.errors}
    found = [one for plan in plans.values() for one in differences_of(plan, compared.object)]
    return Seen(plans={**whole, **plans}, found=(*unseen, *found), problem=_first_problem(compared))


def differences_of(plan: Plan, instance: Any) -> list[Observation]:
    """The differences of one plan, as the resource's declaration says which are one and the same thing."""
    resource = RESOURCES[plan.resource]
    fields = resource.fields(virtual=isinstance(instance, VirtualMachine))
    return observed(plan, own=[one.name for one in fields if one.own], alike=resource.alike)


def about_object(outcome: Outcome, reason: Issue, *, key: str = "object", name: str = "") -> Observation:
    """A difference of an object as a whole. It is nobody's to sync, but somebody's to decide."""
    details = {name: as_json(value) for name, value in reason.details.items()}
    return Observation(
        resource=DEVICES,
        key=key,
        name=name,
        outcome=outcome.value,
        reason=reason.code.value,
        details=details,
        cause=CauseKey(resource=DEVICES, field="", outcome=outcome.value, reason=reason.code.value),
    )


def _unidentified(compared: Comparison) -> Observation:
    candidates = getattr(compared.identification, "candidates", ())
    if not candidates:
        return about_object(Outcome.EXTRA, issue(Code.NOT_IN_LIBRENMS))
    names = tuple({"id": one.librenms_id, "name": one.name} for one in candidates)
    reason = issue(Code.SEVERAL_DEVICES, name=str(compared.object), candidates=names)
    return about_object(Outcome.CONFLICT, reason)


def _unseen(compared: Comparison, days: int) -> Sequence[Observation]:
    """LibreNMS knows it, but has not reached it for long."""
    device = compared.said.device if compared.said is not None else None
    if device is None or device.status is not False or not isinstance(device.last_polled, str):
        return ()
    with suppress(ValueError):
        # The server's clock without its zone, which does not matter for days
        polled = datetime.fromisoformat(device.last_polled).replace(tzinfo=UTC)
        if timezone.now() - polled > timedelta(days=days):
            reason = issue(Code.NOT_REACHED, since=polled.date().isoformat())
            return (about_object(Outcome.EXTRA, reason, key="unseen"),)
    return ()


def _first_problem(compared: Comparison) -> Mapping[str, str]:
    error = next(iter(compared.errors.values()), None)
    return {} if error is None else {"code": error.code, "message": error.message}
