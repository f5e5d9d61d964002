"""The settings page: servers and their connection test, naming, and the policies of all fields."""

from typing import Any

from core.signals import clear_events
from django.conf import settings
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db import router, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from utilities.exceptions import AbortRequest, PermissionsViolation
from utilities.forms import restrict_form_fields
from utilities.htmx import htmx_partial
from utilities.permissions import get_permission_for_model
from utilities.views import ContentTypePermissionRequiredMixin

from ..choices import PolicyChoices
from ..forms import LibreNMSSettingsForm, PolicyMatrixForm
from ..librenms.config import PLUGIN, Config, read_config
from ..librenms.errors import ConfigurationError
from ..librenms.profiles import configured_profiles
from ..librenms_api import LibreNMSAPI
from ..models import FieldPolicy, LibreNMSSettings
from .base.object_view import query_string
from .webhook import Webhook

# So many warnings are enough to see that something is wrong
MOST_ODD = 10
TABS = {
    "general": gettext_lazy("General"),
    "servers": gettext_lazy("Servers"),
    "policies": gettext_lazy("Field policies"),
}
PAGE = "plugins:netbox_librenms_plugin:settings"


class SettingsPermissionMixin(ContentTypePermissionRequiredMixin):
    """Reading needs the right to view the settings, everything else the right to change them."""

    def get_required_permission(self) -> str:
        """NetBox asks for this before the handler runs."""
        action = "view" if self.request.method in ("GET", "HEAD", "OPTIONS") else "change"
        return get_permission_for_model(LibreNMSSettings, action)


def may_change(user: Any) -> bool:
    """Whether the user may save the general part."""
    return user.has_perm(get_permission_for_model(LibreNMSSettings, "change"))


def may_change_policies(user: Any) -> bool:
    """Whether the user may save some policy: the plugin's right, and NetBox's on the rows."""
    actions = ("add", "change", "delete")
    return may_change(user) and any(user.has_perm(get_permission_for_model(FieldPolicy, one)) for one in actions)


class SettingsView(SettingsPermissionMixin, View):
    """The page, and the saving of its general part."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The whole page; ``?server=KEY`` shows that server's policies."""
        return _page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save the general part."""
        form = LibreNMSSettingsForm(request.POST, instance=_stored())
        restrict_form_fields(form, request.user)
        if not form.is_valid():
            return _page(request, form=form)
        try:
            changed = form.has_changed() and _save(form, request.user)
        except (PermissionsViolation, AbortRequest) as error:
            clear_events.send(sender=self)
            form.add_error(None, error.message)
            return _page(request, form=form)
        messages.success(request, _("Settings saved.") if changed else _("Nothing was changed."))
        return redirect(PAGE)


class PoliciesView(SettingsPermissionMixin, View):
    """Saving of the policies for every server or for one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The policies are on the page itself."""
        return redirect(_policies_url(request.GET.get("server", "")))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Write what was changed; all of it or, where one row is refused, nothing."""
        server = request.POST.get("server", "")
        if server not in ("", *_configuration().servers):
            raise Http404
        form = PolicyMatrixForm(request.POST, server=server)
        if not form.is_valid():
            return _page(request, matrix=form)
        try:
            changed = form.save(request.user)
        except PermissionsViolation:
            messages.error(
                request,
                _("You may not add, change or delete one of these field policies, so none was saved."),
            )
            return _page(request, matrix=form)
        messages.success(request, _("Field policies saved.") if changed else _("Nothing was changed."))
        return redirect(_policies_url(server))


class ConnectionTestView(SettingsPermissionMixin, View):
    """The connection test of one server, for a piece of the settings page."""

    def get(self, request: HttpRequest, server: str) -> HttpResponse:
        """Ask the server (two or three short calls) and say what came of it."""
        if not htmx_partial(request):
            return redirect(PAGE)
        if server not in _configuration().servers:
            raise Http404
        context = {"report": LibreNMSAPI(server).check(), "server": server, "editable": may_change(request.user)}
        return render(request, "netbox_librenms_plugin/htmx/connection_test.html", context)


