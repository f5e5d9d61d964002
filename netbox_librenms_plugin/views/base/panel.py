"""The panel of one resource: the comparison as a table with filters, paged, sorted, and ready to be synced."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from dcim.models import Device
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from utilities.paginator import get_paginate_count
from utilities.permissions import get_permission_for_model
from utilities.views import get_viewname

from ...choices import InterfaceNameFieldChoices
from ...deviations.histories import History, histories
from ...engine import Comparison, Options, compare, scope_of
from ...librenms.errors import ConfigurationError, LibreNMSError
from ...resources import Resource
from ...sync.core.issues import Issue
from ...sync.core.plan import Change, Outcome, Plan
from ...tables.base import RowSurroundings, SyncTable
from ...tables.remedies import Remedy, Ways, remedies
from ...tables.row_choices import Chosen, as_engine_takes_it
from ...tables.rows import ChangeRow
from ...words.labels import field_label
from ...words.sentences import gap_sentence
from ..mixins import SeenRows
from .address import follow
from .confirm import DoubtMixin
from .filters import chips, tab_number
from .navigation import navigation
from .problems import problem_of
from .state import last_of_each
from .tabs import TabsMixin

TEMPLATE = "netbox_librenms_plugin/htmx/sync_panel.html"


class PanelMixin(DoubtMixin, TabsMixin):
    """Builds a panel, whole or in parts, from a comparison."""

    def comparison_options(self, instance: Any) -> Options:
        """How to compare: what the user chose, and what he decided for single rows of any resource."""
        decided = {
            name: as_engine_takes_it(self.resource(name).decisions, chosen)
            for name, chosen in self.decisions(instance).items()
        }
        return Options(name_field=self.name_field, choices={name: rows for name, rows in decided.items() if rows})

    def decisions(self, instance: Any) -> dict[str, Sequence[Chosen]]:
        """Resource → what the address says of its rows, and else what was said before."""
        kept = self.recall_choices(instance, list(self.resources()))
        shown = self.kwargs.get("resource", "")
        if not self.state.chosen or shown not in self.resources():
            return kept
        return {**kept, shown: last_of_each((*kept.get(shown, ()), *self.state.chosen))}

    def comparison(self, instance: Any, resource: str) -> Comparison:
        """The object compared; an ``error`` in it says why it is not. Raises ``ConfigurationError``."""
        options = self.comparison_options(instance)
        found = compare(
            [instance], user=self.request.user, resources=[resource], server=self.api.server.key, options=options
        )
        return next(found)

    def matching(self, resource: str, plan: Plan) -> list[Change]:
        """The rows that filter and search let through."""
        table, state = self.table_of(resource), self.state
        return [
            change for change in plan.changes if state.shows(change) and (not state.q or table.matches(change, state.q))
        ]

    def table(
        self, instance: Any, resource: str, comparison: Comparison, changes: Iterable[Change], **results: Any
    ) -> SyncTable:
        """The rows as a table. ``results``: of rows just written, ``problems`` and ``synced`` by row key, and
        ``like``, the columns of the table they stand in."""
        table_class = self.table_of(resource)
        sort_keys = table_class.sort_keys()
        problems, synced = results.get("problems", {}), results.get("synced", frozenset())

        def linked(change: Change, reason: Issue) -> Sequence[Remedy]:
            return remedies(change, reason, ways)

        rows = [
            ChangeRow(
                change=one,
                sort_keys=sort_keys,
                remedies=linked,
                problem=problems.get(one.key),
                synced=one.key in synced,
            )
            for one in changes
        ]
        table = table_class(rows, around=self._around(instance, resource, comparison))
        ways = self._ways(instance, table)
        plan = comparison.plans[resource].changes
        table.arrange(self.request.user, sort=self.state.sort, plan=plan, like=results.get("like", ()))
        return table

    def keep_decisions(self, instance: Any, resource: str, *, settled: Iterable[str] = ()) -> None:
        """Remember what was decided, without that for rows which are settled now."""
        done = frozenset(settled)
        decided = self.decisions(instance).get(resource, ())
        self.remember_choices(instance, resource, [one for one in decided if one[1] not in done])

    def histories(self, instance: Any, plan: Plan, keys: Iterable[str]) -> Mapping[str, History]:
        """What is stored of these rows: one query."""
        return histories(instance, self.api.server.key, plan, keys)

    def _around(self, instance: Any, resource: str, comparison: Comparison) -> RowSurroundings:
        virtual = not isinstance(instance, Device)
        query = self.state.query()
        librenms_id = comparison.librenms_id or 0
        return RowSurroundings(
            resource=resource,
            may_sync=self.may_sync(instance, resource),
            may_remove=self._may_remove(instance, resource),
            remove_url=self.url(instance, "remove", resource=resource, query=query),
            librenms_url=lambda port_id: self.api.device_url(librenms_id, port_id),
            members=self._members(instance),
            virtual=virtual,
            compared=frozenset(one.name for one in self.resource(resource).fields(virtual=virtual)),
            chosen={(name, key): value for name, key, value in self.decisions(instance).get(resource, ())},
        )

    def _ways(self, instance: Any, table: SyncTable) -> Ways:
        """Where the links of reasons lead."""
        view = get_viewname(table.model(virtual=table.around.virtual))
        return Ways(
            user=self.request.user,
            server=self.server_key or "",
            tab=lambda tab, text: self.url(instance, query=self.state.query(tab=tab, show="all", q=text)),
            object_url=lambda pk: reverse(view, args=(pk,)),
            librenms_url=table.librenms_url,
        )

    def may_sync(self, instance: Any, resource: str) -> bool:
        """Whether the user may write any object of the resource."""
        own, *_others = self.resource(resource).rights(virtual=not isinstance(instance, Device))
        return self.may_change and any(self.request.user.has_perm(name) for name in own.permissions)

    def _may_remove(self, instance: Any, resource: str) -> bool:
        if self.resource(resource).remove is None:
            return False
        model = self.table_of(resource).model(virtual=not isinstance(instance, Device))
        return self.may_change and bool(self.request.user.has_perm(get_permission_for_model(model, "delete")))

    def _members(self, instance: Any) -> Mapping[int, str]:
        """The members of a virtual chassis that the user may see, by position."""
        chassis = getattr(instance, "virtual_chassis_id", None)
        if not chassis:
            return {}
        members = Device.objects.restrict(self.request.user, "view").filter(virtual_chassis_id=chassis)
        return {one.pk: str(one) for one in members.order_by("vc_position", "pk")}

    def noun(self, resource: str, number: int) -> str:
        """What the rows of a resource are called: "interface", "interfaces"."""
        return self.resource(resource).words.noun(number)

    def counts_context(self, instance: Any, resource: Resource, plan: Plan) -> dict[str, Any]:
        """What changes with every write: the numbers on chips and sub-tab."""
        attention = tab_number(plan)
        self.remember_count(instance, resource.name, attention)
        return {
            "resource": resource,
            "attention": attention,
            "chips": [
                (chip, self._links(instance, resource.name, show=chip.value)) for chip in chips(plan, self.state)
            ],
        }

    def _links(self, instance: Any, resource: str, **changes: Any) -> dict[str, str]:
        """Addresses of the panel and of the page in another state."""
        return {
            "panel": self.url(instance, "panel", resource=resource, query=self.state.query(**changes)),
            "page": self.url(instance, query=self.state.query(tab=resource, **changes)),
        }

    def panel_context(self, instance: Any, resource: Resource, comparison: Comparison) -> dict[str, Any]:
        """Everything the whole panel shows."""
        plan = comparison.plans[resource.name]
        matching = self.matching(resource.name, plan)
        table = self.table(instance, resource.name, comparison, matching)
        table.turn_to(self.state.page, per_page=get_paginate_count(self.request))
        table.histories = self.histories(instance, plan, (row.record.key for row in table.paginated_rows))
        syncable = [change.key for change in matching if change.syncable]
        fingerprints = {change.key: change.fingerprint for change in plan.changes}
        return {
            **self.counts_context(instance, resource, plan),
            **self.doubt_context(instance, comparison),
            **self.turned_context(instance, resource.name),
            **self._controls(instance, resource, comparison),
            **navigation(table, self.state, lambda **changes: self._links(instance, resource.name, **changes)),
            "object": instance,
            "what": self.noun(resource.name, 2),
            "refresh_url": self.url(instance, "panel_refresh", resource=resource.name, query=self.state.query()),
            "table": table,
            "for_all": table.choices_for_all(plan.changes),
            "plan": plan,
            "seen": self.remember(instance, resource.name, SeenRows(fingerprints, syncable)),
            "shown": ",".join(row.record.key for row in table.paginated_rows),
            "columns": ",".join(table.shown_columns),
            "syncable": len(syncable),
            "syncable_here": sum(row.record.change.syncable for row in table.paginated_rows),
            "extra": plan.counts[Outcome.EXTRA],
            "extra_here": any(row.record.change.outcome is Outcome.EXTRA for row in table.paginated_rows),
            "fetched_at": comparison.fetched_at,
            "gaps": [gap_sentence(one) for one in plan.gaps],
        }

    def _controls(self, instance: Any, resource: Resource, comparison: Comparison) -> dict[str, Any]:
        name, state = resource.name, self.state
        fields = dict.fromkeys(one.policy_name for one in resource.fields(virtual=not isinstance(instance, Device)))
        return {
            "state": state,
            "around_url": self.url(instance, "panel", resource=name, query=state.query()),
            "search_url": self.url(instance, "panel", resource=name, query=state.query(q="")),
            "clear": self._links(instance, name, q=""),
            "everything": self._links(instance, name, q="", show="all"),
            "sync_url": self.url(instance, "apply", resource=name, query=state.query()),
            "remove_url": self.url(instance, "remove", resource=name, query=state.query()),
            "names_url": self.url(instance, "names"),
            "name_field": self._name_field(instance, resource.name),
            "name_fields": InterfaceNameFieldChoices.values(),
            "fields": [(field, field_label(field, name)) for field in fields],
        }

    def _name_field(self, instance: Any, resource: str) -> str:
        if not self.table_of(resource).of_ports:
            return ""
        return scope_of(self.api, self.request.user, self.comparison_options(instance)).name_field

    def show_panel(self, request: HttpRequest, instance: Any, resource: Resource) -> HttpResponse:
        """The panel's contents, or the state that keeps it from having any."""
        try:
            comparison = self.comparison(instance, resource.name)
        except LibreNMSError as error:
            return self._without_panel(request, instance, resource, {"problem": problem_of(error)})
        failed = comparison.errors.get(resource.name) or comparison.error
        if failed is not None:
            return self._without_panel(request, instance, resource, {"problem": problem_of(failed)})
        if comparison.librenms_id is None:
            return self._without_panel(request, instance, resource, {"unidentified": True})
        return render(request, TEMPLATE, self.panel_context(instance, resource, comparison))

    def _without_panel(
        self, request: HttpRequest, instance: Any, resource: Resource, why: dict[str, Any]
    ) -> HttpResponse:
        again = self.url(instance, "panel", resource=resource.name, query=self.state.query())
        what = self.noun(resource.name, 2)
        shared = {"resource": resource, "what": what, "object": instance, "around_url": again}
        with suppress(ConfigurationError):
            shared |= self.turned_context(instance, resource.name)
        return render(request, TEMPLATE, {**shared, **why})


