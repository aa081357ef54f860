"""The rights of people over what the portal holds about them.

`registry`: what each app declares in its module `privacy`; the community’s own are `declared`, `exchanges`, `joining`
and `log`. From it: `export` (the copy that a person takes), `erasing` and `mentions` (what erasure does), the public
register. The verbs are in `community.actions.privacy`.
"""

from community.privacy import declared, exchanges, joining, letters, log
from community.privacy.people import Person
from community.privacy.registry import SELF, Activity, Basis, Fate, Held, Link, activity, holds, may_mention, nobody_in

__all__ = [
    "SELF",
    "Activity",
    "Basis",
    "Fate",
    "Held",
    "Link",
    "Person",
    "activity",
    "declared",
    "exchanges",
    "holds",
    "joining",
    "letters",
    "log",
    "may_mention",
    "nobody_in",
]
