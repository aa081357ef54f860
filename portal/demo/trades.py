"""The trades of the demonstration: who is called what, and which skills go together.

Skill names are those of `community.vocabulary`.
"""

from __future__ import annotations

from typing import NamedTuple

from community.enums import Domain


class Specialty(NamedTuple):
    """A way to practise a domain.

    `titles` are pairs, feminine and masculine. The first skills of `core` go with nearly everyone, those of `extra`
    with some. `technologies` are what a startup built by such people uses.
    """

    key: str
    opening: str
    titles: tuple[tuple[str, str], ...]
    core: tuple[str, ...]
    extra: tuple[str, ...]
    technologies: tuple[str, ...] = ()


def _developers(what: str) -> tuple[tuple[str, str], ...]:
    return ((f"Développeuse {what}", f"Développeur {what}"),)


_WEB = ("HTML", "CSS", "DSFR", "Git", "Accessibilité", "API", "Docker")

SPECIALTIES: dict[Domain, tuple[Specialty, ...]] = {
    Domain.DEVELOPPEMENT: (
        Specialty(
            "django",
            "Développeuse ou développeur Python et Django",
            _developers("Django")
            + _developers("Python / Django")
            + _developers("backend Python")
            + (("Lead développeuse Django", "Lead développeur Django"),),
            ("Python", "Django", "PostgreSQL", "Développement Backend"),
            ("Wagtail", "Celery", "Redis", "ElasticSearch", "Test-driven development", "HTML", "Sentry", *_WEB),
            ("Python", "Django", "PostgreSQL", "Docker", "DSFR"),
        ),
        Specialty(
            "react",
            "Développeuse ou développeur React",
            _developers("React")
            + _developers("front-end React")
            + _developers("full-stack JavaScript")
            + (("Ingénieure front-end", "Ingénieur front-end"),),
            ("React", "TypeScript", "Développement Frontend", "JavaScript"),
            ("Next.js", "Node.js", "Redux", "Tailwind CSS", "GraphQL", "Vite", "NestJS", *_WEB),
            ("React", "TypeScript", "Next.js", "Node.js", "PostgreSQL"),
        ),
        Specialty(
            "vue",
            "Développeuse ou développeur Vue.js",
            _developers("Vue.js") + _developers("full-stack Vue et Node") + (("Développeuse web", "Développeur web"),),
            ("Vue.js", "JavaScript/TypeScript", "Node.js", "Développement Full-stack"),
            ("Nuxt.js", "Express", "Prisma", "PostgreSQL", "Sass", "Fastify", *_WEB),
            ("Vue.js", "Node.js", "PostgreSQL", "Docker"),
        ),
        Specialty(
            "rails",
            "Développeuse ou développeur Ruby on Rails",
            _developers("Ruby on Rails") + _developers("Rails") + _developers("full-stack Ruby"),
            ("Ruby", "Ruby on Rails", "PostgreSQL", "Développement Full-stack"),
            ("Redis", "JavaScript", "Scalingo", "Test-driven development", *_WEB),
            ("Ruby on Rails", "PostgreSQL", "Redis", "Scalingo"),
        ),
        Specialty(
            "symfony",
            "Développeuse ou développeur PHP et Symfony",
            _developers("PHP / Symfony") + _developers("Symfony") + _developers("back-end PHP"),
            ("PHP", "Symfony", "MySQL", "Développement Backend"),
            ("Laravel", "Drupal", "Vue.js", "PostgreSQL", "Domain-driven design", *_WEB),
            ("PHP", "Symfony", "PostgreSQL"),
        ),
        Specialty(
            "java",
            "Développeuse ou développeur Java et Spring",
            _developers("Java") + _developers("Java / Spring") + (("Ingénieure logiciel", "Ingénieur logiciel"),),
            ("Java", "Spring", "PostgreSQL", "Développement Backend"),
            ("Kotlin", "Angular", "Kafka", "Keycloak", "Architecture logicielle", "Clean architecture", *_WEB),
            ("Java", "Spring", "Angular", "PostgreSQL"),
        ),
        Specialty(
            "devops",
            "Ingénieure ou ingénieur DevOps",
            (
                ("Ingénieure DevOps", "Ingénieur DevOps"),
                ("Administratrice système", "Administrateur système"),
                ("Responsable infrastructure et sécurité", "Responsable infrastructure et sécurité"),
            ),
            ("DevOps", "Docker", "Kubernetes", "Administration Système"),
            ("Ansible", "Terraform", "GitLab CI", "GitHub Actions", "Sécurité informatique", "Nginx", "PostgreSQL"),
            ("Kubernetes", "Docker", "Ansible"),
        ),
        Specialty(
            "mobile",
            "Développeuse ou développeur mobile",
            _developers("mobile") + _developers("React Native"),
            ("Développement mobile", "React Native", "TypeScript"),
            ("Flutter", "Android", "iOS", "Kotlin", "API", "Accessibilité"),
            ("React Native", "Node.js", "PostgreSQL"),
        ),
    ),
    Domain.DATA: (
        Specialty(
            "data-science",
            "Data scientist",
            (
                ("Data scientist", "Data scientist"),
                ("Data scientist senior", "Data scientist senior"),
                ("Ingénieure en apprentissage automatique", "Ingénieur en apprentissage automatique"),
            ),
            ("Data Science", "Python", "Machine learning"),
            ("PyTorch", "NumPy", "SQL", "Deep learning", "LLM", "RAG", "R", "Visualisation de données", "Open data"),
            ("Python", "PyTorch", "PostgreSQL"),
        ),
        Specialty(
            "data-engineering",
            "Data engineer",
            (("Data engineer", "Data engineer"), ("Ingénieure de données", "Ingénieur de données")),
            ("Data Engineering", "SQL", "Python", "PostgreSQL"),
            ("Airflow", "dbt", "Kafka", "Docker", "Open data", "Superset", "Metabase"),
            ("Python", "Airflow", "PostgreSQL", "dbt"),
        ),
        Specialty(
            "data-analysis",
            "Data analyst",
            (("Data analyst", "Data analyst"), ("Chargée d’analyse de données", "Chargé d’analyse de données")),
            ("Analyse de données", "SQL", "Metabase"),
            ("Matomo", "Visualisation de données", "Grist", "Python", "R", "Superset", "Open data"),
        ),
        Specialty(
            "geomatics",
            "Géomaticienne ou géomaticien",
            (("Géomaticienne", "Géomaticien"), ("Ingénieure géomatique", "Ingénieur géomatique")),
            ("Géomatique", "QGIS", "PostGIS"),
            ("Python", "Open data", "Visualisation de données", "JavaScript", "PostgreSQL"),
            ("PostGIS", "QGIS", "Vue.js"),
        ),
    ),
    Domain.DESIGN: (
        Specialty(
            "ux",
            "Designer UX",
            (
                ("Designer UX", "Designer UX"),
                ("Designeuse UX/UI", "Designer UX/UI"),
                ("Chercheuse UX", "Chercheur UX"),
                ("Lead designer UX", "Lead designer UX"),
            ),
            ("UX", "UX Research", "Product design"),
            ("UI", "Figma", "Accessibilité", "DSFR", "Facilitation", "UX Writing", "Design Sprint", "Écoconception"),
        ),
        Specialty(
            "ui",
            "Designer d’interface",
            (("Designer UI", "Designer UI"), ("Product designer", "Product designer")),
            ("UI", "Figma", "Product design"),
            ("UX", "DSFR", "Design graphique", "Accessibilité", "CSS", "Écoconception"),
        ),
        Specialty(
            "service-design",
            "Designer de service",
            (
                ("Designer de service", "Designer de service"),
                ("Designeuse de services", "Designer de services"),
            ),
            ("Service design", "Facilitation", "UX Research"),
            ("Design Sprint", "UX", "Langage clair", "Administration Publique", "Design graphique"),
        ),
    ),
    Domain.PRODUIT: (
        Specialty(
            "product",
            "Responsable produit",
            (
                ("Product manager", "Product manager"),
                ("Responsable produit", "Responsable produit"),
                ("Product owner", "Product owner"),
                ("Cheffe de produit", "Chef de produit"),
                ("Lead product manager", "Lead product manager"),
            ),
            ("Gestion de Produit", "Product strategy", "Agilité"),
            ("Product owner", "UX Research", "Metabase", "Matomo", "Facilitation", "Croissance", "Product design"),
        ),
    ),
    Domain.DEPLOIEMENT: (
        Specialty(
            "deployment",
            "Chargée ou chargé de déploiement",
            (
                ("Chargée de déploiement", "Chargé de déploiement"),
                ("Business developer", "Business developer"),
                ("Responsable des partenariats", "Responsable des partenariats"),
                ("Responsable du déploiement", "Responsable du déploiement"),
            ),
            ("Déploiement", "Partenariats"),
            ("Business Développement", "Communication", "Formation", "SEO", "Croissance", "Support utilisateurs"),
        ),
    ),
    Domain.INTRAPRENARIAT: (
        Specialty(
            "intrapreneur",
            "Intrapreneuse ou intrapreneur",
            (("Intrapreneuse", "Intrapreneur"), ("Intrapreneuse, cheffe de projet", "Intrapreneur, chef de projet")),
            ("Intrapreneur(se)", "Administration Publique"),
            ("Gestion de projet", "Product strategy", "Partenariats", "Droit / Affaires juridiques", "Facilitation"),
        ),
    ),
    Domain.COACHING: (
        Specialty(
            "coach",
            "Coach produit",
            (
                ("Coach produit", "Coach produit"),
                ("Coach agile", "Coach agile"),
                ("Coach d’équipe", "Coach d’équipe"),
            ),
            ("Coaching", "Facilitation"),
            ("Agilité", "Product strategy", "Gestion de Produit", "Formation"),
        ),
    ),
    Domain.ANIMATION: (
        Specialty(
            "animation",
            "Chargée ou chargé d’animation",
            (
                ("Animatrice de communauté", "Animateur de communauté"),
                ("Directrice d’incubateur", "Directeur d’incubateur"),
                ("Chargée de communication", "Chargé de communication"),
                ("Responsable du recrutement", "Responsable du recrutement"),
            ),
            ("Facilitation", "Communication"),
            ("Ressources humaines", "Formation", "Administration Publique", "Gestion de projet", "Langage clair"),
        ),
    ),
    Domain.SUPPORT: (
        Specialty(
            "support",
            "Chargée ou chargé de support",
            (
                ("Chargée de support", "Chargé de support"),
                ("Responsable de la relation usagers", "Responsable de la relation usagers"),
            ),
            ("Support utilisateurs", "Langage clair"),
            ("Customer Success", "Formation", "Communication", "Accessibilité", "Grist"),
        ),
    ),
    Domain.ATTRIBUTAIRE: (
        Specialty(
            "contractor",
            "Interlocutrice ou interlocuteur du marché public",
            (("Responsable de compte", "Responsable de compte"), ("Directrice de mission", "Directeur de mission")),
            ("Gestion de projet",),
            ("Ressources humaines", "Partenariats", "Agilité"),
        ),
    ),
    Domain.AUTRE: (
        Specialty(
            "legal",
            "Juriste du numérique",
            (
                ("Juriste du numérique", "Juriste du numérique"),
                ("Chargée d’affaires juridiques", "Chargé d’affaires juridiques"),
            ),
            ("Droit / Affaires juridiques",),
            ("Administration Publique", "Open data", "Langage clair"),
        ),
        Specialty(
            "writer",
            "Rédactrice ou rédacteur",
            (("Rédactrice web", "Rédacteur web"), ("Rédactrice technique", "Rédacteur technique")),
            ("Communication", "Langage clair"),
            ("SEO", "UX Writing", "Formation"),
        ),
    ),
}

