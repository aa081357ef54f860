"""The programme's own lists and the usual technologies, with their spellings and what is broader than what.

The proposed skills, themes and kinds of users are those that beta.gouv.fr offers in its forms. The technologies, their
aliases and parents are ours: curated from what teams write, so that « React », « reactjs » and « React.js » are one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from django.db import transaction
from django.utils.text import slugify

from community.enums import SkillGroup
from community.models import Skill, SkillAlias, Theme, UserType, spelling_key

LABEL_LENGTH = 120


class Entry(NamedTuple):
    """One line of the table: the canonical spelling, the broader skill, and the other spellings."""

    name: str
    parent: str = ""
    aliases: tuple[str, ...] = ()


def _(name: str, parent: str = "", *aliases: str) -> Entry:
    return Entry(name, parent, aliases)


# What the forms propose: 32 skills in three families.
PROPOSED: dict[SkillGroup, tuple[Entry, ...]] = {
    SkillGroup.PRODUCT: (
        _("Croissance", "", "Growth", "Growth hacking"),
        _("Facilitation"),
        _("Intrapreneur(se)", "", "Intrapreneur", "Intrapreneuse", "Intrapreneur·se", "Intrapreneuriat"),
        _("Product design", "", "Product designer", "Design produit"),
        _("Product strategy", "", "Stratégie produit"),
        _("UX", "", "UX design", "UX designer", "User experience", "Expérience utilisateur"),
        _("SEO", "", "Référencement naturel"),
        _("SEM", "", "Search engine marketing"),
    ),
    SkillGroup.TECHNICAL: (
        _("Accessibilité", "", "Accessibilité numérique", "a11y", "RGAA"),
        _("Administration Système", "", "Sysadmin", "Administration systèmes", "Adminsys"),
        _("Data Science", "", "Datascience", "Science des données", "Data scientist"),
        _("Développement Backend", "", "Backend", "Back-end", "Développement back-end", "Développeur backend"),
        _("Développement Frontend", "", "Frontend", "Front-end", "Développement front-end", "Développeur frontend"),
        _("Développement Full-stack", "", "Full-stack", "Développeur full-stack"),
        _("DevOps"),
        _("Docker"),
        _("ElasticSearch"),
        _("JavaScript/TypeScript", "", "JS/TS", "TypeScript/JavaScript"),
        _("Kubernetes", "", "k8s"),
        _("Machine learning", "Intelligence artificielle", "Apprentissage automatique"),
        _("Matomo", "", "Piwik"),
        _("Metabase"),
        _("PHP"),
        _("PostgreSQL", "SQL", "Postgres", "PostgresSQL", "Postgre", "PgSQL"),
        _("Python", "", "Python 3"),
        _("Ruby"),
        _("Sécurité informatique", "", "Cybersécurité", "Sécurité des systèmes d’information", "SSI"),
        _("UI", "", "UI design", "UI designer", "User interface"),
    ),
    SkillGroup.OTHER: (
        _("Administration Publique"),
        _("Coaching"),
        _("Communication"),
        _("Droit / Affaires juridiques", "", "Droit", "Affaires juridiques", "Juridique"),
    ),
}

# Usual in the network, recognised but not proposed.
USUAL: dict[SkillGroup, tuple[Entry, ...]] = {
    SkillGroup.TECHNICAL: (
        # Languages
        _("JavaScript", "JavaScript/TypeScript", "JS", "ES6", "ECMAScript"),
        _("TypeScript", "JavaScript/TypeScript", "TS", "TSX", "Typescrypt"),
        _("Java"),
        _("Kotlin"),
        _("Scala"),
        _("Go", "", "Golang"),
        _("Rust"),
        _("Elixir"),
        _("Elm"),
        _("C#", "", "CSharp"),
        _("R"),
        _("SQL"),
        _("Bash", "", "Shell"),
        _("HTML", "", "HTML5"),
        _("CSS", "", "CSS3"),
        _("Sass", "CSS", "SCSS"),
        _("Tailwind CSS", "CSS", "Tailwind"),
        _("Bootstrap", "CSS"),
        _("Publicodes", "", "Publi.codes", "Public.codes"),
        # Frameworks
        _("Django", "Python"),
        _("Flask", "Python"),
        _("FastAPI", "Python"),
        _("Wagtail", "Django"),
        _("Celery", "Python"),
        _("Ruby on Rails", "Ruby", "Rails", "RoR"),
        _("Symfony", "PHP"),
        _("Laravel", "PHP"),
        _("Drupal", "PHP"),
        _("WordPress", "PHP"),
        _("Spring", "Java", "Spring Boot"),
        _("Play Framework", "Scala"),
        _("Phoenix", "Elixir"),
        _("React", "JavaScript/TypeScript", "ReactJS", "React.js"),
        _("React Native", "React"),
        _("Redux", "React", "React-Redux"),
        _("Next.js", "React", "Next", "NextJS"),
        _("Vue.js", "JavaScript/TypeScript", "Vue", "VueJS"),
        _("Nuxt.js", "Vue.js", "Nuxt", "NuxtJS"),
        _("Angular", "JavaScript/TypeScript", "AngularJS"),
        _("Svelte", "JavaScript/TypeScript"),
        _("SvelteKit", "Svelte"),
        _("Ember.js", "JavaScript/TypeScript", "Ember"),
        _("jQuery", "JavaScript/TypeScript"),
        _("Node.js", "JavaScript/TypeScript", "Node", "NodeJS"),
        _("Express", "Node.js", "ExpressJS"),
        _("NestJS", "Node.js", "Nest", "Nest.js"),
        _("Fastify", "Node.js"),
        _("Strapi", "Node.js"),
        _("AdonisJS", "Node.js", "Adonis"),
        _("Electron", "Node.js"),
        _("Prisma", "Node.js"),
        _("Vite", "JavaScript/TypeScript", "ViteJS"),
        _("Ionic", "JavaScript/TypeScript"),
        _("Flutter"),
        _("GraphQL", "API"),
        _("API", "", "REST", "Rest API", "API REST"),
        # Data and infrastructure
        _("MongoDB"),
        _("MySQL", "SQL"),
        _("PostGIS", "PostgreSQL"),
        _("Redis"),
        _("RabbitMQ"),
        _("Kafka", "", "Apache Kafka"),
        _("Airflow", "Data Engineering", "Apache Airflow"),
        _("dbt", "Data Engineering"),
        _("Superset", "", "Apache Superset"),
        _("Grist"),
        _("QGIS", "Géomatique"),
        _("Data Engineering", "", "Data engineer", "Ingénierie des données", "Data ingénieur", "Data ingénieure"),
        _("Analyse de données", "", "Data analyst", "Data analysis", "Data analyse"),
        _("Visualisation de données", "", "Dataviz", "Data visualisation", "Datavisualisation"),
        _("Géomatique", "", "SIG", "Géomaticien", "Géomaticienne", "Information géographique"),
        _("Intelligence artificielle", "", "IA", "AI", "Artificial intelligence"),
        _("IA générative", "Intelligence artificielle", "GenAI", "Generative AI"),
        _("LLM", "IA générative", "LLMs", "Grands modèles de langage"),
        _("RAG", "LLM"),
        _("Deep learning", "Machine learning", "Apprentissage profond"),
        _("PyTorch", "Deep learning"),
        _("NumPy", "Python"),
        _("Open data", "", "Données ouvertes"),
        _("Git"),
        _("GitHub Actions", "DevOps"),
        _("GitLab CI", "DevOps", "GitLab CI/CD"),
        _("CircleCI", "DevOps"),
        _("Jenkins", "DevOps"),
        _("Ansible", "DevOps"),
        _("Terraform", "DevOps"),
        _("Nginx", "Administration Système"),
        _("Keycloak"),
        _("Scalingo"),
        _("Clever Cloud"),
        _("Sentry"),
        _("n8n"),
        _("No-code", "", "No code", "Nocode"),
        _("DSFR", "", "Système de design de l’État"),
        _("Développement mobile", "", "Mobile", "Application mobile"),
        _("Android", "Développement mobile"),
        _("iOS", "Développement mobile"),
        _("Architecture logicielle"),
        _("Clean architecture", "Architecture logicielle"),
        _("Domain-driven design", "Architecture logicielle", "DDD"),
        _("Test-driven development", "", "TDD"),
    ),
    SkillGroup.PRODUCT: (
        _("Gestion de Produit", "", "Product management", "Product manager", "Gestion de produits"),
        _("Product owner", "Gestion de Produit", "PO"),
        _("UX Research", "UX", "Recherche utilisateur", "User research", "Recherche utilisateurs"),
        _("UX Writing", "UX", "UX writer"),
        _("Design"),
        _("Design graphique", "Design", "Graphisme"),
        _("Service design", "Design", "Design de service", "Design de services"),
        _("Design Sprint", "Design"),
        _("Écoconception", "", "Éco-conception", "Écoconception numérique"),
        _("Figma", "UI"),
        _("Déploiement", "", "Chargé de déploiement", "Chargée de déploiement"),
        _("Business Développement", "Déploiement", "Business Developpement", "Business development", "Bizdev"),
        _("Agilité", "", "Agile", "Méthodes agiles"),
        _("Support utilisateurs", "", "Support utilisateur", "Assistance utilisateur", "Relation usagers"),
        _("Customer Success", "Support utilisateurs", "Customer success manager"),
    ),
    SkillGroup.OTHER: (
        _("Gestion de projet", "", "Project management", "Chef de projet", "Cheffe de projet"),
        _("Partenariats", "", "Développement de partenariats"),
        _("Ressources humaines", "", "RH"),
        _("Formation"),
        _("Langage clair", "", "FALC"),
    ),
}

THEMES = (
    "Administratif",
    "Agriculture",
    "Collectivités",
    "Démocratie",
    "Écologie",
    "Entreprises",
    "Formation",
    "Inclusion numérique",
    "Jeunesse",
    "Justice",
    "Logement",
    "Mer",
    "Open-Data",
    "Outil technique",
    "Patrimoine",
    "Santé",
    "Sécurité informatique",
    "Social",
    "Territoires",
    "Transports",
    "Travail / Emploi",
)

# The slugs are those of the programme's data.
USER_TYPES = {
    "particulier": "Particulier",
    "association": "Association",
    "entreprise": "Entreprise",
    "etat": "État",
    "collectivite-territoriale": "Collectivité territoriale",
    "etablissement-scolaire": "Établissement scolaire",
}


@transaction.atomic
def ensure_vocabulary() -> None:
    """Create what is missing of the lists above. Never changes a row that is there: people may have merged or renamed.

    A spelling that already leads to a skill keeps leading there.
    """
    # A skill without aliases is known by its name all the same.
    known = {spelling_key(skill.name): skill for skill in Skill.objects.all()}
    known |= {alias.folded: alias.skill for alias in SkillAlias.objects.select_related("skill")}
    entries = [
        (entry, group, table is PROPOSED)
        for table in (PROPOSED, USUAL)
        for group, rows in table.items()
        for entry in rows
    ]
    new = [(e, group, proposed) for e, group, proposed in entries if spelling_key(e.name) not in known]
    created = _create_skills([(e.name, group, proposed) for e, group, proposed in new])
    for skill in created:
        known[spelling_key(skill.name)] = skill
    taken = set(known) - {spelling_key(skill.name) for skill in created}
    labels = [(label, entry) for entry, _group, _ in entries for label in (entry.name, *entry.aliases)]
    _create_aliases([(label, known[spelling_key(entry.name)]) for label, entry in labels], taken)
    parents = {entry.name: entry.parent for entry, _group, _ in new if entry.parent}
    for skill in created:
        if skill.name in parents:
            skill.parent = known[spelling_key(parents[skill.name])]
    Skill.objects.bulk_update([skill for skill in created if skill.parent], ["parent"], batch_size=500)

    Theme.objects.bulk_create(
        [Theme(name=name, slug=slugify(name), is_official=True) for name in THEMES], ignore_conflicts=True
    )
    UserType.objects.bulk_create(
        [UserType(name=name, slug=slug, is_official=True) for slug, name in USER_TYPES.items()], ignore_conflicts=True
    )


def known_spellings() -> dict[str, int]:
    """Every spelling that leads to a skill, its name included: `spelling_key` → the skill's id."""
    names = {spelling_key(name): pk for name, pk in Skill.objects.values_list("name", "pk")}
    return names | dict(SkillAlias.objects.values_list("folded", "skill_id"))


