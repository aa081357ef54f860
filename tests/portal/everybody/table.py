"""What each address answers to each kind of person. A new address needs a row here: that is the point of the table.

A row is a method, a path and what is answered: one cell for everybody, two for visitors and for whoever is signed in,
or one for each of `world.ROLES`. Everybody has just signed in; « ! » after a method: whoever proved who they are long
ago is asked for a proof instead. A page without a row for POST takes no POST. In paths, `{names}` are of the world.

Cells: a status; `in`: led to the sign-in page; `proof`: led to prove who one is; `to`: led elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.portal.everybody.world import ROLES

ROWS = """
#                                                     vis   can   mem   oth   own   rec   inc   jur   edi   pro   adm
# What everybody may read
GET   /                                               200
POST  /                                               200
GET   /guides/                                        200
GET   /a-venir/                                       404
GET   /robots.txt                                     200
GET   /sitemap.xml                                    200
POST  /sitemap.xml                                    200
GET   /sante/                                         200
GET   /recherche/?q=carnet                            200
GET   /documents/{document}/{document_name}           to
GET   /documents/authenticate_with_password/1/        404
GET   /_util/authenticate_with_password/1/1/          404
GET   /membres/                                       200
GET   /membres/suggestions/?q=ca&format=json          200
GET   /startups/                                      200
GET   /startups/{own}/                                200
GET   /incubateurs/                                   200
GET   /incubateurs/{host}/                            200
GET   /missions/                                      200
GET   /missions/flux.xml?q=carnet                     200
GET   /missions/echeances.ics                         200
GET   /rapprochement/                                 200
GET   /missions/{open}/                               200

# People, as they show themselves
GET   /membres/{public}/                              200
GET   /membres/{public}/photo/                        200
GET   /membres/{community}/                           404   404   200   200   200   200   200   200   200   200   200
GET   /membres/{private}/                             404
GET   /membres/{private}/photo/                       404
GET   /membres/{hiding}/                              200   200   200   200   404   404   200   200   200   200   200
GET   /membres/{unlisted}/                            404

# A mission’s candidates, before its team
GET   /missions/{open}/candidatures/                  in    404   404   404   404   200   404   404   404   404   404
GET   /missions/{open}/candidatures/?vue=liste        in    404   404   404   404   200   404   404   404   404   404
GET   /missions/{open}/candidatures/{application}/    in    404   404   404   404   200   404   404   404   404   404
POST  /missions/{open}/candidatures/{application}/    in    404   404   404   404   200   404   404   404   404   404
GET   /missions/{open}/candidatures/ensemble/?c={application} in  404 404 404 404 200 404 404 404 404 404
POST  /missions/{open}/candidatures/ensemble/         in    404   404   404   404   200   404   404   404   404   404
GET   /missions/{open}/candidatures/comparer/?c={application} in  404 404 404 404 200 404 404 404 404 404
GET   /missions/{open}/candidatures/export/           in    404   404   404   404   200   404   404   404   404   404
POST! /missions/{open}/candidatures/export/           in    404   404   404   404   200   404   404   404   404   404

# Arrivals of whoever accepted
GET   /candidatures/{arrival}/arrivee/                in    200   404   404   404   200   404   404   404   404   404
POST  /candidatures/{arrival}/arrivee/                in    to    404   404   404   to    404   404   404   404   404
GET   /candidatures/{arrival}/arrivee/bilan/          in    404   404   404   404   200   404   404   404   404   404
POST  /candidatures/{arrival}/arrivee/bilan/          in    404   404   404   404   200   404   404   404   404   404
GET   /candidatures/999999/arrivee/                   in    404
GET   /arrivees/                                      in    403   403   403   403   403   403   403   403   200   200

