"""The numbers of the review as sentences: what becomes of the devices, and what comes with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...import_utils.forecast import Forecast
from ...import_utils.totals import Totals
from ...resources import declared_resources
from ...words.sentences import gap_sentence
from .review_rows import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What comes with devices: sentences about ``new`` ones, about those that NetBox has (``existing``), and about what
    is ``unknown``."""

    new: tuple[str, ...] = ()
    existing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def device_sentences(summary: Summary) -> list[str]:
    """What becomes of the devices themselves: "3 devices will be created.", "25 devices will be linked."."""
    made = [words for number, words in _made(summary) if number]
    found = []
    if made or not summary.wanted:
        found.append(_("{what} will be created.").format(what=_listed(made or [_devices(0)])))
    if summary.stacks:
        found.append(
            ngettext(
                "{n} of them is a virtual chassis with {members} members.",
                "{n} of them are virtual chassis with {members} members.",
                summary.stacks,
            ).format(n=intcomma(summary.stacks), members=intcomma(summary.members))
        )
    if summary.links:
        found.append(_("{what} will be linked.").format(what=_devices(summary.links)))
    if summary.there:
        words = ngettext("{what} is linked already.", "{what} are linked already.", summary.there)
        found.append(words.format(what=_devices(summary.there)))
    return found


def left_out_sentence(summary: Summary) -> str:
    """How many cannot be imported; empty where all can."""
    words = ngettext("{what} is left out.", "{what} are left out.", summary.left_out)
    return words.format(what=_devices(summary.left_out)) if summary.left_out else ""


def _made(summary: Summary) -> Iterable[tuple[int, str]]:
    yield summary.devices, _devices(summary.devices)
    words = ngettext("{n} virtual machine", "{n} virtual machines", summary.vms)
    yield summary.vms, words.format(n=intcomma(summary.vms))


def _devices(number: int) -> str:
    return ngettext("{n} device", "{n} devices", number).format(n=intcomma(number))


def numbers_of(totals: Totals, forecast: Forecast | None, *, new: int, holds: int) -> Numbers:
    """The sentences about ``new`` devices and those that NetBox ``holds``; without a forecast they say the most that it
    can be."""
    unknown = [
        _("How many {what} come with them is unknown: {reason}").format(what=_many(name), reason=figure.problem)
        for name, figure in totals.figures.items()
        if figure.problem
    ]
    return Numbers(
        new=tuple(_of_new(totals, forecast)) if new else (),
        existing=tuple(_of_existing(totals, forecast)) if holds else (),
        unknown=tuple(unknown),
    )


def _of_new(totals: Totals, forecast: Forecast | None) -> Iterable[str]:
    counted = {name: figure.new for name, figure in totals.figures.items() if not figure.problem}
    if forecast is None:
        found = _counted(counted)
        if found:
            yield _("Up to {what} will be created with the new devices; so many are not compared beforehand.").format(
                what=_listed(found)
            )
        return
    exact = _counted({name: forecast.new.get(name, 0) for name in counted if name not in forecast.unforeseen})
    open_ones = _counted({name: counted[name] for name in counted if name in forecast.unforeseen})
    found = [*exact, *(_("up to {what}").format(what=one) for one in open_ones)]
    if not found:
        yield _("Nothing else is created with the new devices.")
        return
    yield capfirst(_("{what} will be created with the new devices.").format(what=_listed(found)))
    if open_ones:
        names = _listed([str(_many(name)) for name in counted if name in forecast.unforeseen])
        yield _("How many {what} it will be shows when the devices are there.").format(what=names)


def _of_existing(totals: Totals, forecast: Forecast | None) -> Iterable[str]:
    if forecast is None:
        counted = {name: figure.holds for name, figure in totals.figures.items() if not figure.problem}
        if found := _counted(counted):
            yield _("On devices that NetBox has, up to {what} will be created or changed.").format(what=_listed(found))
        return
    created, changed = _listed(_counted(forecast.created)), _listed(_counted(forecast.changed))
    if created and changed:
        words = _("On devices that NetBox has, {created} will be created and {changed} changed.")
    elif created:
        words = _("On devices that NetBox has, {created} will be created.")
    elif changed:
        words = _("On devices that NetBox has, {changed} will be changed.")
    else:
        words = _("On devices that NetBox has, nothing differs.")
    yield words.format(created=created, changed=changed)
    yield from (gap_sentence(one) for one in forecast.gaps)


def _counted(numbers: Mapping[str, int]) -> list[str]:
    """Numbers with their nouns, those that are not 0: "48 interfaces"."""
    known = declared_resources()
    return [f"{intcomma(number)} {known[name].words.noun(number)}" for name, number in numbers.items() if number]


def _many(name: str) -> Any:
    return declared_resources()[name].words.many


def _listed(words: list[str]) -> str:
    return str(get_text_list(words, _("and")))
