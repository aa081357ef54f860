"""The headings of a CV, in French and in English, and what stands under each."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass

from community.resume.layout import Line
from search.analysis import fold


class Section(enum.Enum):
    """What a part of a CV is about."""

    TOP = "top"
    PROFILE = "profile"
    SKILLS = "skills"
    LANGUAGES = "languages"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    CONTACT = "contact"
    INTERESTS = "interests"
    OTHER = "other"


_HEADINGS = {
    Section.PROFILE: """
        profil;mon profil;profil professionnel;a propos;a propos de moi;qui suis je;presentation;en bref;
        en resume;resume;biographie;bio;introduction;about;about me;profile;summary;professional summary;
        executive summary;career summary;personal statement
    """,
    Section.SKILLS: """
        competences;mes competences;competences techniques;competences cles;competences professionnelles;
        competences principales;principales competences;competences metier;competences numeriques;
        competences informatiques;savoir faire;domaines de competences;expertise;expertises;
        domaines d expertise;stack;stack technique;technologies;technologies maitrisees;outils;
        outils et technologies;langages;langages et outils;langages de programmation;logiciels;informatique;
        environnement technique;environnements techniques;skills;key skills;core skills;technical skills;
        hard skills;top skills;skill set;tools;technical stack;tech stack;programming languages;
        core competencies;areas of expertise;frameworks;bases de donnees;methodes;methodologies
    """,
    Section.LANGUAGES: """
        langues;langue;langues parlees;langues etrangeres;languages;language skills;spoken languages
    """,
    Section.EXPERIENCE: """
        experience;experiences;mes experiences;experience professionnelle;experiences professionnelles;
        parcours;parcours professionnel;missions;missions realisees;missions principales;
        principales missions;emplois;work experience;professional experience;employment;employment history;
        work history;career;career history;selected experience;relevant experience
    """,
    Section.EDUCATION: """
        formation;formations;mes formations;diplomes;diplome;etudes;cursus;parcours academique;
        parcours scolaire;formation et diplomes;education;academic background;training;qualifications;
        degrees;certification;certifications;certificats
    """,
    Section.CONTACT: """
        contact;contacts;me contacter;coordonnees;mes coordonnees;informations personnelles;etat civil;
        informations;infos;donnees personnelles;contact details;contact information;personal details;
        personal information;liens;links;reseaux;reseaux sociaux;social
    """,
    Section.INTERESTS: """
        centres d interet;centre d interet;interets;loisirs;hobbies;passions;activites;
        activites extra professionnelles;interests;hobbies and interests
    """,
    Section.OTHER: """
        references;reference;projets;projets personnels;realisations;publications;benevolat;engagements;
        engagement associatif;vie associative;divers;autres;autres informations;qualites;soft skills;
        savoir etre;atouts;distinctions;prix;recommandations;projects;side projects;personal projects;
        volunteering;volunteer experience;awards;honors;additional information;recommendations;permis
    """,
}
_SECTION_OF = {
    heading.strip(): section for section, listed in _HEADINGS.items() for heading in listed.split(";") if heading
}
_SECTION_OF_LETTERS = {heading.replace(" ", ""): section for heading, section in _SECTION_OF.items()}
# What a CV calls itself, on its first line.
_TITLES = {"cv", "curriculum vitae", "resume"}
_LONGEST = 48
_AND = re.compile(r"\s*(?:&|/|,|\bet\b|\band\b)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Placed:
    """A line, and the section that it stands in."""

    text: str
    section: Section


def heading_of(text: str) -> Section | None:
    """The section that this text is the heading of; None for any other text."""
    letters = text.split()
    # « P R O F I L », as designers space it.
    if len(letters) > 3 and all(len(letter) == 1 for letter in letters):
        return _SECTION_OF_LETTERS.get(fold("".join(letters)))
    if len(text) > _LONGEST:
        return None
    whole = _SECTION_OF.get(fold(text))
    if whole is not None:
        return whole
    parts = [_SECTION_OF.get(fold(part)) for part in _AND.split(text)]
    return parts[0] if len(parts) > 1 and all(parts) else None


def placed(lines: Iterable[Line]) -> list[Placed]:
    """The lines under their headings, which are left out. What stands before any heading is at the top.

    A column takes up its section again on the next page.
    """
    where: dict[int, Section] = {}
    found: list[Placed] = []
    for line in lines:
        if not found and not where and fold(line.text) in _TITLES:
            continue
        own = heading_of(line.text)
        if own is not None:
            where[line.column] = own
            continue
        # « Compétences : Python, Django »
        title, colon, rest = line.text.partition(":")
        inline = heading_of(title) if colon and rest.strip() else None
        if inline is not None:
            found.append(Placed(rest.strip(), inline))
            # Among skills, « languages » may be those of programs.
            if inline is Section.LANGUAGES and where.get(line.column) is Section.SKILLS:
                found.append(Placed(rest.strip(), Section.SKILLS))
            continue
        found.append(Placed(line.text, where.get(line.column, Section.TOP)))
    return found