# What a team and a candidate say to each other, and what the team says among itself
GET   /candidatures/{arrival}/messages/               in    200   404   404   404   200   404   404   404   404   404
POST  /candidatures/{arrival}/messages/               in    200   404   404   404   200   404   404   404   404   404
GET   /candidatures/{arrival}/messages/{talk}/signaler/ in  200   404   404   404   404   404   404   404   404   404
POST  /candidatures/{arrival}/messages/{talk}/signaler/ in  200   404   404   404   404   404   404   404   404   404
GET   /candidatures/{arrival}/notes/                  in    404   404   404   404   200   404   404   404   404   404
POST  /candidatures/{arrival}/notes/                  in    404   404   404   404   200   404   404   404   404   404
GET   /candidatures/{arrival}/notes/{note}/           in    404   404   404   404   200   404   404   404   404   404
POST  /candidatures/{arrival}/notes/{note}/           in    404   404   404   404   200   404   404   404   404   404
GET   /candidatures/{arrival}/notations/              in    404   404   404   404   200   404   404   404   404   404
POST  /candidatures/{arrival}/notations/              in    404   404   404   404   200   404   404   404   404   404
GET   /equipe/{own}/modeles/                          in    404   404   404   404   200   404   404   404   404   404
POST  /equipe/{own}/modeles/                          in    404   404   404   404   200   404   404   404   404   404
GET   /equipe/{own}/modeles/{template}/               in    404   404   404   404   200   404   404   404   404   404
POST  /equipe/{own}/modeles/{template}/               in    404   404   404   404   200   404   404   404   404   404
GET   /membres/{public}/inviter/                      in    404   404   404   404   200   404   404   404   404   404
POST  /membres/{public}/inviter/                      in    404   404   404   404   200   404   404   404   404   404
GET   /membres/{private}/inviter/                     in    404
GET   /membres/{hiding}/inviter/                      in    404
GET   /missions/{open}/invitations/                   in    404   404   404   404   200   404   404   404   404   404
GET   /mes-invitations/                               in    200
GET   /mes-invitations/{invitation}/decliner/         in    404   200   404   404   404   404   404   404   404   404
POST  /mes-invitations/{invitation}/decliner/         in    404   to    404   404   404   404   404   404   404   404

# Applying
GET   /missions/{open}/postuler/                      in    200
POST  /missions/{open}/postuler/                      in    200
GET   /missions/{draft}/postuler/                     in    404   404   404   200   200   200   404   404   200   200
POST  /missions/{draft}/postuler/                     in    404   404   404   200   200   200   404   404   200   200
GET   /mes-candidatures/                              in    200
GET   /mes-candidatures/{arrival}/                    in    200   404   404   404   404   404   404   404   404   404
GET   /mes-candidatures/{arrival}/retirer/            in    to    404   404   404   404   404   404   404   404   404
POST  /mes-candidatures/{arrival}/retirer/            in    to    404   404   404   404   404   404   404   404   404
GET   /mes-candidatures/{arrival}/accepter/           in    to    404   404   404   404   404   404   404   404   404
POST  /mes-candidatures/{arrival}/accepter/           in    to    404   404   404   404   404   404   404   404   404
GET   /candidatures/documents/{cv}/                   in    200   404   404   404   200   404   404   404   404   404

