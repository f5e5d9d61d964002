"""An import as somebody asked for it over REST."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ..import_utils.listing import listing
from ..import_utils.options import ImportOptions
from ..import_utils.rows import NO_CHOICE, Choice
from ..librenms_api import LibreNMSAPI
from .requests import known_server


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """Which devices, decided how. ``expected``: LibreNMS id → fingerprint, of those that the caller saw."""

    server: str | None
    choices: Mapping[int, Choice]
    expected: Mapping[int, str]
    options: ImportOptions
    dry_run: bool
    background: bool

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """From a validated body. Raises ``Problem`` for a server that there is not."""
        devices = body["devices"]
        return cls(
            server=known_server(body.get("server")),
            choices={one["librenms_id"]: Choice.of(one) for one in devices},
            expected={one["librenms_id"]: one["expected"] for one in devices if one.get("expected")},
            options=ImportOptions.of(body.get("options", {})),
            dry_run=body["dry_run"],
            background=body["background"],
        )

    def seen(self, api: LibreNMSAPI, user: Any) -> Mapping[int, str]:
        """``expected`` as the rows are with their choices. Raises ``LibreNMSError``.

        Who decides something for a row saw it in the list as it was before, so that fingerprint is good too.
        """
        decided = [pk for pk in self.expected if self.choices[pk] != NO_CHOICE]
        if not decided:
            return self.expected
        before = listing(api, user=user).by_id
        after = listing(api, user=user, choices=self.choices).by_id
        unchanged = [pk for pk in decided if pk in before and before[pk].fingerprint == self.expected[pk]]
        return {**self.expected, **{pk: after[pk].fingerprint for pk in unchanged if pk in after}}
