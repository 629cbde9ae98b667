"""The small world of tests/web/world.py for these tests."""

from tests.web.world import app, door, house, mould, world

__all__ = ["app", "door", "house", "mould", "world"]
