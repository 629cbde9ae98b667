"""Tongue on the web: whose language a page speaks, what templates say it with, and the table the scripts read."""

import hashlib
from functools import cache
from typing import Any

from babel.messages.catalog import Message
from flask import Blueprint, Flask, Response, after_this_request, g, has_request_context, request
from flask_babel import Babel
from jinja2.ext import InternationalizationExtension
from markupsafe import Markup, escape
from sqlalchemy.exc import SQLAlchemyError

from tracker import tongue
from tracker.services.errors import NotFound, Refused
from tracker.storage.people import Patient
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.json import dumps
from tracker.web.security import actor_or_none

SCRIPTS = "static/"  # where a sentence of the scripts stands
SHELL = {
    f"tracker/web/templates/{one}"
    for one in ("base.html", "answer.html", "kiosk.html", "patient/app.html", "partials/bar.html")
}

blp = Blueprint("words", __name__)


@blp.get(f"/words/<edition>/<any({','.join(tongue.LANGUAGES)}):code>.json")
@admits("anonymous")
def words(edition: str, code: str) -> Response:
    """The sentences of the scripts in one language; "" is the language itself."""
    if edition != catalogue_hash():
        raise NotFound
    g.kept_for_good = True
    return Response(dumps(table(code)), content_type="application/json")


@cache
def table(code: str) -> dict[str, Any]:
    """{ "": { tag, direction }, "English": "translation" or a plural's forms }; English needs no sentences."""
    here = tongue.LANGUAGES[code]
    known = [] if code == tongue.SOURCE else tongue.written(code)
    told = dict(_entry(one) for one in known if one.id and one.string and _spoken_there(one))
    return {"": {"tag": here.tag, "direction": here.direction}, **told}


def _entry(one: Message) -> tuple[str, str | list[str]]:
    """A plural goes by its many."""
    if isinstance(one.id, str):
        return one.id, str(one.string)
    return one.id[-1], list(one.string or ())


def _spoken_there(one: Message) -> bool:
    return any(name.startswith(SCRIPTS) or name in SHELL for name, _ in one.locations)


@cache
def catalogue_hash() -> str:
    """Sixteen hexadecimal digits that change with any sentence of any language."""
    return hashlib.sha256("".join(dumps(table(code)) for code in tongue.LANGUAGES).encode()).hexdigest()[:16]


def words_url() -> str:
    """The address of the scripts' sentences, with {lang} where the language's code goes."""
    return f"/words/{catalogue_hash()}/{{lang}}.json"


def reader() -> str | None:
    """Whoever asks: the patient's own language, English for staff, else what the browser would like best."""
    if not has_request_context():
        return None
    if "language" not in g:
        g.language = tongue.SOURCE  # for whatever is said while looking
        g.language = _of_person() or _of_browser()
    return g.language


def read_by(code: str | None) -> None:
    """This request is read by somebody who speaks this, whoever is signed in on that browser; its answer says so."""
    g.language = code or reader()

    @after_this_request
    def named(answer: Response) -> Response:
        answer.headers["Content-Language"] = tongue.here().tag
        return answer


def _of_person() -> str | None:
    try:
        who = actor_or_none()
        if who is None or who.kind != "patient":
            return tongue.SOURCE if who else None
        return session().get_one(Patient, (who.clinic_id, who.patient_id)).language
    except (SQLAlchemyError, Refused):  # a page about a lost database or a closed door still has a reader
        return None


def _of_browser() -> str:
    asked = request.args.get("lang")
    if asked in tongue.LANGUAGES:
        return asked
    found = request.accept_languages.best_match([one.tag for one in tongue.LANGUAGES.values()] + ["zh"])
    return next((one.code for one in tongue.LANGUAGES.values() if found in (one.tag, one.code)), tongue.SOURCE)


def say(sentence: str, /, **values: Any) -> Markup:
    """`_` of the templates: the sentence is text, whatever stands in it; a value that is markup stays markup."""
    return _filled(escape(tongue.translated(sentence)), values)


def say_number(one: str, many: str, n: int, /, **values: Any) -> Markup:
    """`_n` of the templates."""
    return _filled(escape(tongue.translated_number(one, many, n)), {"n": n, **values})


def say_markup(sentence: str, /, **values: Any) -> Markup:
    """{% trans %}: the sentence may hold markup, in every language alike."""
    return _filled(Markup(tongue.translated(sentence)), values)


def say_number_markup(one: str, many: str, n: int, /, **values: Any) -> Markup:
    """{% trans %} with {% pluralize %}."""
    return _filled(Markup(tongue.translated_number(one, many, n)), {"n": n, **values})


def _filled(sentence: Markup, values: dict[str, Any]) -> Markup:
    return Markup(tongue.filled(sentence, {name: escape(value) for name, value in values.items()}))


def told(sentence: str, /) -> Markup:
    """`_` in the shell, which comes in English: its scripts say it again once they know the person's language."""
    return Markup('<span data-t="{}">{}</span>').format(sentence, say(sentence))


def told_label(sentence: str, /) -> Markup:
    """The same as the label of an element."""
    return Markup('aria-label="{}" data-t-label="{}"').format(say(sentence), sentence)


def said_in(code: str, sentence: str, /) -> Markup:
    """`_` in one language, whoever reads."""
    with tongue.speaking(code):
        return say(sentence)


class Sentences(InternationalizationExtension):
    """{% trans %} with the {names} of every other floor, so that all sentences stand in one catalogue."""

    def _make_node(self, singular: str, plural: str | None, *rest: Any) -> Any:
        return super()._make_node(named(singular), named(plural) if plural is not None else None, *rest)


def named(sentence: str) -> str:
    """%(name)s as jinja writes it becomes {name}."""
    return tongue.re.sub(r"%\((\w+)\)s", r"{\1}", sentence).replace("%%", "%")


def init_app(app: Flask) -> None:
    """Teach templates to speak; dates and numbers follow the same language."""
    tongue.ask(reader)
    Babel(app, configure_jinja=False, default_domain="messages", locale_selector=tongue.locale)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.add_extension(Sentences)
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
    app.jinja_env.globals.update(gettext=say_markup, ngettext=say_number_markup, _=say, _n=say_number)
    app.add_template_global(tongue.here, "language")
    for one in (told, told_label, said_in):
        app.add_template_global(one)
    app.add_template_global(words_url)
    app.jinja_env.globals["languages"] = tongue.LANGUAGES
    app.register_blueprint(blp)