@transaction.atomic
def ensure_skills(uses: Mapping[str, int], group: SkillGroup = SkillGroup.OTHER) -> dict[str, int]:
    """The skill of each label, created where no spelling of it is known: label → the skill's id.

    `uses` says how often each label is written: of the spellings of a new skill, the most frequent names it. Each
    label is kept as an alias. Labels without a letter or a digit, which say nothing, are left out.
    """
    known = known_spellings()
    spellings: dict[str, Counter[str]] = {}
    for label, count in uses.items():
        if key := spelling_key(label):
            spellings.setdefault(key, Counter())[" ".join(label.split())[:LABEL_LENGTH]] += count
    new = {key: labels for key, labels in sorted(spellings.items()) if key not in known}
    # Ties go to the spelling with capitals first: people who write « PostgreSQL » took the trouble.
    names = {key: min(labels, key=lambda label: (-labels[label], label)) for key, labels in new.items()}
    created = _create_skills([(name, group, False) for name in names.values()])
    _create_aliases([(skill.name, skill) for skill in created], set(known))
    known = known_spellings() if created else known
    return {label: known[spelling_key(label)] for label in uses if spelling_key(label) in known}


def _create_skills(rows: list[tuple[str, SkillGroup, bool]]) -> list[Skill]:
    taken = set(Skill.objects.values_list("slug", flat=True))
    skills = []
    for name, group, is_proposed in rows:
        slug = free_slug(name, taken)
        taken.add(slug)
        skills.append(Skill(name=name, slug=slug, group=group, is_proposed=is_proposed))
    return Skill.objects.bulk_create(skills, batch_size=500)


def _create_aliases(labels: Iterable[tuple[str, Skill]], taken: set[str]) -> None:
    aliases: dict[str, SkillAlias] = {}
    for label, skill in labels:
        key = spelling_key(label)
        if key not in taken:
            aliases.setdefault(key, SkillAlias(label=label, folded=key, skill=skill))
    SkillAlias.objects.bulk_create(aliases.values(), batch_size=500)


def free_slug(name: str, taken: set[str], otherwise: str = "competence") -> str:
    """A slug that nothing has yet: « C# » → « c-diese », then « c-diese-2 »; `otherwise`: where no letter is Latin."""
    readable = name.replace("+", " plus ").replace("#", " diese ").replace("/", " ").replace(".", " ")
    base = slugify(readable)[: LABEL_LENGTH - 5] or otherwise
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


@cache
def usual_names() -> frozenset[str]:
    """The names of the lists above, proposed or not."""
    return frozenset(entry.name for table in (PROPOSED, USUAL) for rows in table.values() for entry in rows)
