"""The documents that exist, by name. Apps register theirs in `documents.py`."""

from __future__ import annotations

from typing import TypeVar

from .declarations import Document, NameField, UnknownField

_documents: dict[str, Document] = {}

D = TypeVar("D", bound=type[Document])


class UnknownDocument(LookupError):  # noqa: N818
    """No document of this name is registered."""


def register(declaration: D) -> D:
    """Class decorator: make the document known. Raises `ValueError` when its declaration contradicts itself."""
    document = declaration()
    names = [field.name for field in document.fields] + [facet.name for facet in document.computed_facets]
    if len(set(names)) != len(names):
        raise ValueError(f"{document.name}: two fields or facets share a name")
    if sum(isinstance(field, NameField) for field in document.fields) > 1:
        raise ValueError(f"{document.name}: more than one NameField")
    for _label, name, _descending in document.sorts.values():
        if not document.field(name).sort:
            raise ValueError(f"{document.name}: « {name} » is in sorts but not declared with sort=True")
    if document.default_sort != "relevance" and document.default_sort not in document.sorts:
        raise UnknownField(f"{document.name}: default sort « {document.default_sort} » is not one of sorts")
    known = _documents.get(document.name)
    if known is not None and type(known) is not declaration:
        raise ValueError(f"two documents are called {document.name}")
    _documents[document.name] = document
    return declaration


def get(name: str) -> Document:
    """The document of this name. Raises `UnknownDocument`."""
    try:
        return _documents[name]
    except KeyError:
        raise UnknownDocument(f"Aucun document « {name} » ; il y a : {', '.join(sorted(_documents))}.") from None


def all() -> list[Document]:
    """Every document, in the order in which they were registered."""
    return list(_documents.values())
