"""What somebody asks for: actions on rows as he saw them, told apart into what can be done and what cannot."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from ..orm.frame.permissions import refusal
from ..resources import SITES
from ..sync.core.issues import Code, Issue, issue
from ..sync.sites.plan import meant_actions
from ..sync.sites.rows import Action, Offer, SitePlan, SiteRow

# So many calls to LibreNMS, or rows to NetBox, are done while somebody waits
IN_REQUEST = 100
# As a run keeps what is asked, so that it is not without end
MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One action on one row. ``problem``: why it cannot be done; ``site``: where a location goes."""

    row: SiteRow
    action: Action
    problem: Issue | None = None
    site: int | None = None

    @property
    def offer(self) -> Offer | None:
        """What the plan says of it."""
        return self.row.offer(self.action)

    @property
    def cost(self) -> int:
        """How much work it is: calls to LibreNMS, or rows."""
        return len(self.row.strays) if self.action is Action.PLACE_DEVICES else 1


@dataclass(frozen=True)
class Wishes:
    """All that is asked for. ``unknown``: keys of which there is no row."""

    all: tuple[Wish, ...]
    unknown: tuple[str, ...] = ()

    @property
    def ready(self) -> tuple[Wish, ...]:
        """What can be done."""
        return tuple(one for one in self.all if one.problem is None)

    @property
    def left_out(self) -> tuple[Wish, ...]:
        """What cannot."""
        return tuple(one for one in self.all if one.problem is not None)

    @property
    def cost(self) -> int:
        """How much work all of it is."""
        return sum(one.cost for one in self.ready)

    @property
    def in_request(self) -> bool:
        """Whether it can be done while somebody waits."""
        return self.cost <= IN_REQUEST


def wishes(
    plan: SitePlan,
    keys: Iterable[str],
    actions: Sequence[Action],
    *,
    user: Any,
    site: int | None = None,
    expected: Mapping[str, str] | None = None,
) -> Wishes:
    """The actions on the rows with these keys, as far as they fit them. A row that is no longer as it was ``expected``
    (key → fingerprint) is left alone."""
    asked = list(dict.fromkeys(keys))[:MOST_ROWS]
    allowed = SITES.allowed(user)
    found: list[Wish] = []
    for key in asked:
        row = plan.by_key.get(key)
        if row is None:
            continue
        stale = expected is not None and expected.get(key) != row.fingerprint
        for action in meant_actions(row, actions):
            problem = issue(Code.STALE) if stale else _problem(row, action, allowed)
            chosen = site if action is Action.CREATE_LOCATION else None
            found.append(Wish(row=row, action=action, problem=problem, site=chosen))
    return Wishes(tuple(found), tuple(key for key in asked if key not in plan.by_key))


def _problem(row: SiteRow, action: Action, allowed: Collection[Action]) -> Issue | None:
    offer = row.offer(action)
    if offer is not None and offer.problem is not None:
        return offer.problem
    if action in allowed:
        return None
    missing = [
        str(refusal(apps.get_model(right.model), one)) for right in SITES.rights[action] for one in right.actions
    ]
    return issue(Code.NO_PERMISSION, what=", ".join(missing))
