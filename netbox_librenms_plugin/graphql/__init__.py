"""GraphQL: what is stored of the network, to be read."""

from .schema import schema

__all__ = ("schema",)
