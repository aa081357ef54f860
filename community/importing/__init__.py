"""Import of the programme's public data, in the native format of beta.gouv.fr.

An app that has something to read from it declares readers in its `importing` module, with what is offered here;
`import_content` finds them all. Start with `readers` (how a folder is declared), then `engine` (what is done with it).
"""

from community.importing import members, startups, structures
from community.importing.engine import NoContent, import_content
from community.importing.readers import Many, Parsed, Reader, Rows, register
from community.importing.report import Report

__all__ = [
    "Many",
    "NoContent",
    "Parsed",
    "Reader",
    "Report",
    "Rows",
    "import_content",
    "members",
    "register",
    "startups",
    "structures",
]
