from portal.anchors import anchored


def test_each_heading_gets_an_anchor_made_of_its_words():
    html, headings = anchored("<h2>Phase 1 : l’<b>investigation</b></h2><p>Texte</p><h3>Détail</h3>")

    assert html == '<h2 id="phase-1-l-investigation">Phase 1 : l’<b>investigation</b></h2><p>Texte</p><h3>Détail</h3>'
    assert [(heading.anchor, heading.words) for heading in headings] == [
        ("phase-1-l-investigation", "Phase 1 : l’investigation")
    ]


def test_equal_headings_get_different_anchors():
    _, headings = anchored("<h2>Suite</h2><h2>Suite</h2><h2>Suite 2</h2><h2>!</h2>")

    assert [heading.anchor for heading in headings] == ["suite", "suite-2", "suite-2-2", "partie"]


def test_words_of_a_heading_keep_their_entities():
    _, headings = anchored("<h2>Q&amp;R &lt;script&gt;</h2>")

    assert headings[0].words == "Q&amp;R &lt;script&gt;"
