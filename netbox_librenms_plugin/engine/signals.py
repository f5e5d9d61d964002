"""What the engine tells of, so that those who keep records need not be known to it."""

from django.dispatch import Signal

# Sent with ``runs`` (``AppliedPlans`` of some objects) in the transaction that wrote them
applied = Signal()
