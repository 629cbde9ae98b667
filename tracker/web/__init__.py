"""The web floor: what arrives over HTTP is read and checked here, one service decides, and the answer is dressed here.

doors      whom each view admits; closed by default
security   who is asking, same origin, forms' tokens
account    sign-in, sign-out, the choice between two clinics
json       how a body is read, before any schema sees it
errors     every refusal in one shape; the only place that knows status codes
headers    what every answer carries
api/       the JSON API under /api/v1
"""
