"""How whole stories are walked: several people in turn at one window, each with the keyboard alone."""

import email
import email.policy

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ServedPortal, sign_in_as

# What has the focus, and what shows it: DSFR hides its boxes and circles and draws on their label, and frames all that
# an enlarged link covers.
_FOCUS = """(wanted) => {
    const held = document.activeElement;
    const seen = ["checkbox", "radio"].includes(held.type) ? held.labels[0] : held;
    const drawn = [null, "::before", "::after"].map((part) => getComputedStyle(seen, part));
    const box = seen.getBoundingClientRect();
    return {
        words: held.outerHTML.slice(0, 160),
        wanted: held === wanted,
        body: held === document.body,
        outlined: held.matches(":focus-visible")
            && drawn.some((style) => style.outlineStyle !== "none" && style.outlineWidth !== "0px"),
        inSight: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.height > 0,
    };
}"""
_MOST_STOPS = 120


class Window:
    """A browser at which people sit down in turn. Nothing of it is a mouse, but the one click that signs in."""

    def __init__(self, page: Page, portal: ServedPortal):
        self.page = page
        self.portal = portal

    def sit(self, who: str, path: str = "") -> None:
        """Somebody else sits down and opens a page. Whoever signed in earlier in the run still is: pages are saved."""
        context = self.page.context
        context.clear_cookies()
        if who in self.portal.signed_in:
            context.add_cookies([self.portal.signed_in[who]])
            if path:
                self.page.goto(path)
            return
        sign_in_as(self.page, who, then=path or "/mes-courriels/")
        session = next(cookie for cookie in context.cookies() if cookie["name"] == "sessionid")
        self.portal.signed_in[who] = {key: session[key] for key in ("name", "value", "domain", "path")}

    def leave(self, path: str) -> None:
        """Nobody is signed in any more, and the page is opened as a visitor."""
        self.page.context.clear_cookies()
        self.page.goto(path)

    # With a known place on the page, which is focused as Tab would.

    def press(self, there: Locator) -> None:
        """Enter, on what leads to another page."""
        there.focus()
        expect(there).to_be_focused()
        self._enter()

    def _enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def open(self, there: Locator) -> None:
        """Enter, on what unfolds a part of the page."""
        there.focus()
        self.page.keyboard.press("Enter")
        expect(there.locator("..")).to_have_attribute("open", "")

    def write(self, there: Locator, text: str) -> None:
        """Put words in a field that has none."""
        there.focus()
        self.page.keyboard.insert_text(text)
        expect(there).to_have_value(text)

    def choose(self, there: Locator, label: str) -> None:
        """Go down a list to what begins like this."""
        there.focus()
        self._down_to(there, label)

    def _down_to(self, there: Locator, label: str) -> None:
        chosen = "list => list.selectedOptions[0].label"
        for _ in range(there.locator("option").count()):
            if there.evaluate(chosen).startswith(label):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"The list has no « {label} » below where it stood.")

    def tick(self, there: Locator) -> None:
        """Space, on a box or a circle."""
        there.focus()
        self.page.keyboard.press("Space")
        expect(there).to_be_checked()

    # With Tab alone, as whoever does not know where things are.

    def reach(self, there: Locator) -> None:
        """Tab until it has the focus. Wherever the focus goes it is seen, and it goes on."""
        wanted = there.element_handle()
        before = None
        for _ in range(_MOST_STOPS):
            self.page.keyboard.press("Tab")
            stop = wanted.evaluate(_FOCUS, wanted)
            assert not stop["body"], f"the page ended before {there}"
            assert stop["outlined"] and stop["inSight"], f"the focus is not seen: {stop['words']}"
            assert stop["words"] != before, f"Tab does not go on: {stop['words']}"
            before = stop["words"]
            if stop["wanted"]:
                return
        raise AssertionError(f"Not reached with {_MOST_STOPS} Tabs: {there}")

    def skip_to_content(self) -> None:
        """The first link of every page: over the header."""
        self.reach(self.page.get_by_role("link", name="Contenu", exact=True))
        self.page.keyboard.press("Enter")
        expect(self.page.locator("main#content")).to_be_focused()

    def reach_and_enter(self, there: Locator) -> None:
        """On to this, then Enter, which leads to another page."""
        self.reach(there)
        self._enter()

    def reach_and_press(self, there: Locator) -> None:
        """The same from the top of the page."""
        self.skip_to_content()
        self.reach_and_enter(there)

    # Mails and days.

    def open_mail(self, subject: str, to: str) -> Locator:
        """The newest mail of this very subject to this address, once it has come; gives its words."""
        read: set[str] = set()
        # The process that sends is as quick as the machine. Its folder is looked at: a page takes more than a mail.
        for _ in range(300):
            new = [path for path in self.portal.mailbox.glob("[0-9]*.eml") if path.name not in read]
            for path in sorted(new, reverse=True):
                mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if (str(mail["Subject"]).strip(), str(mail["To"])) == (subject, to):
                    self.page.goto(f"/demo/courriels/{path.stem}/")
                    return self.page.get_by_role("main")
                read.add(path.name)
            self.page.wait_for_timeout(200)
        pytest.fail(f"No mail « {subject} » came to {to}.")

    def follow_mail(self, subject: str, to: str, path: str = "/") -> None:
        """Open a mail, and the link in it whose address goes on like this."""
        mail = self.open_mail(subject, to)
        self.press(mail.locator(f"a[href^='{self.portal.url}{path}']").first)
