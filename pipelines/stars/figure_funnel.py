"""How far members rise, where those are who rose no further, and the paths of stars.

A member's rung is the highest stage they ever had; they passed every rung below it, if
only for a day.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import plotly.graph_objects as go

from pipelines.stars.figure_look import (
    FAINT,
    LADDER,
    MARGINS,
    SILENT,
    Stage,
    faded,
    titled,
)
from pipelines.stars.figure_paths import add_paths, published_paths

RUNGS = tuple(LADDER)
TOP = len(RUNGS) - 1
KNOWN = Stage("メンバー", "known", LADDER["none"].colour)
SINKS = {
    "star": LADDER["star"],
    "here": Stage("活動中", "in touch", "#6aa884"),
    **SILENT,
    "never": Stage("未参加", "never took part", LADDER["none"].colour),
}

# Heights in pixels: the flow, what parts it from the paths, and a path.
FLOW_HEIGHT, GAP, PATH_HEIGHT = 440, 110, 54

# Of the flow's height all members take so much; the rest keeps its ends apart.
FILLED, END_GAP = 0.56, 0.07
RUNG_STEP, ENDS_AT, THICK = 0.165, 0.84, 0.013

PEOPLE = """
    WITH ladder AS (
        SELECT unnest(?) AS stage, unnest(range(?)) AS rung
    ),
    ranked AS (
        SELECT stages.*, ladder.rung
        FROM marts.member_stages AS stages
        LEFT JOIN ladder ON stages.stage = ladder.stage
    ),
    people AS (
        SELECT
            member_id,
            coalesce(max(rung), 0) AS highest,
            max(stage) FILTER (valid_to IS NULL) AS stage_today
        FROM ranked
        GROUP BY member_id
    )
"""
FLOWS = f"""
    {PEOPLE}
    SELECT
        highest,
        CASE
            WHEN highest = 0 THEN 'never'
            WHEN highest = (SELECT max(rung) FROM ladder) THEN 'star'
            WHEN stage_today IN ('dormant', 'lapsed') THEN stage_today
            ELSE 'here'
        END,
        count(*)
    FROM people
    GROUP BY ALL
    ORDER BY ALL
"""
CLIMBS = f"""
    {PEOPLE},
    firsts AS (
        SELECT ranked.member_id, ladder.rung, min(ranked.valid_from) AS reached
        FROM ranked
        INNER JOIN ladder ON ranked.rung >= ladder.rung
        GROUP BY ranked.member_id, ladder.rung
    )
    SELECT firsts.rung, median(firsts.reached - below.reached)
    FROM firsts
    INNER JOIN firsts AS below
        ON firsts.member_id = below.member_id AND firsts.rung = below.rung + 1
    GROUP BY firsts.rung
    ORDER BY firsts.rung
