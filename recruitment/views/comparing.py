"""A few candidates side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.views.generic import TemplateView

from recruitment import candidates, wording
from recruitment.actions.deciding import note_opened
from recruitment.actions.ratings import ratings_of
from recruitment.board_forms import LIST, MOST_COMPARED, ChosenForm
from recruitment.matching.matches import matches_of
from recruitment.matching.ranking import Match
from recruitment.views.board import CandidatesPage


@dataclass(frozen=True)
class Line:
    """One row of the comparison: its head, what the mission asks for, and a cell for each candidate."""

    head: str
    cells: list[str]
    asked: str = ""


class CompareView(CandidatesPage, TemplateView):
    """/missions/<slug>/candidatures/comparer/?c=… Two to four side by side."""

    template_name = "recruitment/board/compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A table: one column a candidate, one row a question."""
        numbers = ChosenForm(self.request.GET).numbers
        readable = candidates.with_people(candidates.candidates_of(self.mission, self.user))
        found = readable.select_related("mission__startup").in_bulk(numbers)
        rows = [found[number] for number in numbers if number in found]
        left = max(0, len(rows) - MOST_COMPARED)
        rows = rows[:MOST_COMPARED]
        enough = len(rows) > 1
        if enough:
            note_opened(rows, by=self.user)
        return super().get_context_data(
            people=[
                {"name": candidates.candidate_name(row), "url": self.url_of("mission_application", row.pk), "row": row}
                for row in rows
            ]
            if enough
            else [],
            groups=self._groups(rows) if enough else [],
            left=left,
            most=MOST_COMPARED,
            back=self.url_of("mission_applications") + f"?vue={LIST}",
            **kwargs,
        )

    def _groups(self, rows: list[Any]) -> list[tuple[str, list[Line]]]:
        told = matches_of(candidates.members_among(rows), self.mission)
        matches = [told[member.pk] if (member := candidates.member_of(row)) else None for row in rows]
        groups = [
            ("Candidature", self._facts(rows)),
            ("Compétences", self._skills(rows)),
            ("Critères de la mission", self._ratings(rows)),
            ("Rapprochement", _criteria(matches)),
            ("Réponses", _answers(rows)),
        ]
        return [(title, lines) for title, lines in groups if lines]

    def _facts(self, rows: list[Any]) -> list[Line]:
        mission = self.mission
        return [
            Line("État", [row.get_state_display() for row in rows]),
            Line("Métier", [(member.role if (member := candidates.member_of(row)) else "") for row in rows]),
            Line("Disponible", [candidates.availability_in_words(row) for row in rows], wording.start(mission)),
            Line("Rythme", [candidates.days_in_words(row) for row in rows], wording.rhythm(mission)),
            Line("Tarif", [candidates.rate_in_words(row) for row in rows], wording.pay(mission)),
        ]

    def _ratings(self, rows: list[Any]) -> list[Line]:
        rated = [ratings_of(row, self.user) for row in rows]
        means = [{one.criterion.pk: candidates.mean_in_words(one.mean) for one in told.rows} for told in rated]
        # Whoever has not given their own sees nobody else's.
        unseen = ["sans avis" if told.is_complete else "évaluez d’abord cette candidature" for told in rated]
        return [
            Line(criterion.text, [mean.get(criterion.pk) or words for mean, words in zip(means, unseen, strict=True)])
            for criterion in rated[0].criteria
        ]

    def _skills(self, rows: list[Any]) -> list[Line]:
        members = [candidates.member_of(row) for row in rows]
        owned = [set(member.skills.values_list("pk", flat=True)) if member else set() for member in members]
        asked = [(skill, "demandée") for skill in self.mission.required_skills.order_by("name")]
        asked += [(skill, "appréciée") for skill in self.mission.appreciated_skills.order_by("name")]
        return [Line(skill.name, [_has(skill.pk, skills) for skills in owned], kind) for skill, kind in asked]


def _has(skill: int, owned: set[int]) -> str:
    # Whoever declares none has said nothing of this one.
    return "non précisé" if not owned else "oui" if skill in owned else "non"


def _criteria(matches: list[Match | None]) -> list[Line]:
    if not any(matches):
        return []
    keys = dict.fromkeys(reason.key for match in matches if match for reason in match.reasons)
    lines = [Line("Score", [_score(match) for match in matches])]
    told = [{reason.key: reason.text for reason in match.reasons} if match else {} for match in matches]
    # What makes a mission impossible is told alone: the rest was not compared.
    unsaid = ["" if match and not match.blockers else "pas comparé" for match in matches]
    return lines + [
        Line(
            CRITERION_WORDS.get(key, key),
            [texts.get(key, words) for texts, words in zip(told, unsaid, strict=True)],
        )
        for key in keys
    ]


def _score(match: Match | None) -> str:
    if match is None:
        return "pas comparé"
    if match.blockers:
        return "Impossible en l’état\u00a0: " + ", ".join(blocker.text for blocker in match.blockers)
    return f"{match.score} sur 100" if match.score is not None else "pas de score"


def _answers(rows: list[Any]) -> list[Line]:
    told = [{answer.asked: answer.text for answer in row.answers.all()} for row in rows]
    asked = dict.fromkeys(question for answers in told for question in answers)
    return [Line(question, [answers.get(question, "") for answers in told]) for question in asked]


CRITERION_WORDS = {
    "title": "Métier",
    "domain": "Domaine",
    "required": "Compétences demandées",
    "appreciated": "Compétences appréciées",
    "themes": "Thèmes",
    "user_types": "Usagers",
    "incubator": "Incubateur",
    "seniority": "Expérience",
    "days": "Rythme",
    "availability": "Disponibilité",
    "place": "Lieu",
    "rate": "Tarif",
    "neutral": "Le reste",
}
"""How the criteria of the matching are called in a table."""
