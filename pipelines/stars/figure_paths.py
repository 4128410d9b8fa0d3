"""The panel of star_paths: how much oftener stars walked each path, and how surely."""

from __future__ import annotations

from typing import Any

import duckdb
import plotly.graph_objects as go

from pipelines.stars.figure_look import EVENT, FAINT, GRID

# So many paths fit under the flow and can still be read.
PATHS_SHOWN = 8

PATHS = """
    SELECT path_ja, path_en, lift, lower, upper, stars, others, median_days
    FROM marts.star_paths
    ORDER BY stars DESC, lift DESC, path
    LIMIT ?
"""


def published_paths(connection: duckdb.DuckDBPyConnection) -> list[Any]:
    """Reads the paths that most stars walked; none in a community of few stars."""
    return connection.execute(PATHS, [PATHS_SHOWN]).fetchall()


def add_paths(
    figure: go.Figure,
    paths: list[Any],
    *,
    top: float,
) -> None:
    """Adds the panel below `top` (0 to 1), a row per path."""
    rows = list(range(len(paths)))
    figure.add_scatter(
        x=[row[2] for row in paths],
        y=rows,
        xaxis="x2",
        yaxis="y2",
        mode="markers+text",
        marker={"size": 11, "color": EVENT},
        error_x={
            "type": "data",
            "array": [row[4] - row[2] for row in paths],
            "arrayminus": [row[2] - row[3] for row in paths],
            "color": EVENT,
            "thickness": 1.6,
            "width": 5,
        },
        text=[f"{row[2]:,.1f}x" for row in paths],
        textposition="top center",
        customdata=[[row[0], row[5], row[6], row[7]] for row in paths],
        hovertemplate="%{customdata[0]}<br>%{x:.1f}x, スター stars %{customdata[1]:,},"
        " 他 others %{customdata[2]:,}, 中央値 median %{customdata[3]:,.0f}日 days"
        "<extra></extra>",
        showlegend=False,
    )
    for number, (ja, en, *_) in enumerate(paths):
        figure.add_annotation(
            x=0.6,
            y=number,
            xref="paper",
            yref="y2",
            text=f"{ja}<br><span style='color:{FAINT}'>{en}</span>",
            font={"size": 12},
            align="right",
            xanchor="right",
            showarrow=False,
        )
    figure.add_annotation(
        x=0,
        y=top,
        yshift=38,
        xref="paper",
        yref="paper",
        text="<b>王道: 同じ在籍期間の非スターの何倍か (95 % 区間)</b><br>"
        f"<span style='color:{FAINT}'>Paths of stars: times as often as others of the"
        " same tenure (95 % interval)</span>",
        align="left",
        xanchor="left",
        showarrow=False,
    )
    figure.add_shape(
        type="line",
        **{"x0": 1, "x1": 1, "y0": 0, "y1": 1, "xref": "x2", "yref": "y2 domain"},
        line={"color": FAINT, "dash": "dot", "width": 1.5},
    )
    figure.update_layout(
        xaxis2={
            "type": "log",
            "domain": [0.62, 1],
            "anchor": "y2",
            "gridcolor": GRID,
            "tickvals": [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500],
            "zeroline": False,
            "fixedrange": True,
        },
        yaxis2={
            "domain": [0, top],
            "anchor": "x2",
            "range": [len(paths) - 0.4, -0.7],
            "tickvals": rows,
            "showticklabels": False,
            "gridcolor": GRID,
            "zeroline": False,
            "fixedrange": True,
        },
    )
