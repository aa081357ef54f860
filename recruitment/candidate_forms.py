"""The forms of one application's page, which are one: whichever button is pressed, what the others hold is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict

from recruitment.actions.message_templates import with_template
from recruitment.actions.notes import colleagues
from recruitment.actions.ratings import ratings_of
from recruitment.board_forms import MoveForm, RejectForm
from recruitment.rejection_texts import with_proposal
from recruitment.thread_forms import MessageForm, NoteForm, RatingForm, TemplatePick

if TYPE_CHECKING:
    from community.models import User
    from recruitment.models import Application

MOVE, REJECT, MESSAGE, NOTE, RATING = "move", "reject", "message", "note", "rating"
_ALL = (MOVE, REJECT, MESSAGE, NOTE, RATING)
_DECISIONS = frozenset({MOVE, REJECT})
_SENT_BY = {"refuser": REJECT, "ecrire": MESSAGE, "noter": NOTE, "evaluer": RATING}
"""Button -> the form that it sends. Any other but these and the quiet ones decides of a step."""
_PROPOSE, _TAKE, _STAY = "proposer", "reprendre", "rester"
_QUIET = frozenset({_PROPOSE, _TAKE, _STAY})
"""Buttons that put a text in a field, or that the key Enter presses: nothing is sent by them."""


class CandidateForms:
    """What was typed in each form, `data`, with nothing of it blamed but in the one that is pressed (`press`).

    `here`: where all of them are posted. `ratings`: what the reader may know of the ratings.
    """

    def __init__(self, row: Application, *, by: User, here: str, data: QueryDict | None = None) -> None:
        self.row = row
        self.here = here
        self.ratings = ratings_of(row, by)
        self._colleagues = list(colleagues(row, by))
        self._data = QueryDict() if data is None else data
        self._forms = {name: self._typed(name) for name in _ALL}

    move = property(lambda self: self._forms[MOVE])
    reject = property(lambda self: self._forms[REJECT])
    message = property(lambda self: self._forms[MESSAGE])
    note = property(lambda self: self._forms[NOTE])
    rating = property(lambda self: self._forms[RATING])

    def _made(self, name: str, data: QueryDict | None = None, **given: Any) -> forms.Form:
        # Two of them have a field of the same name: here each has a name of its own.
        if name == MOVE:
            return MoveForm(data, **given)
        if name == REJECT:
            return RejectForm(data, **given)
        if name == MESSAGE:
            return MessageForm(data, prefix="fil", auto_id="%s", **given)
        if name == NOTE:
            return NoteForm(data, prefix="note", auto_id="%s", colleagues=self._colleagues, **given)
        own = self.ratings.own
        return RatingForm(data, auto_id="note-%s", criteria=self.ratings.criteria, own=own, **given)

    def _typed(self, name: str) -> forms.Form:
        posted = self._made(name, self._data)
        typed = {field: posted[field].value() for field in posted.fields}
        return self._made(name, initial={"seen": self.row.state} | {key: told for key, told in typed.items() if told})

    # Which button ---------------------------------------------------------------------

    @property
    def pressed(self) -> str:
        """The form that is sent; empty where nothing is."""
        if any(name in self._data for name in _QUIET):
            return ""
        return next((form for button, form in _SENT_BY.items() if button in self._data), MOVE)

    def press(self) -> forms.Form:
        """The form that is sent, to be judged."""
        self._forms[self.pressed] = self._made(self.pressed, self._data)
        return self._forms[self.pressed]

    def put_text(self) -> None:
        """The text that was asked for stands in its field, after what was written there."""
        if _PROPOSE in self._data:
            told = self.reject.initial
            mission = self.row.mission
            told["message"] = with_proposal(told.get("message", ""), told.get("reason", ""), mission)
        elif _TAKE in self._data:
            told = self.message.initial
            told["text"] = with_template(told.get("text", ""), self.row, self.template)

    def see_state(self) -> None:
        """After a decision that could not be, the page says where the application is, and the next one is of that."""
        for name in _DECISIONS if self.pressed in _DECISIONS else ():
            form = self._forms[name]
            form.initial["seen"] = self.row.state
            if form.is_bound:
                told: Any = self._data.copy()
                told[form.add_prefix("seen")] = self.row.state
                form.data = told

    # What the page shows ----------------------------------------------------------------

    @property
    def template(self) -> int:
        """The key of the team's text that was chosen; 0 for none."""
        return TemplatePick(self._data).wanted

    @property
    def is_refusing(self) -> bool:
        """Whether a refusal has begun: it is not folded away."""
        is_pressed = _PROPOSE in self._data or self.reject.is_bound
        return is_pressed or bool(self.reject["reason"].value() or self.reject["message"].value())

    def unsent(self) -> dict[str, list[str]]:
        """What was typed in the forms that were not sent, by the names of their fields. Once one decision is made,
        nothing of the other one is left to decide.
        """
        sent = self.pressed
        left = [name for name in _ALL if name != sent and not {name, sent} <= _DECISIONS]
        posted = [self._made(name, self._data) for name in left]
        names = [form.add_prefix(field) for form in posted for field in form.changed_data if field != "seen"]
        return {name: self._data.getlist(name) for name in names}