# How many of a hundred members practise each domain, roughly as in the real network.
DOMAIN_WEIGHTS: dict[Domain, int] = {
    Domain.DEVELOPPEMENT: 31,
    Domain.PRODUIT: 15,
    Domain.DESIGN: 13,
    Domain.DEPLOIEMENT: 12,
    Domain.DATA: 9,
    Domain.INTRAPRENARIAT: 9,
    Domain.COACHING: 3,
    Domain.ANIMATION: 3,
    Domain.SUPPORT: 2,
    Domain.AUTRE: 2,
    Domain.ATTRIBUTAIRE: 1,
}

# Of a hundred members of a domain; domains that are not named here share evenly.
SPECIALTY_WEIGHTS: dict[str, int] = {
    "django": 22,
    "react": 22,
    "vue": 13,
    "rails": 11,
    "symfony": 9,
    "java": 9,
    "devops": 9,
    "mobile": 5,
    "data-science": 40,
    "data-engineering": 25,
    "data-analysis": 25,
    "geomatics": 10,
    "ux": 60,
    "ui": 25,
    "service-design": 15,
}


def specialty_of(key: str) -> tuple[Domain, Specialty]:
    """A specialty by its key, with its domain. Raises `KeyError`."""
    for domain, specialties in SPECIALTIES.items():
        for specialty in specialties:
            if specialty.key == key:
                return domain, specialty
    raise KeyError(key)


def skill_names() -> set[str]:
    """Every skill that the tables above use."""
    rows = [row for specialties in SPECIALTIES.values() for row in specialties]
    return {name for row in rows for name in (*row.core, *row.extra, *row.technologies)}
