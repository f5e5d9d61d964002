"""What calls are called in NetBox's OpenAPI schema, and what they look like."""

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request

# What the calls of a model's addresses are named
SUMMARIES = {
    "list": "List {many}",
    "retrieve": "Read {one}",
    "create": "Add {one}, or several",
    "update": "Replace {one}",
    "partial_update": "Change {one}",
    "destroy": "Delete {one}",
    "bulk_update": "Replace several {many}",
    "bulk_partial_update": "Change several {many}",
    "bulk_destroy": "Delete several {many}",
}
# What only reads, or answers nothing, has no body to show
WITHOUT_BODY = ("list", "retrieve", "destroy")


def described(
    one: str, many: str, *, body: Mapping[str, Any] | None = None, answer: Mapping[str, Any] | None = None
) -> Callable[[type], type]:
    """A view set whose calls are named after what they are about: ``one`` with its article, ``many`` without.

    ``body``: what is sent to add one; ``answer``: what comes back, the same with an id if it is left out.
    """
    answer = answer if answer is not None else {"id": 1, **(body or {})}

    def decorate(view: type) -> type:
        for name, text in SUMMARIES.items():
            if not hasattr(view, name):
                continue
            summary = text.format(one=one, many=many)
            setattr(
                view,
                name,
                extend_schema(
                    summary=summary,
                    description=f"{summary}. {(view.__doc__ or '').strip()}",
                    examples=_examples(name, body, answer),
                )(_own(getattr(view, name))),
            )
        return view

    return decorate


def _own(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of the view set's own that does what the inherited one does, so that only this one is described."""

    def own(self: Any, request: Request, *args: Any, **kwargs: Any) -> Any:
        return method(self, request, *args, **kwargs)

    own.__name__ = method.__name__
    return own


def _examples(name: str, body: Mapping[str, Any] | None, answer: Mapping[str, Any]) -> list[OpenApiExample]:
    shown = []
    if body is not None and name not in WITHOUT_BODY:
        sent: Any = {"id": 1, **body} if name.startswith("bulk") else dict(body)
        shown.append(OpenApiExample("Request", value=[sent] if name.startswith("bulk") else sent, request_only=True))
    if not name.endswith("destroy"):
        shown.append(answer_example(answer))
    return shown


def answer_example(value: Mapping[str, Any], *, status: str = "") -> OpenApiExample:
    """An answer as it may come."""
    return OpenApiExample("Answer", value=dict(value), response_only=True, status_codes=[status] if status else None)


def body_example(value: Mapping[str, Any]) -> OpenApiExample:
    """A body as it may be sent."""
    return OpenApiExample("Request", value=dict(value), request_only=True)
