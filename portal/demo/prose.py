"""French sentences for the demonstration: presentations of members, with gendered forms.

In a template, `{feminine|masculine}` gives both forms, `$name` is a value.
"""

from __future__ import annotations

import re
from functools import cache
from random import Random
from string import Template

from community.enums import Domain

_FORMS = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")

_OPENINGS = (
    "$role depuis $years, je travaille sur des services publics que les gens utilisent vraiment.",
    "Je suis $role_lower et j’aime les équipes petites, autonomes et bienveillantes.",
    "**$role** : $years de pratique, dont une bonne partie au service de l’intérêt général.",
    "Après $years dans le privé, j’ai rejoint le service public comme $role_lower.",
    "$role, {formée|formé} en partie sur le tas, en partie grâce à de bons collègues.",
    "{Passée|Passé} par le conseil, puis nouveau cap : $role_lower dans une équipe produit.",
    "{Venue|Venu} d’une collectivité territoriale, je suis aujourd’hui $role_lower.",
    "$role à taille humaine : peu de réunions, beaucoup d’usagers rencontrés.",
    "Je pratique mon métier de $role_lower depuis $years.",
    "{Arrivée|Arrivé} au numérique par les sciences humaines, je suis $role_lower.",
)

# For those who have not joined yet.
_NEWCOMERS = (
    "$role depuis $years, je voudrais mettre mon métier au service de l’intérêt général.",
    "Je suis $role_lower et je découvre les startups d’État avec enthousiasme.",
    "**$role** : $years de pratique, surtout en entreprise et un peu en association.",
    "$role, {formée|formé} en partie sur le tas, en partie grâce à de bons collègues.",
    "{Arrivée|Arrivé} au numérique par les sciences humaines, je suis $role_lower.",
    "Après $years dans une coopérative, je regarde du côté du service public. Mon métier : $role_lower.",
)

_WORK: dict[Domain, tuple[str, ...]] = {
    Domain.DEVELOPPEMENT: (
        "Je livre en continu, avec des tests et des revues de code courtes.",
        "Mon terrain favori : $skill, $other et des bases de données bien rangées.",
        "J’ai repris deux applications anciennes sans jamais interrompre le service.",
        "Je tiens à l’accessibilité autant qu’aux performances.",
        "J’ai conçu des interfaces de programmation utilisées par plusieurs administrations.",
        "J’aime supprimer du code et écrire la documentation que j’aurais voulu lire.",
        "Côté technique : $skill avant tout, $other quand il le faut.",
    ),
    Domain.DATA: (
        "Je transforme des fichiers éparpillés en indicateurs que l’on comprend.",
        "J’ai mis en production des modèles sobres, surveillés et expliqués.",
        "Avec $skill et $other, j’ouvre des jeux de données propres et documentés.",
        "Je préfère une bonne moyenne bien expliquée à un réseau de neurones mystérieux.",
        "J’ai mesuré l’effet d’une politique publique sur trois départements pilotes.",
    ),
    Domain.DESIGN: (
        "Je rencontre les usagers chaque semaine, de préférence chez eux ou au guichet.",
        "J’anime des ateliers avec les agents avant d’ouvrir $skill.",
        "J’ai refondu un parcours de demande d’aide : deux fois moins d’abandons.",
        "Je teste tout avec des lecteurs d’écran et des personnes pressées.",
        "Mes outils : $skill, $other, un carnet et de la patience.",
    ),
    Domain.PRODUIT: (
        "Je tiens une feuille de route courte, reliée à une mesure d’impact.",
        "Je dis souvent non, avec le sourire et des chiffres.",
        "J’ai mené deux produits de l’investigation à l’accélération.",
        "Je partage mon temps entre le terrain, les données et l’équipe.",
        "Ma boîte à outils : $skill, $other et des entretiens d’usagers.",
    ),
    Domain.DEPLOIEMENT: (
        "J’ai accompagné l’arrivée d’un service dans quarante départements.",
        "Je construis des réseaux d’ambassadeurs parmi les agents de terrain.",
        "J’écoute les objections : elles font les meilleures évolutions du produit.",
        "Je prépare les démonstrations, les relances et les tableaux de suivi.",
    ),
    Domain.INTRAPRENARIAT: (
        "J’ai constaté le problème pendant six ans dans mon service avant de le porter.",
        "{Agente publique|Agent public}, je défends le produit auprès de ma hiérarchie et des partenaires.",
        "Je connais les textes, les métiers et les personnes qui les font vivre.",
        "Je négocie le périmètre plutôt que les délais.",
    ),
    Domain.COACHING: (
        "J’accompagne cinq équipes à la fois, jamais plus.",
        "Je pose des questions simples au moment des comités d’investissement.",
        "J’aide les équipes à choisir la mesure qui compte.",
    ),
    Domain.ANIMATION: (
        "Je fais se rencontrer des équipes qui ont le même problème sans le savoir.",
        "J’organise l’accueil des nouvelles personnes et la vie de la communauté.",
        "Je prépare les recrutements avec les équipes et je tiens les délais de réponse.",
    ),
    Domain.SUPPORT: (
        "Je réponds aux usagers en moins d’un jour et je remonte ce qui bloque.",
        "J’écris des réponses que l’on comprend du premier coup.",
    ),
    Domain.ATTRIBUTAIRE: (
        "Je suis {l’interlocutrice|l’interlocuteur} des équipes pour l’exécution du marché.",
        "Je veille à ce que les contrats suivent le rythme des équipes.",
    ),
    Domain.AUTRE: (
        "Je sécurise les traitements de données avec les équipes, avant le lancement.",
        "J’aide les équipes à écrire simplement des choses compliquées.",
    ),
}

