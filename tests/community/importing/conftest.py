import pytest

from tests.community.importing.content import Content


@pytest.fixture
def content(tmp_path) -> Content:
    """A small source: one file of each kind, all referring to each other. Invented, like everything here."""
    root = tmp_path / "content"
    source = Content(root)
    source.organisation("ministere", name="Ministère des Essais", type="administration-centrale", acronym="ME")
    source.incubator("fabrique", title="La Fabrique", owner="/organisations/ministere", highlighted_startups=["essai"])
    source.team("animation", name="Animation", incubator="fabrique", mission="Faire vivre la communauté.")
    source.write("_phases", "construction.md", {"status": "construction", "label": "Construction", "order": 2})
    source.write("_fasts", "07_fast.md", {"title": "FAST 7", "promotion": 7}, "# Lauréats")
    source.startup("essai")
    source.member("camille.essai")
    source.posting("2020-03-01-essai-dev.md")
    return source