# Missions that are not published
GET   /missions/{draft}/                              404   404   404   404   200   200   200   404   404   200   200
GET   /missions/{review}/                             404   404   404   404   200   200   200   404   404   200   200
GET   /missions/{other_draft}/                        404   404   404   200   404   404   404   404   404   200   200
GET   /missions/{open}/profils/                       in    403   403   403   200   200   200   403   403   200   200
GET   /missions/{draft}/profils/                      in    404   404   404   200   200   200   404   404   200   200
GET   /missions/{open}/profils/retires/               in    403   403   403   200   200   200   403   403   200   200
GET   /missions/{draft}/profils/retires/              in    404   404   404   200   200   200   404   404   200   200
GET   /missions/pour-moi/                             in    200
GET   /missions/pour-moi/ecartees/                    in    200
GET   /missions/enregistrees/                         in    200
GET   /missions/{open}/enregistrer/                   in    to
POST  /missions/{open}/enregistrer/                   in    to
POST  /missions/{draft}/enregistrer/                  in    404
GET   /missions/{open}/ne-plus-enregistrer/           in    to
POST  /missions/{open}/ne-plus-enregistrer/           in    to
GET   /missions/{open}/pas-pour-moi/                  in    200
POST  /missions/{open}/pas-pour-moi/                  in    200
POST  /missions/{draft}/pas-pour-moi/                 in    404
GET   /missions/{open}/reprendre/                     in    to
POST  /missions/{open}/reprendre/                     in    to
GET   /missions/{open}/profils/{public}/garder/       in    403   403   403   to    to    to    403   403   to    to
POST  /missions/{open}/profils/{public}/garder/       in    403   403   403   to    to    to    403   403   to    to
POST  /missions/{draft}/profils/{public}/garder/      in    404   404   404   to    to    to    404   404   to    to
POST  /missions/{open}/profils/{private}/garder/      in    403   403   403   404   404   404   403   403   404   404
GET   /missions/{open}/profils/{public}/ne-plus-garder/ in  403   403   403   to    to    to    403   403   to    to
POST  /missions/{open}/profils/{public}/ne-plus-garder/ in  403   403   403   to    to    to    403   403   to    to
GET   /missions/{open}/profils/{public}/retirer/      in    403   403   403   200   200   200   403   403   200   200
POST  /missions/{open}/profils/{public}/retirer/      in    403   403   403   200   200   200   403   403   200   200
POST  /missions/{open}/profils/{private}/retirer/     in    403   403   403   404   404   404   403   403   404   404
GET   /missions/{open}/profils/{public}/remettre/     in    403   403   403   to    to    to    403   403   to    to
POST  /missions/{open}/profils/{public}/remettre/     in    403   403   403   to    to    to    403   403   to    to
GET   /rapprochement/journal/                         in    403   403   403   403   403   403   403   403   200   200
GET   /rapprochement/equite/                          in    403   403   403   403   403   403   403   403   200   200
GET   /rapprochement/equite/export/                   in    403   403   403   403   403   403   403   403   200   200
GET   /missions/pour-moi/alertes/                     in    200
POST  /missions/pour-moi/alertes/                     in    200

# Missions before their team and those who publish them
GET   /equipe/{own}/missions/                         in    403   403   403   200   200   200   403   403   403   200
GET   /equipe/{own}/missions/nouvelle/                in    403   403   403   200   200   200   403   403   403   200
POST  /equipe/{own}/missions/nouvelle/                in    403   403   403   to    to    to    403   403   403   to
GET   /equipe/{own}/missions/competences/propositions/?nom=py in  403  403  403  200  200  200  403  403  403  200
GET   /equipe/{own}/missions/{draft_pk}/              in    403   403   403   200   200   200   403   403   403   200
GET   /equipe/{own}/missions/{open_pk}/               in    403   403   403   200   200   200   403   403   403   200
GET   /equipe/{other}/missions/{draft_pk}/            in    403   403   404   403   403   403   403   403   404   404
GET   /equipe/{own}/missions/{draft_pk}/besoin/       in    403   403   403   200   200   200   403   403   403   200
POST  /equipe/{own}/missions/{draft_pk}/besoin/       in    403   403   403   200   200   200   403   403   403   200
GET   /equipe/{own}/missions/{draft_pk}/competences/  in    403   403   403   200   200   200   403   403   403   200
POST  /equipe/{own}/missions/{draft_pk}/competences/  in    403   403   403   200   200   200   403   403   403   200
GET   /equipe/{own}/missions/{draft_pk}/conditions/   in    403   403   403   200   200   200   403   403   403   200
POST  /equipe/{own}/missions/{draft_pk}/conditions/   in    403   403   403   200   200   200   403   403   403   200
GET   /equipe/{own}/missions/{draft_pk}/questions/    in    403   403   403   200   200   200   403   403   403   200
POST  /equipe/{own}/missions/{draft_pk}/questions/    in    403   403   403   200   200   200   403   403   403   200
GET   /equipe/{own}/missions/{draft_pk}/apercu/       in    403   403   403   200   200   200   403   403   403   200
GET   /equipe/{own}/missions/{draft_pk}/profils-possibles/ in  403  403  403  200  200  200  403  403  403  200
GET   /equipe/{own}/missions/{open_pk}/fermer/        in    403   403   403   200   200   200   403   403   403   200
POST  /equipe/{own}/missions/{open_pk}/fermer/        in    403   403   403   200   200   200   403   403   403   200
POST  /equipe/{own}/missions/{open_pk}/etat/          in    403   403   403   404   404   404   403   403   403   404
GET   /missions-a-relire/                             in    403   403   403   403   403   200   403   403   200   200
GET   /missions-a-relire/{review_pk}/                 in    403   403   403   403   403   200   403   403   404   200
POST  /missions-a-relire/{review_pk}/                 in    403   403   403   403   403   200   403   403   404   200
GET   /missions-a-relire/{draft_pk}/                  in    403   403   403   403   403   404   403   403   404   404

