"""What keeps a use case from its work."""

from ..librenms_api import Identification


class NotIdentifiedError(LookupError):
    """LibreNMS does not know the object for certain; ``identification`` says what was found."""

    def __init__(self, identification: Identification | None) -> None:
        super().__init__("the object is not identified in LibreNMS")
        self.identification = identification
