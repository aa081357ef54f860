import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.markdown import plain, render


def test_markdown_becomes_html_with_headings_below_those_of_the_page():
    assert render("# Titre\n\nUn *mot*.\n\n### Suite") == ("<h3>Titre</h3>\n<p>Un <em>mot</em>.</p>\n<h4>Suite</h4>\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>après", "après"),
        ("<img src=x onerror=alert(1)>", ""),
        ("[clic](javascript:alert(1))", "<p>[clic](javascript:alert(1))</p>"),
        ("[clic](data:text/html;base64,xx)", "<p>[clic](data:text/html;base64,xx)</p>"),
        ('<a href="javascript:alert(1)">clic</a>', '<p><a rel="noopener nofollow">clic</a></p>'),
        ('un <span class="fr-btn" style="x" onclick="y()">mot</span>', "<p>un mot</p>"),
        ("<h1>Titre</h1>", "Titre"),
        ("![image](https://exemple.fr/x.png)", "<p></p>"),
    ],
)
def test_nothing_that_runs_or_loads_goes_through(text, shown):
    assert render(text).strip() == shown


def test_links_to_the_web_are_kept_and_marked():
    assert render("[site](https://exemple.fr)").strip() == (
        '<p><a href="https://exemple.fr" rel="noopener nofollow">site</a></p>'
    )


def test_plain_text_keeps_the_words_alone():
    text = "# Titre\n\nUn *mot*, l’art &amp; un [lien](https://exemple.fr)\n\n<div>bloc<br>suite</div>\n\n- `code`"
    assert plain(text) == "Titre Un mot, l’art & un lien bloc suite code"


def test_an_empty_text_is_nothing():
    assert (render(""), plain("")) == ("", "")


@given(st.text(alphabet='aéB1 \n\r\t.,;:!?-+*#=_`~\\[]()<>&|’«»"/', max_size=60))
def test_plain_prose_is_read_as_markdown_reads_it(text):
    # A comment before the text has Markdown read it whatever it is made of.
    assert plain(text) == plain(f"<!-- -->\n\n{text}")
