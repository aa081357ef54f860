"""What a person brings and takes along: a CV as PDF, a JSON Resume, a card.

`layout` and `sections` turn a PDF's text into lines under their headings, `reading` and its neighbours into a
`Proposal`; `json_resume` reads what it writes, `vcard_reading` what `vcard` does. Nothing here writes to a profile.
"""