# One's own profile; an account without one begins with its name
GET   /mon-profil/                                    in    200
GET   /mon-profil/presentation/                       in    200
POST  /mon-profil/presentation/                       in    200
GET   /mon-profil/photo/                              in    200   200   200   200   200   to    to    to    to    to
POST  /mon-profil/photo/                              in    200   200   200   200   200   to    to    to    to    to
GET   /mon-profil/competences/                        in    200   200   200   200   200   to    to    to    to    to
POST  /mon-profil/competences/                        in    200   200   200   200   200   to    to    to    to    to
GET   /mon-profil/competences/propositions/?nom=ski   in    200   200   200   200   200   to    to    to    to    to
GET   /mon-profil/disponibilite/                      in    200   200   200   200   200   to    to    to    to    to
POST  /mon-profil/disponibilite/                      in    to
GET   /mon-profil/liens/                              in    200   200   200   200   200   to    to    to    to    to
POST  /mon-profil/liens/                              in    to
GET   /mon-profil/visibilite/                         in    200   200   200   200   200   to    to    to    to    to
POST  /mon-profil/visibilite/                         in    200   200   200   200   200   to    to    to    to    to
GET   /mon-profil/visibilite/masquer/?q=carnet        in    200   200   200   200   200   to    to    to    to    to
POST  /mon-profil/visibilite/masquer/                 in    404   404   404   404   404   to    to    to    to    to
GET   /mon-profil/missions/declarer/                  in    200   200   200   200   200   to    to    to    to    to
POST  /mon-profil/missions/declarer/                  in    200   200   200   200   200   to    to    to    to    to
POST  /mon-profil/missions/{stint}/retirer/           in    to
GET   /mon-profil/apercu/                             in    200   200   200   200   200   to    to    to    to    to
GET   /startups/{own}/missions-a-confirmer/           in    404   404   404   200   404   200   404   404   404   200
POST  /startups/{own}/missions-a-confirmer/           in    404   404   404   to    404   to    404   404   404   to

# Roles
GET   /mes-roles/                                     in    200
GET   /roles/                                         in    403   403   403   403   403   403   403   403   200   200
GET!  /roles/donner/                                  in    403   403   403   403   403   403   403   403   200   200
POST! /roles/donner/                                  in    403   403   403   403   403   403   403   403   200   200
GET   /startups/{own}/roles/                          in    403   403   403   200   403   200   403   403   200   200
GET!  /startups/{own}/roles/donner/                   in    403   403   403   200   403   200   403   403   200   200
POST! /startups/{own}/roles/donner/                   in    403   403   403   200   403   200   403   403   200   200
GET   /startups/{other}/roles/                        in    403   403   200   403   403   403   403   403   200   200
GET   /incubateurs/{host}/roles/                      in    403   403   403   403   403   200   403   403   200   200
GET!  /incubateurs/{host}/roles/donner/               in    403   403   403   403   403   200   403   403   200   200
POST! /incubateurs/{host}/roles/donner/               in    403   403   403   403   403   200   403   403   200   200
GET!  /roles/{grant}/retirer/                         in    404   404   404   200   200   200   404   404   200   200
POST! /roles/{grant}/retirer/                         in    404   404   404   200   200   200   404   404   200   200