class BasePanelView(PanelMixin):
    """GET: the panel of one resource, as a fragment."""

    def get(self, request: HttpRequest, *, pk: int, resource: str, **kwargs: Any) -> HttpResponse:
        """The panel; the page's own address follows the filter, so that it can be kept and gone back to."""
        instance, chosen = self.get_object(pk=pk), self.resource(resource)
        response = self.show_panel(request, instance, chosen)
        if self.state.chosen:
            self.keep_decisions(instance, resource)
        state = type(self.state)
        address = self.url(instance, query=self.state.query(tab=resource))
        follow(request, response, address, normal=lambda query: state.of(query).query(tab=query.get("tab", "")))
        return response


class BasePanelRefreshView(PanelMixin):
    """POST: ask LibreNMS again for one resource, and show its panel. Nothing in NetBox changes."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """A prefetch must not make LibreNMS work."""
        return self.http_method_not_allowed(request)

    def post(self, request: HttpRequest, *, pk: int, resource: str, **kwargs: Any) -> HttpResponse:
        """The panel from what LibreNMS says now."""
        instance, chosen = self.get_object(pk=pk), self.resource(resource)
        try:
            self.refresh_only(instance, resource)
        except LibreNMSError as error:
            return self._without_panel(request, instance, chosen, {"problem": problem_of(error)})
        return self.show_panel(request, instance, chosen)
