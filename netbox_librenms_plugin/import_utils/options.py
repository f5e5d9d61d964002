"""What an import can bring beside the devices: an option for each resource that says so, and one of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from ..resources import MEMBERS, declared_resources
from ..resources.resource import Brought, Resource, Step
from ..resources.words import Text

EXISTING = "existing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOption:
    """One option: its ``label``, the words for ``what`` comes with it, and whether it is on if nobody says anything."""

    name: str
    label: Text
    what: Text
    default: bool = True


def parts() -> list[ImportOption]:
    """What comes with a device, in the order in which people are asked."""
    return [_option(resource, brought) for resource, brought in _brought()]


def import_options() -> list[ImportOption]:
    """All options; the last asks for devices that NetBox has already."""
    existing = _("Also sync devices that NetBox has already")
    return [*parts(), ImportOption(name=EXISTING, label=existing, what=_("devices that are there"), default=False)]


def _option(resource: Resource, brought: Brought) -> ImportOption:
    return ImportOption(name=resource.name, label=brought.label, what=resource.words.many, default=brought.default)


def _brought() -> list[tuple[Resource, Brought]]:
    found = [(one, one.brought) for one in declared_resources().values() if one.brought is not None]
    return sorted(found, key=lambda pair: pair[1].place)


def brought_resources() -> list[Resource]:
    """The resources that the import brings, in the order of their options."""
    return [resource for resource, _brought_by in _brought()]


class ImportOptions(Mapping[str, bool]):
    """Option → whether it is on. What nobody said is as usual: ``ImportOptions(cables=False)``."""

    def __init__(self, **said: bool) -> None:
        """Raises ``TypeError`` for an option that there is not."""
        usual = {one.name: one.default for one in import_options()}
        if unknown := sorted(said.keys() - usual.keys()):
            raise TypeError(f"there is no option {unknown[0]!r}")
        self._values = usual | said

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """From its JSON form; what is left out or is none of the options is as usual."""
        names = [one.name for one in import_options()]
        return cls(**{name: data[name] for name in names if isinstance(data.get(name), bool)})

    def __getitem__(self, name: str) -> bool:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def as_json(self) -> dict[str, bool]:
        """The form that ``of`` reads."""
        return dict(self._values)

    @property
    def chassis(self) -> bool:
        """Whether the members of virtual chassis come too."""
        return self[MEMBERS.name]

    @property
    def existing(self) -> bool:
        """Whether devices that NetBox has already are synced too."""
        return self[EXISTING]

    def resources(self, *, virtual: bool) -> list[str]:
        """What is compared and written right after a device was made, in the engine's order."""
        return self._of(Step.WITH_DEVICE, virtual=virtual)

    def resources_afterwards(self) -> list[str]:
        """What is written when all devices are there, in the engine's order."""
        return self._of(Step.AFTER_DEVICES, virtual=False)

    def _of(self, step: Step, *, virtual: bool) -> list[str]:
        return [
            one.name
            for one in declared_resources().values()
            if one.brought is not None and one.brought.step is step and self[one.name] and one.serves(virtual=virtual)
        ]
