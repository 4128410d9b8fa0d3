"""How the figures look: words in both languages, colours, one file without network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import plotly.graph_objects as go

FONT: Final = (
    "'Noto Sans CJK JP', 'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic', Meiryo,"
    " sans-serif"
)
INK: Final = "#1f2933"
FAINT: Final = "#65707d"
GRID: Final = "#e6e9ed"
MARGINS: Final = 200  # above and below the drawing, together
EVENT: Final = "#1d4e89"
SHARE: Final = "#c8553d"


@dataclass(frozen=True)
class Stage:
    """A stage in words and colour. The words are those of seeds/stage_rules.csv."""

    ja: str
    en: str
    colour: str

    @property
    def label(self) -> str:
        return f"{self.ja} {self.en}"


# From the lowest to the highest; the two silent ones are no rung of the ladder.
LADDER: Final = {
    "none": Stage("未参加", "none", "#c9ced6"),
    "new": Stage("新規", "new", "#ccd9e6"),
    "light": Stage("ライト", "light", "#9fcdbf"),
    "active": Stage("アクティブ", "active", "#5b9bd5"),
    "candidate": Stage("スター候補", "candidate", "#f2c14e"),
    "star": Stage("スター", "star", "#e07b1f"),
}
SILENT: Final = {
    "dormant": Stage("休眠", "dormant", "#cdbfae"),
    "lapsed": Stage("離脱", "lapsed", "#998d80"),
}
STAGES: Final = {**LADDER, **SILENT}


def faded(colour: str, opacity: float) -> str:
    """A colour of six digits as rgba."""
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def titled(
    figure: go.Figure, ja: str, en: str, below: str, *, height: int
) -> go.Figure:
    """Gives a figure its title in both languages, and the look of all."""
    figure.update_layout(
        title={
            "text": f"<b>{ja}</b>  {en}<br>"
            f"<span style='font-size:13px;color:{FAINT}'>{below}</span>",
            "x": 0.02,
            "xanchor": "left",
            "y": 1 - 26 / height,
            "yanchor": "top",
            "font": {"size": 20},
        },
        font={"family": FONT, "size": 13, "color": INK},
        paper_bgcolor="white",
        plot_bgcolor="white",
        height=height,
        width=1100,
        margin={"l": 60, "r": 40, "t": 150, "b": MARGINS - 150},
    )
    return figure


def write(figure: go.Figure, file: Path) -> None:
    """Writes the figure as one file that opens without a network.

    The same figure is the same file, byte for byte.
    """
    figure.write_html(
        file,
        include_plotlyjs=True,
        full_html=True,
        div_id=file.stem,
        config={
            "displaylogo": False,
            "plotlyServerURL": "",
            "toImageButtonOptions": {"filename": file.stem, "scale": 2},
        },
    )