# Pages and teams that their own people keep
GET   /startups/{own}/modifier/                       in    403   403   403   200   403   200   403   403   200   200
GET   /startups/{own}/historique/                     in    403   403   403   200   403   200   403   403   200   200
GET   /startups/{own}/equipe/                         in    403   403   403   200   403   200   403   403   200   200
GET   /startups/{own}/modifier/technologies/propositions/?nom=py in  403  403  403  200  403  200  403  403  200  200
GET   /startups/{own}/modifier/presentation/          in    403   403   403   200   403   200   403   403   200   200
POST  /startups/{own}/modifier/presentation/          in    403   403   403   200   403   200   403   403   200   200
GET   /startups/{own}/modifier/usagers/               in    403   403   403   200   403   200   403   403   200   200
POST  /startups/{own}/modifier/usagers/               in    403   403   403   to    403   to    403   403   to    to
GET   /startups/{own}/modifier/liens/                 in    403   403   403   200   403   200   403   403   200   200
POST  /startups/{own}/modifier/liens/                 in    403   403   403   to    403   to    403   403   to    to
GET   /startups/{own}/modifier/technologies/          in    403   403   403   200   403   200   403   403   200   200
POST  /startups/{own}/modifier/technologies/          in    403   403   403   200   403   200   403   403   200   200
GET   /startups/{own}/modifier/sponsors/              in    403   403   403   200   403   200   403   403   200   200
POST  /startups/{own}/modifier/sponsors/              in    403   403   403   200   403   200   403   403   200   200
GET   /startups/{own}/modifier/sponsors/propositions/?nom=ag in  403  403  403  200  403  200  403  403  200  200
GET!  /startups/{own}/modifier/incubateur/            in    403   403   403   200   403   200   403   403   200   200
POST! /startups/{own}/modifier/incubateur/            in    403   403   403   200   403   200   403   403   200   200
GET   /startups/{own}/modifier/phases/ajouter/        in    403   403   403   200   403   200   403   403   200   200
POST  /startups/{own}/modifier/phases/ajouter/        in    403   403   403   200   403   200   403   403   200   200
GET   /startups/{own}/modifier/evenements/ajouter/    in    403   403   403   200   403   200   403   403   200   200
POST  /startups/{own}/modifier/evenements/ajouter/    in    403   403   403   200   403   200   403   403   200   200
GET   /startups/{own}/modifier/autre/                 in    403   403   403   404   403   404   403   403   404   404
GET   /startups/{own}/modifier/phases/999999/         in    403   403   403   404   403   404   403   403   404   404
POST  /startups/{own}/modifier/phases/999999/         in    403   403   403   200   403   200   403   403   200   200
GET   /startups/{own}/modifier/evenements/999999/     in    403   403   403   404   403   404   403   403   404   404
POST  /startups/{own}/modifier/evenements/999999/     in    403   403   403   200   403   200   403   403   200   200
POST  /startups/{own}/historique/999999/annuler/      in    403   403   403   404   403   404   403   403   404   404
POST  /startups/{own}/verifier/                       in    403   403   403   to    403   403   403   403   403   to
GET   /startups/{own}/equipe/ajouter/                 in    403   403   403   200   403   200   403   403   200   200
POST  /startups/{own}/equipe/ajouter/                 in    403   403   403   200   403   200   403   403   200   200
GET   /startups/{own}/equipe/999999/fin/              in    403   403   403   404   403   404   403   403   404   404
POST  /startups/{own}/equipe/999999/fin/              in    403   403   403   404   403   404   403   403   404   404
GET!  /startups/{own}/equipe/responsable/             in    403   403   403   200   403   403   403   403   403   403
POST! /startups/{own}/equipe/responsable/             in    403   403   403   200   403   403   403   403   403   403
POST  /mon-profil/missions/{stint}/refuser/           in    to    to    to    to    to    404   404   404   404   404
GET   /incubateurs/{host}/modifier/                   in    403   403   403   403   403   200   403   403   200   200
GET   /incubateurs/{host}/historique/                 in    403   403   403   403   403   200   403   403   200   200
GET   /incubateurs/{host}/modifier/presentation/      in    403   403   403   403   403   200   403   403   200   200
POST  /incubateurs/{host}/modifier/presentation/      in    403   403   403   403   403   200   403   403   200   200
GET   /incubateurs/{host}/modifier/liens/             in    403   403   403   403   403   200   403   403   200   200
POST  /incubateurs/{host}/modifier/liens/             in    403   403   403   403   403   to    403   403   to    to
POST  /incubateurs/{host}/historique/999999/annuler/  in    403   403   403   403   403   404   403   403   404   404

