"""Import rules: which one fits a device. Texts are compared whole, case aside; ``*`` and ``?`` stand for any text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..librenms.records import Device
from ..sync.core.name_patterns import fits
from ..sync.core.normalise import text
from ..sync.core.plan import Ref
from .rows import RuleHit


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. An empty condition holds for every device; ``targets``: field → object, None for one that the user may
    not view."""

    id: int
    name: str
    os: str = ""
    hardware: str = ""
    type: str = ""
    location: str = ""
    name_pattern: str = ""
    targets: Mapping[str, Ref | None] = field(default_factory=dict)
    tags: tuple[Ref, ...] = ()
    as_vm: bool = False
    ignore: bool = False

    @property
    def hit(self) -> RuleHit:
        """Its name, for the rows that it decides."""
        return RuleHit(id=self.id, name=self.name, ignores=self.ignore)

    def fits(self, device: Device) -> bool:
        """Whether all conditions hold; the name pattern may fit the sysName or the hostname."""
        return (
            _fits(self.os, text(device.os))
            and _fits(self.hardware, text(device.hardware))
            and _fits(self.type, text(device.type))
            and _fits(self.location, text(device.location_name))
            and (_fits(self.name_pattern, text(device.sys_name)) or _fits(self.name_pattern, text(device.hostname)))
        )


def first_rule(rules: Iterable[Rule], device: Device) -> Rule | None:
    """The first rule that fits; the rules come in their order."""
    return next((rule for rule in rules if rule.fits(device)), None)


def _fits(pattern: str, said: str) -> bool:
    return not pattern or fits(pattern, said)
