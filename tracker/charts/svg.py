"""SVG: the first paint, drawn by the server before any script, with the same numbers and the same axis as Plotly's.

No script, no style attribute. Colours stand as presentation attributes, which any CSS class rule overrides; text, grid
and frame use currentColor, so dark mode needs nothing. Classes, all optional to style:
  chart              the svg itself (role="img", <title>, <desc> with the words)
  grid               horizontal lines          tick      numbers and dates at the axes
  label              panel names               direct    words beside a mark (30 % lower, before, after, end, 3 mo)
  window             shaded follow-up window   end       upright line at the end of the course
  threshold          dashed responder line     empty     "no scores yet"
  series             line through the scores   dot       a score; with late, corrected, helped where it is so
  fan, trend         interval and fitted line  now       a right-now score without a session
  pair               bar from before to after; with unclear where the order is not sure
  before, after      its ends; with alone where the session is no usable pair
  spark, spark-last  the roster's sparkline and its last dot
  done, reaction, event, beside   on the timeline: a session, a reaction, another event, a treatment beside the sessions
  held, planned      sessions of a week, and the frame of its plan
  box, box-lost, bar, bar-seen, bar-silent, bar-best   the clinic's figures
  alike, interval, point   a study's row: line of no difference, interval, mark      middle   estimate in a band
  people, person     an icon array of a hundred
"""

from tracker.charts.dose import dose_svg
from tracker.charts.sparkline import sparkline_svg
from tracker.charts.svg_cohort import boxes_svg, responders_svg
from tracker.charts.svg_progress import progress_svg
from tracker.charts.svg_timeline import timeline_svg

__all__ = ["boxes_svg", "dose_svg", "progress_svg", "responders_svg", "sparkline_svg", "timeline_svg"]
