"""An app of the tests that tells everybody of the same event, every day."""

from community.mail.kinds import Entry, Kind, Section, register

register(
    Kind("evenement", "Événements", "Vous suivez les événements."),
    Section("evenement", "Ce qui s’est passé", lambda user, since, until: [Entry("Un événement", "/membres/")]),
)