_TASTES = (
    "{Convaincue|Convaincu} que le logiciel libre fait gagner tout le monde.",
    "Mon sujet de cœur : **$theme**.",
    "Je m’intéresse particulièrement à la thématique « $theme ».",
    "Je travaille volontiers à distance, avec un passage régulier sur le terrain.",
    "J’ai un faible pour les services que personne ne remarque parce qu’ils marchent.",
    "Le reste du temps, je cultive un potager trop grand.",
    "Le week-end, je suis bénévole dans un atelier de réparation de vélos.",
    "Je partage ce que j’apprends dans de courtes notes.",
    "{Mentore|Mentor} de personnes en reconversion depuis deux ans.",
    "J’apprends la langue des signes française.",
    "{Curieuse|Curieux} de tout ce qui touche à la sobriété numérique.",
    "Ma règle : une démonstration par semaine, même imparfaite.",
    "J’aime travailler avec des personnes dont ce n’est pas le métier.",
)

_HISTORY = (
    "J’ai contribué à *$startup*, du premier entretien à l’ouverture nationale.",
    "Chez *$startup*, j’ai appris à livrer petit et souvent.",
    "Mon meilleur souvenir : le lancement de *$startup* dans trois préfectures pilotes.",
    "J’ai passé de beaux mois au sein de *$startup*.",
)

_SEEKING = (
    "Je cherche une équipe qui rencontre ses usagers.",
    "Disponible pour une mission utile, de préférence longue.",
    "Je souhaite rejoindre un produit en construction.",
    "{Ouverte|Ouvert} à un défi d’intérêt général.",
    "Un sujet qui compte, une équipe qui s’écoute : le reste s’apprend.",
    "J’aimerais mettre ce que je sais faire au service d’un sujet de société.",
)

_LISTS = (
    "\n\nCe que j’apporte :\n\n- $skill\n- $other\n- une écriture claire",
    "\n\nEn trois mots :\n\n- usagers\n- $skill\n- simplicité",
)


@cache
def _template(text: str, feminine: bool) -> Template:
    return Template(_FORMS.sub(lambda forms: forms[1 if feminine else 2], text))


def gendered(text: str, feminine: bool, **values: str) -> str:
    """A sentence in its feminine or masculine form, with its values."""
    return _template(text, feminine).substitute(values)


def years_in_words(years: int) -> str:
    """« un an », « 7 ans »."""
    return "un an" if years == 1 else f"{years} ans"


def lower_first(text: str) -> str:
    """A title inside a sentence; words in capitals (UX) stay as they are."""
    return text if text[:2].isupper() else text[0].lower() + text[1:]


def biography(
    rng: Random,
    *,
    feminine: bool,
    domain: Domain,
    role: str,
    years: int,
    skills: tuple[str, ...],
    theme: str,
    startup: str,
    seeking: bool,
    newcomer: bool,
) -> str:
    """Two to five sentences of Markdown; `startup` may be empty, then no past is told."""
    values = {
        "role": role,
        "role_lower": lower_first(role),
        "years": years_in_words(years),
        "skill": skills[0],
        "other": skills[1] if len(skills) > 1 else "le travail d’équipe",
        "theme": theme.lower(),
        "startup": startup,
    }
    work = _WORK[domain]
    texts = [rng.choice(_NEWCOMERS if newcomer else _OPENINGS), work[int(rng.random() * len(work))]]
    if startup and rng.random() < 0.4:
        texts.append(rng.choice(_HISTORY))
    if rng.random() < 0.7:
        texts.append(rng.choice(_TASTES))
    if seeking and rng.random() < 0.8:
        texts.append(rng.choice(_SEEKING))
    if len(texts) == 2 and rng.random() < 0.3:
        texts = texts[1:] + texts[:1]
    body = " ".join(gendered(text, feminine, **values) for text in texts)
    if rng.random() < 0.12:
        body += gendered(rng.choice(_LISTS), feminine, **values)
    return body
