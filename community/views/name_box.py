"""A page with a list of names and a box to add one: an unknown name that is near known ones is asked about first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View
from django.views.generic.base import ContextMixin

from community.actions.skills import beginning_with, known_skill, near_spellings
from community.listing.forms import tidy
from community.models import Skill, User, spelling_key
from community.vocabulary import LABEL_LENGTH


class NameBox(ContextMixin):
    """What these pages share. `nom`: the text of the box; `ajouter`: as it should be; `tel_quel`: that very text,
    though it is unknown; `proposition`: one of the known names. Drawn with `community/_name_box.html`.

    `noun`: what is named, with its article. `longest`: characters of a name.
    """

    noun: ClassVar[str]
    longest: ClassVar[int] = LABEL_LENGTH
    request: HttpRequest
    typed = ""
    error = ""
    near: tuple[str, ...] = ()

    def is_known(self, name: str) -> bool:
        """Whether something is called so already."""
        raise NotImplementedError

    def names_near(self, name: str) -> Sequence[str]:
        """Known names that may be meant."""
        raise NotImplementedError

    def add(self, name: str) -> bool:
        """Add it to the list; false, with an `error`, when it cannot be."""
        raise NotImplementedError

    def add_typed(self) -> bool:
        """Add what was typed or chosen; false when the page must ask again: `error` or `near` say why."""
        posted = self.request.POST
        self.typed = tidy(posted.get("nom", ""))
        name = tidy(posted.get("proposition", "")) or self.typed
        if not spelling_key(name):
            self.error = f"Indiquez {self.noun} : au moins une lettre ou un chiffre."
        elif len(name) > self.longest:
            self.error = f"Ce texte fait {len(name)} caractères : gardez-en {self.longest} au plus."
        elif "ajouter" in posted and not self.is_known(name) and (near := self.names_near(name)):
            self.near = tuple(near)
        else:
            return self.add(name)
        return False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was typed, and what is asked about it."""
        return super().get_context_data(
            **{"typed": self.typed, "error": self.error, "near": self.near, "longest": self.longest, **kwargs}
        )


class SkillBox(NameBox):
    """A box for skills and technologies, which are of one vocabulary."""

    def is_known(self, name: str) -> bool:
        """By any of its spellings."""
        return known_skill(name) is not None

    def names_near(self, name: str) -> Sequence[str]:
        """Of skills that this account may be proposed."""
        return near_spellings(name, cast("User", self.request.user))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the box proposes before anything is typed."""
        return super().get_context_data(proposed=Skill.objects.proposed().values_list("name", flat=True), **kwargs)


class NameOptions(View):
    """…/propositions/?nom= The options of a box, for htmx."""

    http_method_names = ["get", "head"]
    longest: ClassVar[int] = LABEL_LENGTH

    def names(self, text: str) -> Sequence[str]:
        """The names to propose for what is typed so far."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Names, as `<option>`s."""
        names = self.names(tidy(request.GET.get("nom", ""))[: self.longest])
        return render(request, "community/_skill_options.html", {"names": names})


class SkillOptions(NameOptions):
    """The options of a `SkillBox`."""

    def names(self, text: str) -> Sequence[str]:
        """Skills that begin so."""
        return beginning_with(text, cast("User", self.request.user))