class AcceptFewerView(SettingsPermissionMixin, View):
    """A person says that a list of LibreNMS is as short as it should be."""

    def get(self, request: HttpRequest, server: str) -> HttpResponse:
        """There is nothing to look at here."""
        return redirect(PAGE)

    def post(self, request: HttpRequest, server: str) -> HttpResponse:
        """The next lists are taken for facts; the answer is a toast."""
        if server not in _configuration().servers:
            raise Http404
        api = LibreNMSAPI(server)
        api.accept_fewer()
        said = _("The next lists of {server} are used however short they are.")
        messages.success(request, said.format(server=api.server.display_name))
        return render(request, "netbox_librenms_plugin/htmx/toasts.html", {})


def _page(
    request: HttpRequest, *, form: LibreNMSSettingsForm | None = None, matrix: PolicyMatrixForm | None = None
) -> HttpResponse:
    configuration, problem = _configuration_or_problem()
    stored = LibreNMSSettings.load()
    server = matrix.server if matrix else request.GET.get("server", "")
    if server not in configuration.servers:
        server = ""
    editable = may_change(request.user)
    policies_editable = may_change_policies(request.user)
    asked = "policies" if matrix else "general" if form else request.GET.get("tab", "")
    context = {
        "tabs": TABS.items(),
        "tab": asked if asked in TABS else "general",
        "form": form or LibreNMSSettingsForm(instance=stored, editable=editable),
        "matrix": matrix or PolicyMatrixForm(server=server, editable=policies_editable),
        "editable": editable,
        "policies_editable": policies_editable,
        "servers": configuration.servers.values(),
        "webhooks": [(one, Webhook.of(one, request)) for one in configuration.servers.values()],
        "server": configuration.servers.get(server),
        "selected": _selected(configuration, stored.selected_server),
        "gone": stored.selected_server if stored.selected_server not in ("", *configuration.servers) else "",
        "problem": problem,
        "warnings": [*configuration.warnings, *configured_profiles().problems.values(), *_odd_policies()],
        "content_type": ContentType.objects.get_for_model(LibreNMSSettings),
    }
    return render(request, "netbox_librenms_plugin/settings.html", context)


def _odd_policies() -> list[str]:
    """A sentence for each policy that is none of those that there are."""
    said = _("The stored policy for {field} is “{policy}”, which does not exist. A difference is only reported.")
    rows = FieldPolicy.objects.exclude(policy__in=PolicyChoices.values())[:MOST_ODD]
    return [said.format(field=f"{row.resource}.{row.field}", policy=row.policy) for row in rows]


def _configuration() -> Config:
    return _configuration_or_problem()[0]


def _configuration_or_problem() -> tuple[Config, str]:
    """The configured servers; where the configuration cannot be read, none, and the reason."""
    try:
        return read_config(settings.PLUGINS_CONFIG.get(PLUGIN) or {}), ""
    except ConfigurationError as error:
        return Config(servers={}), error.message


def _selected(configuration: Config, stored: str) -> str:
    """Key of the server that is asked where no other is chosen."""
    return stored if stored in configuration.servers else next(iter(configuration.servers), "")


def _stored() -> LibreNMSSettings:
    stored = LibreNMSSettings.load()
    if stored.pk:
        stored.snapshot()
    return stored


def _save(form: LibreNMSSettingsForm, user: Any) -> bool:
    """Save, then look whether the row is one the user may change, as NetBox's own pages do."""
    model = LibreNMSSettings
    with transaction.atomic(using=router.db_for_write(model)):
        if form.instance.pk and not model.objects.restrict(user, "change").filter(pk=form.instance.pk).exists():
            raise PermissionsViolation
        saved = form.save()
        if not model.objects.restrict(user, "change").filter(pk=saved.pk).exists():
            raise PermissionsViolation
    return True


def _policies_url(server: str) -> str:
    known = server if server in _configuration().servers else ""
    return f"{reverse(PAGE)}?{query_string(tab='policies', server=known)}"
