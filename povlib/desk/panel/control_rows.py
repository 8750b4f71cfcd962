"""Sliders and fields: one row for each thing that may be changed.

Responsible for what a hand moves and types, and for refusing what is no amount. Not responsible for what a change
brings (`povlib.desk.panel.live_panel`).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from povlib.errors import MoneyError
from povlib.money import FEN_PER_YUAN, typed_fen
from povlib.runs.live.live_controls import Control
from povlib.words import text

Moved = Callable[[Control, str], None]
Wrong = Callable[[Control, str], None]


class ControlRow:
    """A control as a slider with a field beside it, or as a list of choices.

    Parameters
    ----------
    moved : callable
        Receives the control and its new value, as it is typed.
    wrong : callable
        Receives the control and a text that is no value.
    """

    def __init__(self, control: Control, lang: str, moved: Moved, wrong: Wrong) -> None:
        import ipywidgets as w

        self.control, self.lang = control, lang
        self._moved, self._wrong = moved, wrong
        self._quiet = False
        self.value = control.value
        if control.kind == "choice":
            options = [(control.choices[stop], stop) for stop in control.stops]
            self.slider: Any = w.Dropdown(options=options, value=control.value, layout=w.Layout(width="auto"))
            parts = [self.slider]
        else:
            self.slider = w.SelectionSlider(
                options=[(self._shown(stop), stop) for stop in control.stops], value=control.value, readout=False,
                continuous_update=True, layout=w.Layout(width="auto", flex="1 1 auto", min_width="80px"),
            )  # fmt: skip
            self.field = w.Text(value=self._shown(control.value), continuous_update=False,
                                layout=w.Layout(width="74px", flex="0 0 auto"))  # fmt: skip
            self.field.observe(self._typed, "value")
            unit = text("yuan", lang) if control.kind == "fund" else ""
            parts = [self.slider, self.field, w.HTML(unit, layout=w.Layout(flex="0 0 auto", width="30px"))]
        self.slider.observe(self._slid, "value")
        self.slider.add_class("povlib-slider")
        name = w.HTML(f'<span class="povlib-name">{_escaped(control.label)}</span>')
        self.widget = w.VBox([name, w.HBox(parts, layout=w.Layout(align_items="center"))],
                             layout=w.Layout(margin="0 0 2px 0"))  # fmt: skip

    def put(self, value: str) -> None:
        """Set the value without telling anybody: a panel put back to its start."""
        self._quiet = True
        try:
            self.value = value
            self._show()
        finally:
            self._quiet = False

    def _shown(self, value: str) -> str:
        if self.control.kind == "share":
            return f"{(Decimal(value) * 100).normalize():f}%"
        return f"{Decimal(value):,f}"

    def _slid(self, change: dict[str, Any]) -> None:
        if self._quiet or change["new"] is None:
            return
        self._set(str(change["new"]))

    def _typed(self, change: dict[str, Any]) -> None:
        if self._quiet:
            return
        value = read_value(self.control, str(change["new"]))
        if value is None:
            self._wrong(self.control, str(change["new"]))
            self.put(self.value)
        else:
            self._set(value)

    def _set(self, value: str) -> None:
        changed = value != self.value
        self.value = value
        self._quiet = True
        try:
            self._show()
        finally:
            self._quiet = False
        if changed:
            self._moved(self.control, value)

    def _show(self) -> None:
        """Put the value where it is seen, adding it to the stops where it lies between them."""
        if self.control.kind != "choice":
            stops = [stop for _, stop in self.slider.options]
            if self.value not in stops:
                stops = sorted([*self.control.stops, self.value], key=Decimal)
                self.slider.options = [(self._shown(stop), stop) for stop in stops]
            self.field.value = self._shown(self.value)
        self.slider.value = self.value
        mark = self.widget.add_class if self.value != self.control.value else self.widget.remove_class
        mark("povlib-changed")


def read_value(control: Control, typed: str) -> str | None:
    """Return what was typed as the value of a control; None where it is none.

    Examples
    --------
    >>> fund = Control("funds.a.amount_yuan", "fund", "a", "100", ("100",), {})
    >>> read_value(fund, "34万元"), read_value(fund, "1,200"), read_value(fund, "much")
    ('340000', '1200', None)
    >>> read_value(Control("settings.s", "share", "s", "0.2", ("0.2",), {}), "25%")
    '0.25'
    """
    said = typed.strip().replace("％", "%")
    try:
        if control.kind == "fund":
            return _plain(Decimal(typed_fen(said)) / FEN_PER_YUAN)
        if control.kind == "share":
            number = Decimal(said.removesuffix("%").strip())
            share = number / 100 if said.endswith("%") or number > 1 else number
            return _plain(share) if 0 <= share <= 1 else None
        number = Decimal(said.replace(",", ""))
        return _plain(number) if number >= 0 and number == number.to_integral_value() else None
    except (InvalidOperation, MoneyError, ValueError):
        return None


def _plain(number: Decimal) -> str | None:
    return f"{number.normalize():f}" if number.is_finite() and number >= 0 else None


def _escaped(words: str) -> str:
    import html

    return html.escape(words)