# A profile taken along and brought in, and what keeps it true
GET   /membres/{public}/carte.vcf                     200
GET   /membres/{community}/carte.vcf                  404   404   200   200   200   200   200   200   200   200   200
GET   /membres/{private}/carte.vcf                    404
GET   /mon-profil/importer/                           in    200   200   200   200   200   to    to    to    to    to
POST  /mon-profil/importer/                           in    200   200   200   200   200   to    to    to    to    to
GET   /mon-profil/cv.json                             in    200   200   200   200   200   to    to    to    to    to
GET   /mon-profil/carte.vcf                           in    200   200   200   200   200   to    to    to    to    to
POST  /mon-profil/disponibilite/confirmer/            in    to
GET   /disponibilite/x/                               404
POST  /disponibilite/x/                               404
GET   /mon-profil/missions/999999/fin/                in    404   404   404   404   404   to    to    to    to    to
POST  /mon-profil/missions/999999/fin/                in    404   404   404   404   404   to    to    to    to    to
GET   /mon-profil/missions/999999/corriger/           in    404   404   404   404   404   to    to    to    to    to
POST  /mon-profil/missions/999999/corriger/           in    404   404   404   404   404   to    to    to    to    to

# Joining: those who have a record are led on
GET   /bienvenue/                                     in    200
POST  /bienvenue/                                     in    to
GET   /bienvenue/fiche/                               in    to    to    to    to    to    200   200   200   200   200
GET   /bienvenue/fiche/{community}/                   in    to    to    to    to    to    200   200   200   200   200
POST  /bienvenue/fiche/{community}/                   in    to    to    to    to    to    200   200   200   200   200
GET   /bienvenue/fiche/{private}/                     in    to    to    to    to    to    404   404   404   404   404
GET   /bienvenue/code/                                in    to    to    to    to    to    200   200   200   200   200
POST  /bienvenue/code/                                in    to    to    to    to    to    200   200   200   200   200
GET   /bienvenue/charte/                              in    200
POST  /bienvenue/charte/                              in    to
GET   /fiches-demandees/                              in    403   403   403   403   403   403   403   403   200   200
GET   /fiches-demandees/999999/                       in    403   403   403   403   403   403   403   403   404   404
POST! /fiches-demandees/999999/                       in    403   403   403   403   403   403   403   403   404   404
GET   /startups/{own}/invitations/                    in    404   404   404   200   404   200   404   404   404   200
POST! /startups/{own}/invitations/                    in    404   404   404   200   404   200   404   404   404   200
POST  /invitations/999999/annuler/                    in    404
GET   /invitations/x/                                 404
POST  /invitations/x/                                 to

