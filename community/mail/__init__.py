"""Mails: their kinds, how they are written, and how they leave.

An app says in its module `mails` which kinds of mail it sends and what it adds to the digests (`kinds`). It writes one
by `community.actions.mail.queue_mail`, in the transaction of what the mail tells. A process sends them (`sending`).
"""
