"""Placeholder until the next commit."""


def connect() -> None:
    """Listen to the models of every document."""