# Saved searches
GET   /saisie/                                        in    200
POST  /saisie/                                        in    to
GET   /mes-recherches/                                in    200
POST  /mes-recherches/                                in    to
GET   /mes-recherches/nouvelle/?liste=startups&q=cap  in    200
POST  /mes-recherches/nouvelle/?liste=startups&q=cap  in    to
GET   /mes-recherches/{search}/                       in    404   to    404   404   404   404   404   404   404   404
GET   /mes-recherches/{search}/renommer/              in    404   200   404   404   404   404   404   404   404   404
POST  /mes-recherches/{search}/renommer/              in    404   to    404   404   404   404   404   404   404   404
GET   /mes-recherches/{search}/supprimer/             in    404   200   404   404   404   404   404   404   404   404
POST  /mes-recherches/{search}/supprimer/             in    404   to    404   404   404   404   404   404   404   404
GET   /mes-recherches/{other_search}/                 in    404
POST  /mes-recherches/{other_search}/supprimer/       in    404

# The editors' space, where the lists of accounts and of pages are
GET   /cms/users/                                     in    403   403   403   403   403   403   403   to    403   200
GET   /cms/pages/{home}/                              in    403   403   403   403   403   403   403   200   403   200

# One's own data and mails
GET   /mes-donnees/                                   in    200
GET   /mes-donnees/copie/                             in    to
POST! /mes-donnees/copie/                             in    200
GET   /mes-donnees/effacer/                           in    200
POST! /mes-donnees/effacer/                           in    to
POST  /mes-donnees/garder/                            in    to
POST  /mes-donnees/annuaire/                          in    to
GET   /mes-donnees/garder/{keep}/                     200
POST  /mes-donnees/garder/{keep}/                     200
GET   /mes-donnees/garder/x/                          404
GET   /mes-courriels/                                 in    200
POST  /mes-courriels/                                 in    200
GET   /mes-courriels/arret/{stop}/                    200
POST  /mes-courriels/arret/{stop}/                    200
GET   /mes-courriels/arret/x/                         404
GET   /donnees-personnelles/conservation/             in    403   403   403   403   403   403   403   403   200   200

# Records merged, messages between people
GET   /doublons/                                      in    403   403   403   403   403   403   403   403   200   200
POST  /doublons/distinctes/                           in    403   403   403   403   403   403   403   403   to    to
GET!  /doublons/comparer/{public}/{community}/        in    403   403   403   403   403   403   403   403   200   200
POST! /doublons/comparer/{public}/{community}/        in    403   403   403   403   403   403   403   403   200   200
GET!  /doublons/reunions/999999/annuler/              in    403   403   403   403   403   403   403   403   to    to
POST! /doublons/reunions/999999/annuler/              in    403   403   403   403   403   403   403   403   to    to
GET   /membres/{public}/contacter/                    in    to    200   200   200   200   200   200   200   200   200
POST  /membres/{public}/contacter/                    in    200
GET   /membres/{private}/contacter/                   in    404
POST  /membres/{private}/contacter/                   in    404
GET   /mes-messages/                                  in    200
POST  /mes-messages/                                  in    to
GET   /mes-messages/999999/                           in    404
POST  /mes-messages/999999/                           in    404
GET   /mes-messages/999999/repondre/                  in    404
POST  /mes-messages/999999/repondre/                  in    404
GET   /mes-messages/999999/signaler/                  in    404
POST  /mes-messages/999999/signaler/                  in    404
GET   /messages-signales/                             in    403   403   403   403   403   403   403   403   200   200
POST  /messages-signales/                             in    403   403   403   403   403   403   403   403   to    to

