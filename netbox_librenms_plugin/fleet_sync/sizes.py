"""How long LibreNMS's lists are: one that is far shorter than the last time would make half of the network look as if
it were gone."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..choices import RunStateChoices
from ..librenms.errors import NoDevices, SuspiciousAnswer
from ..librenms_api import LibreNMSAPI
from ..models import Run
from ..runs.ends import note_stop
from ..sync.core.issues import Code, issue

# A list of so few entries says nothing by getting shorter
NOTEWORTHY = 10
WORDS: Mapping[str, Promise] = {"devices": _("the list of devices"), "ports": _("the list of ports")}


@contextmanager
def reading_lists(run: Run, api: LibreNMSAPI) -> Iterator[None]:
    """Inside, LibreNMS's lists are read. One that the client itself refuses, because it is less than half as long as
    before, stops the run as a guard does: somebody may let it go on, and then it is believed. No list of devices at all
    is never believed."""
    if run.options.get("force"):
        api.accept_fewer()
    try:
        yield
    except NoDevices:
        raise
    except SuspiciousAnswer as error:
        if "stopped" not in run.options:
            details = {name: error.facts[name] for name in ("list", "count", "known")}
            note_stop(run, issue(Code.FEWER_LISTED, **details))
        raise


def require_sizes(run: Run, api: LibreNMSAPI, sizes: Mapping[str, int], *, percent: int) -> None:
    """Keep with the run how long the lists are. Raises ``SuspiciousAnswer`` where one is shorter by ``percent`` or more
    than in the last run that came to its end, unless somebody said why that is right (the option ``force``)."""
    if run.options.get("sizes") != sizes:
        run.options = {**run.options, "sizes": dict(sizes)}
        Run.objects.filter(pk=run.pk).update(options=run.options)
    if run.options.get("force"):
        return
    for name, size in sizes.items():
        known = _last_size(run, name)
        if known >= NOTEWORTHY and size < known * (100 - percent) / 100:
            note_stop(run, issue(Code.FEWER_LISTED, list=name, count=size, known=known))
            raise SuspiciousAnswer(api.server.display_name, what=WORDS[name], list=name, count=size, known=known)


def _last_size(run: Run, name: str) -> int:
    ended = Run.objects.filter(server=run.server, state__in=RunStateChoices.ENDED_WELL, options__sizes__has_key=name)
    last = ended.exclude(pk=run.pk).order_by("-created").first()
    return int(last.options["sizes"][name]) if last is not None else 0
