"""Points of a few members over time, on the colours of their stages."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from pipelines.stars.figure_look import (
    EVENT,
    FAINT,
    GRID,
    SHARE,
    STAGES,
    faded,
    titled,
)

MEMBERS_SHOWN = 6
YEARS_SHOWN = 3

TOP = """
    SELECT member_id
    FROM marts.member_scores
    WHERE stage IS NOT NULL
    ORDER BY event_points + share_points DESC, member_id
    LIMIT ?
"""
POINTS = """
    SELECT history.snapshot_date, history.event_points, history.share_points
    FROM marts.member_score_history AS history
    INNER JOIN marts.member_scores AS scores
        ON history.member_id = scores.member_id
        AND history.formula_version = scores.formula_version
    WHERE history.member_id = $member AND history.snapshot_date > $since
    UNION
    SELECT as_of_date, event_points, share_points
    FROM marts.member_scores
    WHERE member_id = $member
    ORDER BY 1
"""
STAGE_SPANS = """
    SELECT stage, greatest(valid_from, $since), coalesce(valid_to, $today)
    FROM marts.member_stages
    WHERE member_id = $member AND coalesce(valid_to, $today) >= $since
    ORDER BY valid_from
"""


@dataclass(frozen=True)
class Member:
    """One member to show; name: as the file that is read may tell it."""

    member_id: str
    name: str


def top_members(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Returns the members with the most points today."""
    return [row[0] for row in connection.execute(TOP, [MEMBERS_SHOWN]).fetchall()]


def history(
    connection: duckdb.DuckDBPyConnection,
    members: list[Member],
    today: date,
    below: str,
) -> go.Figure:
    """Returns the figure: one panel per member, all with the same axes."""
    since = today - timedelta(days=366 * YEARS_SHOWN)
    columns = 2 if len(members) > 1 else 1
    rows = -(-len(members) // columns)
    height = 150 + 250 * rows
    figure = make_subplots(
        rows=rows,
        cols=columns,
        shared_xaxes="all",
        shared_yaxes="all",
        vertical_spacing=66 / height,
        horizontal_spacing=0.05,
        # plotly reads tags, links too, in every text.
        subplot_titles=[f"<b>{html.escape(one.name)}</b>" for one in members],
    )
    seen: set[str] = set()
    highest = 1.0
    for number, member in enumerate(members):
        row, column = number // columns + 1, number % columns + 1
        given = {"member": member.member_id, "since": since}
        spans = connection.execute(STAGE_SPANS, {**given, "today": today}).fetchall()
        points = connection.execute(POINTS, given).fetchall()
        _add_lines(figure, points, row, column, is_first=number == 0)
        _add_stages(figure, spans, row, column)  # an empty panel takes no colours
        seen |= {stage for stage, *_ in spans}
        highest = max([highest, *(float(max(e, s)) for _, e, s in points)])
    _add_legend(figure, seen)
    figure.update_xaxes(
        range=[since, today],
        showgrid=False,
        tickformat="%Y-%m",
        showticklabels=True,
        ticks="outside",
    )
    figure.update_yaxes(range=[0, highest * 1.08], gridcolor=GRID, zeroline=False)
    figure.update_yaxes(title="ポイント points", col=1)
    figure.update_annotations(font={"size": 14})
    figure = titled(figure, "スコアの推移", "Points over time", below, height=height)
    return figure.update_layout(
        legend={
            "orientation": "h",
            "x": 0,
            "y": -46 / (height - 200),
            "yanchor": "top",
            "traceorder": "normal",
        },
        margin={"t": 120, "b": 90},
    )


def _add_stages(figure: go.Figure, spans: list[Any], row: int, column: int) -> None:
    for stage, start, end in spans:
        figure.add_vrect(
            x0=start,
            x1=end + timedelta(days=1),
            fillcolor=faded(STAGES[stage].colour, 0.38),
            line={"width": 0},
            layer="below",
            row=row,
            col=column,
        )


def _add_lines(
    figure: go.Figure, points: list[Any], row: int, column: int, *, is_first: bool
) -> None:
    days = [day for day, *_ in points]
    for name, colour, index in (
        ("イベント event", EVENT, 1),
        ("シェア share", SHARE, 2),
    ):
        figure.add_trace(
            go.Scatter(
                x=days,
                y=[float(point[index]) for point in points],
                mode="lines",
                name=name,
                line={"color": colour, "width": 2.2},
                legendgroup=name,
                showlegend=is_first,
                hovertemplate="%{x|%Y-%m-%d}: %{y:.1f}<extra>" + name + "</extra>",
            ),
            row=row,
            col=column,
        )


def _add_legend(figure: go.Figure, seen: set[str]) -> None:
    for stage in (stage for stage in STAGES if stage in seen):
        figure.add_trace(
            go.Scatter(
                x=[None],
                y=[None],
                mode="markers",
                name=STAGES[stage].label,
                marker={
                    "symbol": "square",
                    "size": 13,
                    "color": faded(STAGES[stage].colour, 0.6),
                    "line": {"width": 1, "color": FAINT},
                },
            ),
            row=1,
            col=1,
        )