# Signing in and out, second factors, sessions
GET   /compte/login/                                  200   to
POST  /compte/login/                                  200   to
GET   /compte/login/code/                             in
POST  /compte/login/code/                             in
GET   /compte/login/code/confirm/                     to
POST  /compte/login/code/confirm/                     to
GET   /compte/signup/                                 200   to
POST  /compte/signup/                                 200   to
GET   /compte/connexions/                             404
POST  /compte/connexions/                             404
GET   /compte/proconnect/                             404
POST  /compte/proconnect/                             404
GET   /compte/proconnect/retour/                      404
GET   /compte/proconnect/deconnexion/                 404
GET   /compte/3rdparty/                               in
POST  /compte/3rdparty/                               in
GET   /compte/social/login/cancelled/                 to
POST  /compte/social/login/cancelled/                 to
GET   /compte/social/login/error/                     to
POST  /compte/social/login/error/                     to
GET   /compte/social/signup/                          to
POST  /compte/social/signup/                          to
GET   /compte/social/connections/                     to
POST  /compte/social/connections/                     to
GET   /compte/logout/                                 to    200
POST  /compte/logout/                                 to
GET   /compte/inactive/                               200
GET   /compte/password/change/                        in
POST  /compte/password/change/                        in
GET   /compte/confirm-email/                          in    to
POST  /compte/confirm-email/                          in    to
GET   /compte/email/                                  in    200
POST! /compte/email/                                  in    to
GET   /compte/sessions/                               in    200
POST! /compte/sessions/                               in    to
GET   /compte/reauthenticate/                         in    proof
POST  /compte/reauthenticate/                         in    proof
GET   /compte/confirmer/                              in    200
POST  /compte/confirmer/                              in    proof
GET   /compte/second-facteur/                         in    to
GET   /compte/2fa/                                    in    200
GET   /compte/2fa/authenticate/                       in    to
POST  /compte/2fa/authenticate/                       in    to
GET   /compte/2fa/reauthenticate/                     in    proof
POST  /compte/2fa/reauthenticate/                     in    proof
GET!  /compte/2fa/totp/activate/                      in    200
POST! /compte/2fa/totp/activate/                      in    200
GET!  /compte/2fa/totp/deactivate/                    in    404
POST! /compte/2fa/totp/deactivate/                    in    404
GET   /compte/2fa/webauthn/                           in    200
GET!  /compte/2fa/webauthn/add/                       in    200
POST! /compte/2fa/webauthn/add/                       in    200
GET!  /compte/2fa/webauthn/keys/{passkey}/remove/     in    404
POST! /compte/2fa/webauthn/keys/{passkey}/remove/     in    404
GET!  /compte/2fa/webauthn/keys/{passkey}/edit/       in    404
POST! /compte/2fa/webauthn/keys/{passkey}/edit/       in    404
GET   /compte/2fa/webauthn/login/                     in    to
POST  /compte/2fa/webauthn/login/                     in    to
GET   /compte/2fa/webauthn/reauthenticate/            in    proof
POST  /compte/2fa/webauthn/reauthenticate/            in    proof
GET!  /compte/2fa/recovery-codes/                     in    404
GET   /compte/2fa/recovery-codes/download/            to
POST  /compte/2fa/recovery-codes/download/            to
GET!  /compte/2fa/recovery-codes/generate/            in    200
POST! /compte/2fa/recovery-codes/generate/            in    200
GET   /_util/login/                                   in
POST  /_util/login/                                   in
"""


@dataclass(frozen=True)
class Row:
    """One line. `cells`: what is answered to each of `ROLES`."""

    method: str
    needs_proof: bool
    path: str
    cells: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def rows() -> list[Row]:
    """The table. Raises `ValueError` for a line that cannot be read."""
    return [_row(line) for line in ROWS.splitlines() if line.strip() and not line.startswith("#")]


def _row(line: str) -> Row:
    method, path, *cells = line.split()
    if len(cells) == 1:
        cells *= len(ROLES)
    elif len(cells) == 2:
        cells = [cells[0], *[cells[1]] * (len(ROLES) - 1)]
    if len(cells) != len(ROLES):
        raise ValueError(f"{len(cells)} cells for {len(ROLES)} kinds of people: {line}")
    return Row(method.removesuffix("!"), method.endswith("!"), path, tuple(cells))
