"""Demo: an invented clinic to look around in. Nobody in it exists; its name, its codes and its flag say so."""

from tracker.services.demo.loading import load
from tracker.services.demo.staff import links

__all__ = ["links", "load"]
