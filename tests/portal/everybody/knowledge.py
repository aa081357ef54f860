"""Who asks, the words that stand in the database of everybody, and who may find each of them somewhere."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = (
    "visitor",
    "candidate",
    "member",
    "other_team",
    "own_team",
    "recruiter",
    "incubator",
    "juror",
    "editor",
    "programme",
    "administrator",
)
"""Who asks, in the order of the table. `own_team` leads the startup that the table calls `{own}`, `recruiter` recruits
for it, `incubator` hosts it; `other_team` leads `{other}`."""

NOBODY: frozenset[str] = frozenset()
SIGNED_IN = frozenset(ROLES) - {"visitor"}
COMMUNITY = SIGNED_IN - {"candidate"}
TEAMS = COMMUNITY - {"member", "juror", "editor"}
STAFF = frozenset({"programme", "administrator"})
OF_OWN_TEAM = frozenset({"own_team", "recruiter", "incubator"}) | STAFF


@dataclass(frozen=True)
class Secret:
    """A word that stands in one place of the database, and who finds it somewhere on the portal."""

    word: str
    readers: frozenset[str]


SECRETS: dict[str, Secret] = {
    "name for the community": Secret("Velcourt", COMMUNITY),
    "slug for the community": Secret("oriane.velkourt", COMMUNITY),
    "private name": Secret("Zarkovane", NOBODY),
    "private slug": Secret("nilo.zarkhovan", NOBODY),
    "private biography": Secret("bioxanthine", NOBODY),
    "private trade": Secret("tradoxyle", NOBODY),
    "private skill": Secret("skilmurane", NOBODY),
    "private employer": Secret("empluvore", NOBODY),
    "private link": Secret("lienquartz", NOBODY),
    "private portrait": Secret("portraxyne", NOBODY),
    "name hidden from one startup": Secret("Mirzalune", frozenset(ROLES) - {"own_team", "recruiter"}),
    "name hidden from an administration": Secret(
        "Dorvaxine", frozenset(ROLES) - {"own_team", "recruiter", "incubator"}
    ),
    "name of who is not listed": Secret("Kolmizare", frozenset({"own_team", "incubator", "administrator"})),
    "rate floor": Secret("483719", TEAMS),
    "commune for nobody": Secret("Sourdevigne", NOBODY),
    "commune for whom one applies to": Secret("Applivaux", NOBODY),
    "draft mission": Secret("Brouillonique", OF_OWN_TEAM),
    "text of a mission in review": Secret("relecturine", OF_OWN_TEAM),
    "draft of another team": Secret("Etrangevin", frozenset({"other_team"}) | STAFF),
    "reason of a move": Secret("motifurgon", frozenset({"own_team", "recruiter", "incubator", "administrator"})),
    "document of an application": Secret("curriculax", frozenset({"candidate", "recruiter"})),
    "step of an arrival": Secret("etapiquine", frozenset({"candidate", "recruiter"})),
    # Whoever arrived finds it in the copy of their data.
    "words on an arrival": Secret("motarrival", frozenset({"candidate", "recruiter"})),
    # Whoever a note is about finds it in the copy of their data.
    "note on a candidate": Secret("notaquille", frozenset({"candidate", "recruiter"})),
    "message to a candidate": Secret("messagivre", frozenset({"candidate", "recruiter"})),
    "template of a team": Secret("modelisque", frozenset({"recruiter"})),
    "words of an invitation": Secret("invitaloupe", frozenset({"member", "recruiter"})),
    "name of who applies": Secret("Candelorme", frozenset({"recruiter"})),
    "message of who applies": Secret("lettrivage", frozenset({"recruiter"})),
    "commune of who applies": Secret("Postulombe", frozenset({"recruiter"})),
    "reason of a role": Secret("raisonnax", frozenset({"own_team", "recruiter", "incubator"}) | STAFF),
    "saved search of another": Secret("chercholine", NOBODY),
    "criteria of another's search": Secret("criterimax", NOBODY),
    "one's saved search": Secret("gardezelle", frozenset({"member"})),
    "audit detail": Secret("detailvorn", NOBODY),
    "mail of another": Secret("courrilune", NOBODY),
    "session of another": Secret("navigatrax", NOBODY),
    "key of another": Secret("clefquintal", NOBODY),
    "draft page": Secret("pagebrouille", frozenset({"editor", "administrator"})),
    "question of a draft": Secret("questiflore", OF_OWN_TEAM),
    "typed of a mission": Secret("saisimauve", OF_OWN_TEAM - {"programme"}),
    "mission before a change": Secret("avantique", frozenset({"own_team", "incubator", "administrator"})),
    "mission after a change": Secret("apresquine", frozenset({"own_team", "incubator", "administrator"})),
    "criterion of a team": Secret("criterflux", frozenset({"recruiter"})),
    "name of a document": Secret("nomfichine", frozenset({"candidate", "recruiter"})),
    "message of a rejection": Secret("refusandre", frozenset({"candidate", "recruiter"})),
    "question to a candidate": Secret("demandoline", frozenset({"recruiter"})),
    "answer of a candidate": Secret("reponsule", frozenset({"recruiter"})),
    "draft of an application": Secret("brouilletin", frozenset({"member"})),
    "title of a template": Secret("titramodel", frozenset({"recruiter"})),
    "why a team took a profile out": Secret("retirelune", OF_OWN_TEAM),
    "why a mission does not interest": Secret("refusange", frozenset({"other_team"})),
    "why something was found": Secret("trouvaquille", NOBODY),
    "first name of an account": Secret("Prenomide", frozenset({"administrator"})),
    "last name of an account": Secret("Patronyxe", frozenset({"administrator"})),
    "private language": Secret("languevorne", NOBODY),
    "private interest": Secret("interexine", NOBODY),
    "former slug": Secret("ancien.zarkov", NOBODY),
    "key of a source": Secret("source.zarkov", NOBODY),
    "what a source said": Secret("sourcivane", NOBODY),
    "what a source said besides": Secret("sourcextra", NOBODY),
    "mail of another in HTML": Secret("courrihtmel", NOBODY),
    "error of a mail": Secret("erreuvoque", NOBODY),
    "page before a change": Secret("pagavantine", OF_OWN_TEAM - {"recruiter"}),
    "page after a change": Secret("pagapresque", OF_OWN_TEAM - {"recruiter"}),
    "why a role was withdrawn": Secret("retraivance", OF_OWN_TEAM),
    "address of who is invited": Secret("invitarde@", OF_OWN_TEAM - {"recruiter"}),
    "name of who is invited": Secret("Invitaroux", NOBODY),
    "employer of who is invited": Secret("employvite", NOBODY),
    "reason of an invitation": Secret("motivite", NOBODY),
    "reason of a claim": Secret("reclamotif", NOBODY),
    "decision on a claim": Secret("decidaxe", NOBODY),
    # One’s own words are in the copy of one’s data.
    "topic of a message": Secret("objetume", frozenset({"own_team", "member"})),
    "text of a message": Secret("lettrimande", frozenset({"own_team", "member"})),
    "report of a message": Secret("signalaxe", STAFF | {"other_team"}),
    "report of a team": Secret("signalteame", STAFF | {"candidate"}),
    "private address": Secret("privatrix@", frozenset({"administrator"})),
    "address of who was away": Secret("absentine@", STAFF),
    "address of a public member": Secret("publicole@", frozenset({"administrator"})),
}

# Each reads their own address; the staff's lists name who holds a role.
_TOLD_OF_ROLES = {"other_team", "own_team", "recruiter", "incubator", "juror", "editor"}
for _role in ROLES[1:]:
    SECRETS[f"address of {_role}"] = Secret(
        f"adresse-{_role.replace('_', '-')}@",
        frozenset({_role, "administrator"}) | ({"programme"} if _role in _TOLD_OF_ROLES else NOBODY),
    )