"""


@dataclass(frozen=True)
class Flows:
    """stopped: members by highest rung and where they are today. days: to each rung."""

    stopped: dict[tuple[int, str], int]
    days: dict[int, float]

    @property
    def members(self) -> int:
        return sum(self.stopped.values())

    def reached(self, rung: int) -> int:
        """Members who ever stood on a rung or above it."""
        return sum(n for (highest, _), n in self.stopped.items() if highest >= rung)

    def ended(self, end: str) -> int:
        """Members who are at one of the ends today; at `star` all who ever were one."""
        return sum(n for (_, today), n in self.stopped.items() if today == end)

    @property
    def active(self) -> int:
        """Members who were ever active."""
        return self.reached(1)


def flows(connection: duckdb.DuckDBPyConnection) -> Flows:
    """Reads the flows from a published file."""
    ladder = [list(RUNGS), len(RUNGS)]
    return Flows(
        stopped={
            (rung, today): count
            for rung, today, count in connection.execute(FLOWS, ladder).fetchall()
        },
        days=dict(connection.execute(CLIMBS, ladder).fetchall()),
    )


def funnel(connection: duckdb.DuckDBPyConnection, below: str) -> go.Figure:
    """Returns the figure: the flow, and under it the paths where any are published."""
    paths = published_paths(connection)
    under = GAP + PATH_HEIGHT * len(paths) if paths else 0
    height = FLOW_HEIGHT + under
    figure = go.Figure(layout={"dragmode": False})
    draw_flow(figure, flows(connection))
    hidden = {"visible": False, "fixedrange": True}
    figure.update_layout(
        xaxis={**hidden, "range": [0, 1]},
        yaxis={**hidden, "range": [1, 0], "domain": [under / height, 1]},
    )
    if paths:
        add_paths(figure, paths, top=(under - GAP) / height)
    return titled(
        figure,
        "スターまでの道のり",
        "How members rise to star",
        below,
        height=height + MARGINS,
    )


@dataclass(frozen=True)
class Ribbon:
    """One flow: from a rung to the next one or to an end, with what hovering says."""

    source: tuple[float, float]
    target: tuple[float, float]
    width: float
    colour: str
    words: str


def ribbons(flow: Flows) -> list[Ribbon]:
    """Returns where each flow leaves and arrives (its upper corners), in 0 to 1.

    On a rung who rises leaves on top; at an end who comes from above arrives on top.
    """
    scale = FILLED / flow.members
    arrives = end_tops(flow)
    drawn = []
    for rung in reversed(range(TOP)):
        leaves = 0.0
        if flow.reached(rung + 1) > 0 and rung + 1 < TOP:
            count = flow.reached(rung + 1)
            drawn.append(
                Ribbon(
                    source=(_rung_x(rung) + THICK, 0.0),
                    target=(_rung_x(rung + 1), 0.0),
                    width=count * scale,
                    colour=_colour(rung + 1),
                    words=f"{_rise(flow, rung + 1)}: {count:,}",
                )
            )
            leaves = count * scale
        highest = (rung, TOP) if rung == TOP - 1 else (rung,)
        for end in SINKS:
            count = sum(flow.stopped.get((at, end), 0) for at in highest)
            if count == 0:
                continue
            drawn.append(
                Ribbon(
                    source=(_rung_x(rung) + THICK, leaves),
                    target=(ENDS_AT, arrives[end]),
                    width=count * scale,
                    colour=SINKS[end].colour,
                    words=f"{_stop(rung, end)}: {count:,}",
                )
            )
            leaves += count * scale
            arrives[end] += count * scale
    return drawn


def end_tops(flow: Flows) -> dict[str, float]:
    """Returns where the ends begin: stars on top, the others from the bottom up."""
    tops = {}
    bottom = 1.0
    for end in reversed(SINKS):
        height = FILLED * flow.ended(end) / flow.members
        if end == "star":
            tops[end] = 0.0
        elif height:
            tops[end] = bottom - height
            bottom = tops[end] - END_GAP
    return tops


def draw_flow(figure: go.Figure, flow: Flows) -> None:
    """Draws rungs, ends and the flows between them."""
    scale = FILLED / flow.members
    tops = end_tops(flow)
    drawn = ribbons(flow)
    for ribbon in drawn:
        figure.add_shape(
            type="path",
            path=_curve(ribbon),
            fillcolor=faded(ribbon.colour, 0.4),
            line={"width": 0},
        )
    for rung in range(TOP):
        if count := flow.reached(rung):
            _add_bar(figure, _rung_x(rung), 0.0, count * scale, _colour(rung))
            _add_label(figure, _rung_x(rung), 0, _rung_label(flow, rung), "bottom")
    for end, stage in SINKS.items():
        if count := flow.ended(end):
            _add_bar(figure, ENDS_AT, tops[end], count * scale, stage.colour)
            middle = tops[end] + count * scale / 2
            _add_label(
                figure, ENDS_AT + 2 * THICK, middle, _end_label(flow, end), "middle"
            )
    figure.add_scatter(
        x=[(ribbon.source[0] + ribbon.target[0]) / 2 for ribbon in drawn],
        y=[(r.source[1] + r.target[1] + r.width) / 2 for r in drawn],
        mode="markers",
        marker={"opacity": 0, "size": 26},
        text=[ribbon.words for ribbon in drawn],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _curve(ribbon: Ribbon) -> str:
    (x0, y0), (x1, y1), width = ribbon.source, ribbon.target, ribbon.width
    bend = (x0 + x1) / 2

    def side(*points: tuple[float, float]) -> str:
        return " ".join(f"{x:.4f},{y:.4f}" for x, y in points)

    upper = side((bend, y0), (bend, y1), (x1, y1))
    lower = side((bend, y1 + width), (bend, y0 + width), (x0, y0 + width))
    return f"M {side((x0, y0))} C {upper} L {side((x1, y1 + width))} C {lower} Z"


def _add_bar(
    figure: go.Figure, x: float, top: float, height: float, colour: str
) -> None:
    figure.add_shape(
        type="rect",
        x0=x,
        x1=x + THICK,
        y0=top,
        y1=top + max(height, 0.004),  # one of ten thousand is still to be seen
        fillcolor=colour,
        line={"width": 0},
    )


def _add_label(figure: go.Figure, x: float, y: float, text: str, anchor: str) -> None:
    figure.add_annotation(
        x=x,
        y=y,
        text=text,
        showarrow=False,
        xanchor="left",
        yanchor=anchor,
        align="left",
        yshift=4 if anchor == "bottom" else 0,
    )


def _rung_x(rung: int) -> float:
    return RUNG_STEP * rung


def _colour(rung: int) -> str:
    return LADDER[RUNGS[rung]].colour


def _rise(flow: Flows, rung: int) -> str:
    return f"{LADDER[RUNGS[rung - 1]].label} → {LADDER[RUNGS[rung]].label}"


def _stop(rung: int, end: str) -> str:
    if end in ("never", "star"):
        return SINKS[end].label
    return f"最高 {LADDER[RUNGS[rung]].label}、現在 {SINKS[end].label}"


def _rung_label(flow: Flows, rung: int) -> str:
    count = flow.reached(rung)
    if rung == 0:
        return f"<b>{KNOWN.label}</b><br>{count:,}"
    label = f"<b>{LADDER[RUNGS[rung]].label}</b><br>{count:,} ({_percent(count, flow)})"
    return label + _median(flow, rung)


def _end_label(flow: Flows, end: str) -> str:
    count = flow.ended(end)
    label = f"<b>{SINKS[end].label}</b><br>{count:,} ({_percent(count, flow)})"
    return label + (_median(flow, TOP) if end == "star" else "")


def _median(flow: Flows, rung: int) -> str:
    """How long the step to a rung took, from the rung below."""
    if rung < 2 or rung not in flow.days:
        return ""
    days = f"{flow.days[rung]:,.0f}"
    return (
        f"<br><span style='font-size:11px;color:{FAINT}'>中央値 +{days}日 median</span>"
    )


def _percent(count: int, flow: Flows) -> str:
    share = count / flow.members
    return f"{share:.0%}" if share >= 0.1 else f"{share:.1%}"
