"""Lists of candidates as files: what a reader takes away is what they may read on the pages, no address in it.

Rows are read by the batch and written as they come, so memory does not grow with them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from community.enums import Visibility
from community.models import Member, MemberSkill
from community.visibility import may_see, viewer_of
from recruitment.candidates import candidate_name, member_of, with_people
from recruitment.models import Application, ApplicationAnswer, ApplicationEvent, Mission
from search.declarations import Viewer

if TYPE_CHECKING:
    from community.models import User

BATCH = 200
"""Applications read together."""

# What a spreadsheet would take for a formula, spaces before it included (OWASP, « CSV injection »).
_FORMULA = re.compile(r"^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")

Cell = str | int | float | Decimal | date | None


@dataclass(frozen=True)
class Column:
    """One column of the file: its title, and what it holds of an application."""

    title: str
    of: Callable[[Any], Cell]


def escaped(text: str) -> str:
    """A text that no spreadsheet reads as a formula: an apostrophe stands before what could be one."""
    return f"'{text}" if _FORMULA.search(text) else text


def columns_for(mission: Mission, user: User) -> list[Column]:
    """What this account may take away of those who apply: what they sent, and what their profile shows to it."""
    viewer = viewer_of(user)
    columns = [
        Column("Nom", candidate_name),
        Column("État", lambda row: row.get_state_display()),
        Column("Envoyée le", lambda row: timezone.localdate(row.submitted_at)),
        Column("Dernières nouvelles le", lambda row: timezone.localdate(row.news_at)),
        Column("Disponible à partir du", lambda row: row.available_from or "dès que possible"),
        Column("Jours par semaine", lambda row: row.days_per_week),
        Column("Tarif journalier (€ HT)", lambda row: row.daily_rate),
        Column("Métier", _of_member(lambda member: member.role)),
        Column("Compétences", _of_member(lambda member: ", ".join(row.skill.name for row in member.known_skills))),
        Column("Région", _of_member(lambda member: member.get_region_display(), viewer, "region")),
        Column("Expérience", _of_member(lambda member: member.get_seniority_display(), viewer, "seniority")),
        Column("Motif du refus", _reason),
        Column("Message", lambda row: row.message),
    ]
    for number, text in mission.questions.order_by("position").values_list("pk", "text"):
        columns.append(Column(text, _answer_to(number)))
    columns.append(Column("Autres réponses", _other_answers))
    return columns


def _of_member(read: Callable[[Any], str], viewer: Viewer | None = None, field: str = "") -> Callable[[Any], Cell]:
    def of(row: Application) -> Cell:
        member = member_of(row)
        if member is None or (viewer is not None and not may_see(viewer, member, field, has_applied=True)):
            return ""
        return read(member)

    return of


def _reason(row: Any) -> str:
    return row.refusals[-1].get_reason_display() if row.refusals else ""


def _answer_to(question: int) -> Callable[[Any], Cell]:
    return lambda row: next((answer.text for answer in row.told if answer.question_id == question), "")


def _other_answers(row: Any) -> str:
    # The question was taken away since: what was answered stands beside what was asked.
    return "\n".join(f"{answer.asked} {answer.text}" for answer in row.told if answer.question_id is None)


def rows_of(rows: QuerySet[Application], columns: Sequence[Column]) -> Iterator[list[Cell]]:
    """Each application as the cells of its columns, in the queryset's order. A few queries for each `BATCH`."""
    skills = MemberSkill.objects.select_related("skill").order_by("position", "pk")
    refusals = ApplicationEvent.objects.exclude(reason="").order_by("happened_at", "pk")
    found = with_people(rows).prefetch_related(
        Prefetch("candidate__member__member_skills", skills, to_attr="known_skills"),
        Prefetch("events", refusals, to_attr="refusals"),
        Prefetch("answers", ApplicationAnswer.objects.order_by("pk"), to_attr="told"),
    )
    for row in found.iterator(chunk_size=BATCH):
        yield [column.of(row) for column in columns]


class _Echo:
    """Gives back what is written to it, for whoever sends it on."""

    def write(self, text: str) -> str:
        return text


def csv_lines(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The lines of a CSV file as French spreadsheets open it: semicolons, a byte order mark, decimal commas."""
    writer: Any = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow([escaped(title) for title in titles])
    for row in rows:
        yield writer.writerow([_in_csv(cell) for cell in row])


def _in_csv(cell: Cell) -> str:
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float | Decimal):
        return str(cell).replace(".", ",")
    return "" if cell is None else escaped(str(cell))


def write_xlsx(file: IO[bytes], titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a workbook of one sheet; openpyxl keeps its rows in a file while it is made."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Candidatures")
    sheet.freeze_panes = "B2"
    sheet.append([_in_xlsx(title) for title in titles])
    for row in rows:
        sheet.append([_in_xlsx(cell) for cell in row])
    book.save(file)


def _in_xlsx(cell: Cell) -> Cell:
    return escaped(ILLEGAL_CHARACTERS_RE.sub("", cell)) if isinstance(cell, str) else cell


def private_among(rows: QuerySet[Application]) -> QuerySet[Member]:
    """Who of those who apply shows themselves to nobody."""
    return Member.objects.filter(user__applications__in=rows.order_by(), visibility=Visibility.PRIVATE)
