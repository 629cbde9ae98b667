"""Forest over HTTP: the answers on one condition as rows on axes, for Plotly. Open to everybody."""

from typing import Any

from tracker.charts.forest import forest as figure
from tracker.evidence.forest import GROUPS, forest
from tracker.science.scales import CHRONICITIES, CONDITIONS
from tracker.services import clock
from tracker.tongue import LANGUAGES
from tracker.web.api.blueprint import Blueprint, Body
from tracker.web.api.drawings import FiguresShape
from tracker.web.api.fields import Text, one_of
from tracker.web.doors import admits

blp = Blueprint("forest", __name__, url_prefix="/evidence/forest", description="What the literature says, drawn")


class ForestQuery(Body):
    """Which condition, and of which comparison and phase."""

    condition = Text(required=True, validate=one_of(CONDITIONS))
    comparator = Text(validate=one_of(GROUPS))
    chronicity = Text(validate=one_of(CHRONICITIES))
    lang = Text(
        validate=one_of(tuple(LANGUAGES)), metadata={"description": "In which language, where nobody is signed in"}
    )


@blp.route("")
@admits("anonymous")
@blp.arguments(ForestQuery, location="query")
@blp.response(200, FiguresShape)
def get_forest(query: dict[str, Any]) -> dict[str, Any]:
    """The figures of one condition, one for each unit."""
    found = forest(
        query["condition"],
        group=query.get("comparator"),
        chronicity=query.get("chronicity"),
        today=clock.now().date(),
    )
    return {"figures": [{"group": axis.key, **figure(axis).json()} for axis in found.axes]}
