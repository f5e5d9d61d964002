"""How a sync of sites is worked off: NetBox first, in one transaction, then LibreNMS; each row compared anew before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from dcim.models import Site
from django.db import router, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..choices import RunOutcomeChoices
from ..compat import apply_request_processors
from ..fleet_sync.writing import issue_json
from ..librenms_api import LibreNMSAPI
from ..lost_connections import ConnectionLostError, again_where_lost, watched
from ..models import RunItem
from ..orm.frame.results import RowResult
from ..orm.frame.savepoints import retried
from ..orm.sites.write import create_location, create_sites, take_coordinates
from ..runs.branches import elsewhere
from ..runs.phases import Phase, Result, Task
from ..sync.core.issues import Code, Issue, issue
from ..sync.sites.plan import RESOURCE
from ..sync.sites.rows import TO_LIBRENMS, Action, SitePlan, SiteRow
from .comparing import Heard, compare_sites, hear, scope_for
from .telling import Told, tell

ROWS = "rows"
# Rows that are written together
TOGETHER = 100

type Asked = tuple[RunItem, SiteRow, Action]


def phases_of_sites(task: Task) -> Sequence[Phase]:
    """The one phase of a sync of sites. Raises ``LibreNMSError`` where its server is not configured."""
    return (Rows(task=task, api=LibreNMSAPI(task.run.server)),)


@dataclass(slots=True, kw_only=True)
class Rows(Phase):
    """Does what the items ask for."""

    name: ClassVar[str] = ROWS
    task: Task
    api: LibreNMSAPI
    batch: int = TOGETHER

    _heard: Heard = field(init=False)

    def begin(self) -> None:
        """What LibreNMS has by now: rows that are not as they were seen are left alone. Raises ``LibreNMSError``."""
        self._heard = hear(self.api, refresh_locations=True)

    def pending(self, items: QuerySet[RunItem]) -> QuerySet[RunItem]:
        """What has no outcome yet."""
        return items.filter(outcome=RunOutcomeChoices.PENDING)

    def do(self, items: Sequence[RunItem]) -> Sequence[Result | None]:
        """Write some together."""
        try:
            done, asked = again_where_lost(lambda: retried(lambda: self._netbox(items)))
        except ConnectionLostError as error:
            failed = _failed(issue(Code.REFUSED, reason=error.message))
            return [failed for _item in items]
        # Outside of any transaction: LibreNMS takes nothing back
        told = tell(self.api, [(row, action) for _item, row, action in asked]) if asked else []
        done |= {item.pk: _told(action, one) for (item, _row, action), one in zip(asked, told, strict=True)}
        return [done[one.pk] for one in items]

    def _netbox(self, items: Sequence[RunItem]) -> tuple[dict[int, Result], list[Asked]]:
        """Item → what became of it, of those that are about NetBox, and of those that nothing can be done for; and what
        is to be told to LibreNMS."""
        with apply_request_processors(self.task.request):
            if (reason := elsewhere(self.task.run)) is not None:
                return {item.pk: _failed(reason) for item in items}, []
            with watched(), transaction.atomic(using=router.db_for_write(Site)):
                plan = compare_sites(self.api, user=self.task.request.user, heard=self._heard, lock=True).plan
                done, asked = _sorted_out(plan, items)
                done |= self._written([one for one in asked if one[2] not in TO_LIBRENMS])
        return done, [one for one in asked if one[2] in TO_LIBRENMS]

    def _written(self, asked: Sequence[Asked]) -> dict[int, Result]:
        message = _("Sync of sites with LibreNMS")
        scope = scope_for(self.api, self.task.request.user, message)
        done: dict[int, Result] = {}
        for action, write in ((Action.CREATE_SITE, create_sites), (Action.TAKE_COORDINATES, take_coordinates)):
            some = {row.key: item for item, row, wanted in asked if wanted is action}
            results = dict(write([row for _item, row, wanted in asked if wanted is action], scope))
            sites = Site.objects.in_bulk([one.netbox_id for one in results.values() if one.ok and one.netbox_id])
            done |= {some[key].pk: _result(action, one, sites.get(one.netbox_id or 0)) for key, one in results.items()}
        for item, row, wanted in asked:
            if wanted is Action.CREATE_LOCATION:
                result, made = create_location(row, int(item.choice.get("site") or 0), scope)
                done[item.pk] = _result(wanted, result, made)
        return done


def _sorted_out(plan: SitePlan, items: Sequence[RunItem]) -> tuple[dict[int, Result], list[Asked]]:
    """The results of items whose rows are not as they were seen, and the others with their rows."""
    done: dict[int, Result] = {}
    asked: list[Asked] = []
    for item in items:
        row, action = plan.by_key.get(item.choice["key"]), Action(item.choice["action"])
        offer = row.offer(action) if row is not None else None
        if row is None or row.fingerprint != item.choice["expected"] or offer is None:
            done[item.pk] = _failed(issue(Code.STALE))
        elif offer.problem is not None:
            done[item.pk] = _failed(offer.problem)
        else:
            asked.append((item, row, action))
    return done, asked


def _failed(reason: Issue) -> Result:
    return Result(outcome=RunOutcomeChoices.FAILED, issues=[issue_json(reason, resource=RESOURCE)])


def _result(action: Action, result: RowResult, instance: Any) -> Result:
    if result.issue is not None:
        return _failed(result.issue)
    return Result(outcome=RunOutcomeChoices.DONE, counts={action.value: 1}, object=instance)


def _told(action: Action, told: Told) -> Result:
    counts: Mapping[str, int] = {action.value: told.done} if told.done else {}
    issues = [issue_json(told.problem, resource=RESOURCE)] if told.problem is not None else []
    outcome = RunOutcomeChoices.DONE if told.done else RunOutcomeChoices.FAILED
    return Result(outcome=outcome, counts=counts, issues=issues)
