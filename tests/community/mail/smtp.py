"""A real mail server in the test's own process: what it accepted, and what it answers."""

import asyncio
import email
import email.policy
import logging
import threading
from email.message import EmailMessage
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.elasticsearch_servers import free_port

# It tells of every address, as a test may forbid.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


class MailServer:
    """Listens at `port` until the end of a `with`. `accepted`: the mails, in the order they came.

    `refusals`: address -> the answer to RCPT. `data_answers`: the answers to the next mails, « 250 OK » afterwards.
    `lets_go`: while cleared, a mail is kept and its answer waits.
    """

    def __init__(self) -> None:
        self.accepted: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refusals: dict[str, str] = {}
        self.data_answers: list[str] = []
        self.lets_go = threading.Event()
        self.lets_go.set()
        self.port = free_port()
        # Five seconds unless one says otherwise, which a machine that has much to do may need.
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=60)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.lets_go.set()
        self._controller.stop()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.data_answers.pop(0) if self.data_answers else "250 OK"
        if answer.startswith("250"):
            self.accepted.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
            self.recipients += envelope.rcpt_tos
        while not self.lets_go.is_set():
            await asyncio.sleep(0.01)
        return answer
