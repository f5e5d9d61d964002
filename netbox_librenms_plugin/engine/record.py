"""A plan that was applied: its results, and the record that stays."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from netbox.plugins import get_plugin_config

from ..branching import active_branch
from ..choices import SyncStateChoices
from ..models import SyncRun
from ..orm.frame.results import RowResult
from ..sync.core.gaps import kept_gap
from ..sync.core.issues import Code, Issue
from ..sync.core.plan import Gap
from .signals import applied

PLUGIN = "netbox_librenms_plugin"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedPlans:
    """What came of applying: resource → one result per row asked for, and what was not looked at. ``pk`` names the
    record, if one was kept.

    ``left``: resource → rows that somebody has to decide about: conflicts, and what is blocked. ``doubt``: why it is
    not certain who the object is, so that nothing of it was written."""

    instance: Any
    server: str
    librenms_id: int
    results: Mapping[str, Sequence[RowResult]]
    gaps: Mapping[str, Sequence[Gap]] = field(default_factory=dict)
    pk: int | None = None
    left: Mapping[str, int] = field(default_factory=dict)
    doubt: Issue | None = None

    @property
    def written(self) -> list[RowResult]:
        """Rows that are in NetBox now as planned."""
        return [one for some in self.results.values() for one in some if one.ok]

    @property
    def failures(self) -> list[RowResult]:
        """Rows that are not, stale ones among them."""
        return [one for some in self.results.values() for one in some if not one.ok]

    @property
    def state(self) -> str:
        """The run's state for its record."""
        if not self.failures:
            return SyncStateChoices.COMPLETED
        return SyncStateChoices.PARTIAL if self.written else SyncStateChoices.FAILED


def keep(runs: Sequence[AppliedPlans], request: Any, *, part_of: int | None = None) -> list[AppliedPlans]:
    """Record the runs, but those that nothing was asked of; records older than ``run_retention_days`` go.

    ``part_of``: id of the work on many objects that they belong to.
    """
    asked = [one for one in runs if any(one.results.values())]
    if not asked:
        return list(runs)
    records = SyncRun.objects.bulk_create(_record(one, request, part_of) for one in asked)
    oldest = timezone.now() - timedelta(days=get_plugin_config(PLUGIN, "run_retention_days"))
    SyncRun.objects.filter(created__lt=oldest).delete()
    kept = {id(one): record.pk for one, record in zip(asked, records, strict=True)}
    applied.send(sender=SyncRun, runs=asked)
    return [replace(one, pk=kept.get(id(one))) for one in runs]


def _record(run: AppliedPlans, request: Any, part_of: int | None) -> SyncRun:
    return SyncRun(
        user=request.user,
        user_name=request.user.username,
        request_id=request.id,
        object_type=ContentType.objects.get_for_model(run.instance),
        object_id=run.instance.pk,
        object_repr=str(run.instance)[:200],
        server=run.server,
        librenms_id=run.librenms_id,
        branch=active_branch(),
        state=run.state,
        run_id=part_of,
        results=[_as_json(name, results, run.gaps.get(name, ())) for name, results in run.results.items()],
    )


def _as_json(resource: str, results: Sequence[RowResult], gaps: Sequence[Gap]) -> dict[str, Any]:
    """``rows`` are those written: key, name, outcome, NetBox id. A change's values are in NetBox's change log."""
    failures = [one for one in results if one.issue is not None]
    return {
        "resource": resource,
        "applied": dict(Counter(one.outcome.value for one in results if one.ok)),
        "rows": [[one.key, one.name, one.outcome.value, one.netbox_id] for one in results if one.ok],
        "failed": [_row(one) for one in failures if one.issue and one.issue.code is not Code.STALE],
        "stale": [one.key for one in failures if one.issue and one.issue.code is Code.STALE],
        "gaps": [kept_gap(one) for one in gaps],
    }


def _row(result: RowResult) -> dict[str, Any]:
    assert result.issue is not None
    return {
        "key": result.key,
        "name": result.name,
        "code": result.issue.code.value,
        "details": dict(result.issue.details),
    }
