"""What people write in Markdown, made safe to show, or reduced to its words.

Texts of the programme's data carry HTML among their Markdown (`<span class="…">`): tags of the allow-list are kept
without their attributes, the others go and leave their words. Headings begin below those of the page, so that a page
keeps one `h1` and no level is skipped.
"""

from __future__ import annotations

import html
import re
from functools import cache, lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    *("p", "br", "strong", "em", "del", "code", "pre", "blockquote", "hr", "a", "ul", "ol", "li"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_SPACES = re.compile(r"\s+")
# Lines that begin with a letter and hold nothing that Markdown reads otherwise: most texts, a hundred times faster.
_PROSE = re.compile(r"(?:[^\W\d_][^\n\r\0\\`*_\[\]<&~|]*(?:\n+|\Z))*")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


@lru_cache(maxsize=512)
def render(text: str, heading: int = 3) -> SafeString:
    """Safe HTML. `heading`: the level of the text's own highest heading, 2 to 6."""
    parser = _parser()
    tokens = parser.parse(text)
    _lower_headings(tokens, heading)
    made = nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener nofollow",
    )
    # Cleaned on the line above.
    return mark_safe(made)  # noqa: S308


def plain(text: str) -> str:
    """The words alone: for the index, excerpts and descriptions."""
    if _PROSE.fullmatch(text):
        return _SPACES.sub(" ", text).strip()
    words: list[str] = []
    for token in _parser().parse(text):
        if token.type == "inline":
            words.append("".join(_words_of(child) for child in token.children or ()))
        elif token.type in {"code_block", "fence"}:
            words.append(token.content)
        elif token.type == "html_block":
            words.append(html.unescape(nh3.clean(token.content.replace("<", " <"), tags=set())))
    return _SPACES.sub(" ", " ".join(words)).strip()


def _words_of(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return "" if token.type == "html_inline" else token.content


def _lower_headings(tokens: list[Token], top: int) -> None:
    """Give the levels used, whatever they are, the levels from `top` on, without a gap."""
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    levels = {tag: f"h{min(6, max(2, top) + place)}" for place, tag in enumerate(used)}
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = levels[token.tag]
