"""Reminders: queue what comes near, send what is due."""

from flask import current_app

from tracker.services.remind import plan
from tracker.services.remind import send as outbox
from tracker.services.remind.post import Post
from tracker.web.database import session


def tick() -> None:
    """Both, each minute."""
    plan.plan(session(), offered=carrier().offered)
    send()


def send() -> None:
    """What is due, such as the code somebody waits for."""
    outbox.drain(session(), by=carrier())


def carrier() -> Post:
    """How messages leave this house, from its settings."""
    here = current_app.config["SETTINGS"]
    return Post(
        public_url=here.public_url,
        push_key=here.vapid_key,
        push_hosts=here.push_hosts,
        smtp_url=here.smtp_url,
        mail_from=here.mail_from,
    )
