"""Transaction: one service call, one commit; whatever goes wrong inside leaves nothing behind.

What looks at a whole clinic notes the look first and then reads: no one who writes waits until it is done.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tracker.services.errors import Unready
from tracker.storage.engine import begin_write, one_look


@contextmanager
def writing(db: Session) -> Iterator[None]:
    """Hold the write lock from the first statement to the commit; roll back on any error."""
    try:
        begin_write(db)
        yield
        db.commit()
    except OperationalError as error:
        db.rollback()
        raise Unready from error
    except BaseException:
        db.rollback()
        raise


@contextmanager
def reading(db: Session) -> Iterator[None]:
    """See one moment of the store, however long that takes, and hold nobody up."""
    try:
        one_look(db)
        yield
    except OperationalError as error:
        raise Unready from error
    finally:
        db.rollback()
