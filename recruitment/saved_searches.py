"""The list of missions, whose searches may be saved."""

from community.listing.saving import SavableList, register
from community.saved_searches import in_region
from recruitment.forms import MissionSearchForm

register(
    SavableList(MissionSearchForm, "recruitment:missions", "Missions", newest="newest", phrases={"region": in_region})
)
