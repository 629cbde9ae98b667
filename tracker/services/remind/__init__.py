"""Remind: what a person wishes, what is due when, and how it leaves the house. Rows are queued, then sent.

A row is written when a reminder comes near and judged again when it leaves: what was logged meanwhile is not recalled.
A mail goes out at most once: it is marked before it is handed over, and a row left marked by a killed worker is not
sent again, since two mails about one question nag and the next reminder comes in its turn. A push may be handed over
again: its topic and its tag make two of them one on the phone.
"""
