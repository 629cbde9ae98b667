"""The database as the web floor holds it: Flask-SQLAlchemy over the models and the engine of the storage floor."""

from typing import Any

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.storage.base import Base
from tracker.storage.engine import connect


class Database(SQLAlchemy):
    """Flask-SQLAlchemy over models that know no Flask, with engines of the storage floor, which knows durability."""

    def _make_declarative_base(self, model_class: Any, disable_autonaming: bool = False) -> Any:
        """The base as it is; a copy, as Flask-SQLAlchemy makes one, would refuse the base's own types."""
        self.metadatas[None] = model_class.metadata
        return model_class

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        remote = not url.startswith("sqlite")  # a file hangs up on nobody: nothing to ask before each transaction
        return connect(url, hide_parameters=True, pool_pre_ping=remote)


db = Database(model_class=Base)
migrate = Migrate()


def session() -> Session:
    """This request's Session, for services."""
    return db.session()


def init_app(app: Flask) -> None:
    """Bind the models to the application's database."""
    db.init_app(app)
    migrate.init_app(app, db, directory=app.config["MIGRATIONS"])
