"""/missions/<slug>/candidatures/export/: what is taken away, by whom, and what no spreadsheet may run."""

import csv
import io
import re
import tracemalloc
from datetime import date

import pytest
from openpyxl import load_workbook

from community.enums import FieldAudience
from community.models import AuditDetail, AuditEntry
from recruitment.enums import ApplicationState
from recruitment.exports import BATCH, columns_for, csv_lines, escaped, rows_of, write_xlsx
from recruitment.models import Application, ApplicationAnswer, ApplicationEvent, MissionQuestion
from tests.recruitment.factories import ApplicationFactory

pytestmark = pytest.mark.django_db

EXPORT = "/missions/carnet/candidatures/export/"


def rows_in_csv(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def rows_in_xlsx(response):
    titles, *rows = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active.values
    return [dict(zip(titles, row, strict=True)) for row in rows]


def test_the_file_has_what_the_reader_may_see_and_no_address(team, mission, apply):
    question = MissionQuestion.objects.create(mission=mission, position=1, text="Pourquoi la mer ?")
    row = apply(
        "Ada Phare",
        role="Développeuse",
        skills=["Python", "SQL"],
        seniority="senior",
        seniority_audience=FieldAudience.NOBODY,
        region="53",
        daily_rate=480,
        available_from=date(2027, 3, 1),
        state=ApplicationState.REJECTED,
    )
    ApplicationAnswer.objects.create(application=row, question=question, asked=question.text, text="Le vent ; l’air.")
    ApplicationAnswer.objects.create(application=row, asked="Et le port ?", text="Aussi.")
    ApplicationEvent.objects.create(
        application=row, actor_kind="team", from_state="submitted", to_state="rejected", reason="rate"
    )
    response = team.post(EXPORT, {"format": "csv"})
    assert re.fullmatch(r'attachment; filename="candidatures-\d{4}-\d\d-\d\d\.csv"', response["Content-Disposition"])
    [told] = rows_in_csv(response)
    for day in ("Envoyée le", "Dernières nouvelles le"):
        assert re.fullmatch(r"\d\d/\d\d/\d{4}", told.pop(day))
    assert told == {
        "Nom": "Ada Phare",
        "État": "Non retenue",
        "Disponible à partir du": "01/03/2027",
        "Jours par semaine": "",
        "Tarif journalier (€ HT)": "480",
        "Métier": "Développeuse",
        "Compétences": "Python, SQL",
        "Région": "Bretagne",
        "Expérience": "",
        "Motif du refus": "Le tarif dépasse le budget",
        "Message": "Ce service m’intéresse.",
        "Pourquoi la mer ?": "Le vent ; l’air.",
        "Autres réponses": "Et le port ? Aussi.",
    }
    [same] = rows_in_xlsx(team.post(EXPORT, {"format": "xlsx"}))
    assert (same["Nom"], same["Tarif journalier (€ HT)"], same["Pourquoi la mer ?"]) == (
        "Ada Phare",
        480,
        "Le vent ; l’air.",
    )
    assert row.candidate.email not in str([told, same])


@pytest.mark.parametrize(
    "text", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\N{NO-BREAK SPACE}=1", "\uff1d1"]
)
def test_what_could_be_a_formula_stands_behind_an_apostrophe(text):
    assert escaped(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Ada", "a=1", "1 - 2", "é@exemple", "'=1"])
def test_what_is_no_formula_is_left_as_it_is(text):
    assert escaped(text) == text


@pytest.mark.parametrize("wanted", ["csv", "xlsx"])
def test_no_cell_of_a_file_is_a_formula(team, mission, apply, wanted):
    question = MissionQuestion.objects.create(mission=mission, position=1, text="=HYPERLINK(A1)")
    row = apply("@Ada", role="-2+3", message="=cmd|' /C calc'!A0\x0b", skills=["+SOMME(A1)"])
    ApplicationAnswer.objects.create(application=row, question=question, asked=question.text, text="\t=1")
    [told] = (rows_in_csv if wanted == "csv" else rows_in_xlsx)(team.post(EXPORT, {"format": wanted}))
    cells = [str(cell) for cell in (*told, *told.values()) if cell]
    assert [cell for cell in cells if escaped(cell) != cell] == []
    assert told["Nom"] == "'@Ada"
    assert told["Message"].startswith("'=cmd|")


def test_an_export_is_kept_and_so_is_who_of_it_shows_themselves_to_nobody(team, mission, apply):
    apply("Ada Phare", visibility="private")
    apply("Bo Quai")
    apply("Cy Phare", state="rejected")
    response = team.post(f"{EXPORT}?q=phare&etat=submitted", {"format": "csv"})
    assert [row["Nom"] for row in rows_in_csv(response)] == ["Ada Phare"]
    [kept] = AuditDetail.objects.filter(entry__action="list_exported")
    assert kept.facts == {"list": "candidates", "mission": mission.pk, "rows": 1, "format": "csv"}
    assert AuditEntry.objects.filter(action="private_profile_seen").count() == 1


def test_looking_at_the_page_exports_nothing_and_says_what_is_in_the_file(team, apply):
    apply("Ada Phare")
    page = team.get(f"{EXPORT}?etat=submitted").content.decode()
    assert "<li>Tarif journalier (€ HT)</li>" in page
    assert "Ada Phare" not in page
    assert "état «&nbsp;Envoyée&nbsp;»" in page
    assert team.post(EXPORT, {"format": "pdf"}).context["form"].errors["format"] == [
        "Choisissez un format de la liste."
    ]
    assert not AuditEntry.objects.filter(action="list_exported").exists()


def test_a_session_left_open_exports_nothing(client, recruiter, apply):
    apply("Ada Phare")
    client.force_login(recruiter)
    assert client.get(EXPORT).status_code == 200
    response = client.post(EXPORT, {"format": "csv"})
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/compte/confirmer/")
    assert not AuditEntry.objects.filter(action="list_exported").exists()


def _plant(mission, count):
    Application.objects.bulk_create(
        (ApplicationFactory.build(mission=mission, candidate=None, message="x" * 2_000) for _ in range(count)),
        batch_size=500,
    )


def test_rows_are_read_by_the_batch_as_they_are_written(mission, recruiter, count_queries):
    _plant(mission, BATCH + 1)
    rows = rows_of(mission.applications.order_by("pk"), columns_for(mission, recruiter))
    assert len(next(rows)) == len(columns_for(mission, recruiter))
    few = count_queries(lambda: next(rows))
    assert few == 0
    rest = count_queries(lambda: list(rows))
    assert 0 < rest < 10


@pytest.mark.campaign
def test_five_thousand_rows_are_written_in_bounded_memory(mission, recruiter, tmp_path):
    _plant(mission, 5_000)
    columns = columns_for(mission, recruiter)
    titles = [column.title for column in columns]

    def peak(write):
        tracemalloc.start()
        write(rows_of(mission.applications.order_by("pk"), columns))
        _now, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest / 2**20

    def as_csv(rows):
        with (tmp_path / "a.csv").open("w") as file:
            file.writelines(csv_lines(titles, rows))

    def as_xlsx(rows):
        with (tmp_path / "a.xlsx").open("wb") as file:
            write_xlsx(file, titles, rows)

    assert peak(as_csv) < 15
    assert peak(as_xlsx) < 30
