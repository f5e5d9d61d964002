"""Plans and runs as plain JSON values: what REST answers and what the command prints."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from virtualization.models import VirtualMachine

from ..librenms.records import UNSET
from ..orm.frame.results import RowResult
from ..resources import RESOURCES
from ..sync.core.gaps import kept_gap
from ..sync.core.issues import Code, Issue
from ..sync.core.plan import Change, Difference, Gap, Outcome, Plan, Ref
from ..sync.core.policy import Policies, Policy
from ..words.sentences import gap_sentence, kept_sentence, sentence
from .asking import Comparison
from .record import AppliedPlans
from .scopes import policies_of

type Document = dict[str, Any]


def comparison_document(compared: Comparison, *, policies: Policies | None = None) -> Document:
    """One object's plans; ``plans`` is in the order in which they would be applied.

    Who writes many gives the server's ``policies``, so that they are not read for each object.
    """
    policies = policies or policies_of(compared.server)
    return {
        "server": compared.server,
        "librenms_id": compared.librenms_id,
        "object": object_document(compared.object),
        "fetched_at": compared.fetched_at.isoformat() if compared.fetched_at else None,
        "plans": [_plan(plan, compared.object, policies) for plan in compared.plans.values()],
        **({"errors": _errors(compared)} if compared.errors else {}),
    }


def _errors(compared: Comparison) -> list[Document]:
    """The resources that LibreNMS did not give, so that there is no plan for them."""
    return [{"resource": name, "code": error.code, "message": error.message} for name, error in compared.errors.items()]


def object_document(instance: Any) -> Document:
    """Which NetBox object it is about."""
    return {"type": instance._meta.label_lower, "id": instance.pk, "name": str(instance)}


def run_document(run: AppliedPlans) -> Document:
    """What became of the rows; ``run`` is null when nothing was asked for or nothing was to be written."""
    return {
        "run": run.pk,
        "server": run.server,
        "librenms_id": run.librenms_id,
        "object": object_document(run.instance),
        "results": [_result(name, results, run.gaps.get(name, ())) for name, results in run.results.items()],
    }


def _result(name: str, results: Sequence[RowResult], gaps: Sequence[Gap]) -> Document:
    failures = [one for one in results if one.issue is not None]
    return {
        "resource": name,
        "applied": dict(Counter(one.outcome.value for one in results if one.ok)),
        "failed": [
            {"key": one.key, "name": one.name, "code": one.issue.code.value, "message": sentence(one.issue)}
            for one in failures
            if one.issue and one.issue.code is not Code.STALE
        ],
        "stale": [one.key for one in failures if one.issue and one.issue.code is Code.STALE],
        "gaps": [_gap(one) for one in gaps],
    }


def _gap(gap: Gap) -> Document:
    """What was not looked at; ``count`` rows of it, ``names`` of columns."""
    return {**kept_gap(gap), "message": gap_sentence(gap)}


def _plan(plan: Plan, instance: Any, policies: Policies) -> Document:
    decided = _policies_by_field(plan.resource, instance, policies)
    return {
        "resource": plan.resource,
        "counts": {outcome.value: count for outcome, count in plan.counts.items()},
        "changes": [_change(change, decided) for change in plan.changes],
        "gaps": [_gap(one) for one in plan.gaps],
    }


def _policies_by_field(resource: str, instance: Any, policies: Policies) -> dict[str, Policy]:
    fields = RESOURCES[resource].fields(virtual=isinstance(instance, VirtualMachine))
    return {one.name: policies.of(resource, one.policy_name, one.default) for one in fields}


def _change(change: Change, policies: Mapping[str, Policy]) -> Document:
    return {
        "key": change.key,
        "name": change.name,
        "outcome": change.outcome.value,
        "owner": _value(change.owner),
        "netbox_id": change.netbox_id,
        "librenms_id": change.librenms_id,
        "matched_by": change.matched_by,
        "syncable": change.syncable,
        "fingerprint": change.fingerprint,
        "fields": list(_fields(change, policies)),
        "issues": [_issue(one) for one in change.issues],
    }


def _fields(change: Change, policies: Mapping[str, Policy]) -> Iterator[Document]:
    """The fields that differ; of an object that is not there, every value it would get."""
    if change.outcome is Outcome.MISSING:
        for name, value in change.writes.items():
            yield {
                "field": name,
                "netbox": None,
                "librenms": _value(value),
                "policy": policies[name].value if name in policies else Policy.LIBRENMS_WINS.value,
                "writes": True,
            }
    for one in change.differences:
        yield _difference(one)


def _difference(one: Difference) -> Document:
    values = {"netbox": one.found, "librenms": one.wanted}
    return {
        "field": one.field,
        **{side: _value(value) for side, value in values.items() if value is not UNSET},
        "policy": one.policy.value,
        "writes": one.writes,
    }


def _value(value: Any) -> Any:
    if isinstance(value, Ref):
        # What will only be made has no id yet
        return {"id": value.id if value.id is not None and value.id > 0 else None, "name": value.name}
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    return value


def _issue(one: Issue) -> Document:
    return {"code": one.code.value, "field": one.field, "message": sentence(one)}


def reason_document(reason: Issue) -> Document:
    """A reason as plain JSON values: its code, and a sentence for people."""
    return {"code": reason.code.value, "message": sentence(reason)}


def kept_reason_document(kept: Mapping[str, Any]) -> Document:
    """The same of one that an item of a run keeps."""
    return {"code": kept["code"], "message": kept_sentence(kept["code"], kept["details"])}
