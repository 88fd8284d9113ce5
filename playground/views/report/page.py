"""A report as one HTML file that needs nothing else: no network, no scripts, pictures inside it.

Two readers: a browser, which gets the pictures as SVG, and Qt's text document on the way to PDF, which
gets `<img>` and tables for the layout. Every text is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from playground.session.diagnostics.diagnosis import Diagnosis
from playground.session.diagnostics.result import WORDS, Mark
from playground.session.report import Report
from playground.session.report.gather import Table
from playground.session.report.questions import Question
from playground.views.report.figures import Figure, figures, paper
from playground.views.report.plot import FONT

UNANSWERED = "Not answered yet."
VERDICTS: dict[Mark, tuple[str, str]] = {
    "passes": ("✓", "pass"),
    "look": ("!", "warn"),
    "fails": ("✕", "fail"),
}
_LONGEST_LINE = 4_000  # letters of the experiment on paper; a drawing can be as long as a book

Draw = Callable[[Figure], str]


def html(report: Report) -> str:
    """The whole file, as UTF-8 text."""
    head = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
        f"<title>{escape(report.title)}: report</title><style>{_STYLE}</style></head>"
    )
    return f"{head}<body>{body(report, figures(report.material), lambda figure: figure.svg)}</body></html>\n"


def body(report: Report, pictures: Sequence[Figure], draw: Draw, paper_copy: bool = False) -> str:
    """What stands between <body> and </body>; `draw` says how a picture is put in."""
    parts = [
        f"<h1>{escape(report.title)}</h1>",
        f'<p class="headline">{escape(report.headline)}</p>',
        _figures(pictures, draw),
        _columns(_table(report.scores), _side(report)),
        _table(report.classes) if report.classes else "",
        _checks(report.diagnosis),
        _table(report.blocks) if report.blocks else "",
        _facts(report),
        "<h2>Four questions</h2>",
        *(_question(question) for question in report.questions),
        _line(report.line, paper_copy),
        f'<p class="small">{escape(report.program)}, {escape(report.made)}.</p>',
    ]
    return "\n".join(part for part in parts if part)


def _side(report: Report) -> str:
    return _table(report.baselines) if report.baselines else ""


def _columns(left: str, right: str) -> str:
    if not right:
        return left
    return (
        f'<table class="columns" role="presentation" width="100%"><tr><td width="64%">{left}</td>'
        f'<td width="36%">{right}</td></tr></table>'
    )


def _figures(pictures: Sequence[Figure], draw: Draw) -> str:
    cells = "".join(
        f"<td><h2>{escape(figure.title)}</h2><div>{draw(figure)}</div>"
        f'<p class="small">{escape(figure.words) or "&nbsp;"}</p></td>'
        for figure in pictures
    )
    return f'<table class="figures" role="presentation" width="100%"><tr>{cells}</tr></table>'


def _table(table: Table) -> str:
    head = "".join(f"<th{_aligned(number)}>{escape(cell)}</th>" for number, cell in enumerate(table.head))
    rows = []
    for index, row in enumerate(table.rows):
        strong = index == table.strong
        cells = (f"<b>{escape(cell)}</b>" if strong else escape(cell) for cell in row)
        rows.append(
            "<tr>" + "".join(f"<td{_aligned(n)}>{cell}</td>" for n, cell in enumerate(cells)) + "</tr>"
        )
    note = f'<p class="small">{escape(table.note)}</p>' if table.note else ""
    return (
        f'<h2>{escape(table.title)}</h2><table class="numbers" cellpadding="3" cellspacing="0">'
        f"<tr>{head}</tr>{''.join(rows)}</table>{note}"
    )


def _aligned(column: int) -> str:
    return ' align="left"' if column == 0 else ' align="right"'


def _checks(diagnosis: Diagnosis | None) -> str:
    if diagnosis is None:
        return ""
    rows = []
    for check in diagnosis.checks:
        sign, token = VERDICTS[check.mark]
        verdict = f'<span style="color:{_color(token)}"><b>{sign} {WORDS[check.mark]}</b></span>'
        rows.append(
            f"<tr><td>{verdict}</td><td><b>{escape(check.title)}.</b> {escape(check.sentence)}</td></tr>"
        )
    seeds = len(diagnosis.evidence.seeds)
    over = f"Judged over {seeds} seeds." if seeds else "Judged by this network alone, without other seeds."
    return (
        f"<h2>Five checks: {escape(diagnosis.headline)}</h2>"
        f'<table class="facts" cellpadding="3" cellspacing="0">{"".join(rows)}</table>'
        f'<p class="small">{over}</p>'
    )


def _facts(report: Report) -> str:
    rows = "".join(
        f'<tr><td class="name">{escape(name)}</td><td>{escape(text)}</td></tr>' for name, text in report.facts
    )
    return f'<h2>What was done</h2><table class="facts" cellpadding="2" cellspacing="0">{rows}</table>'


def _question(question: Question) -> str:
    known = " ".join(escape(text) for text in question.known)
    said = escape(question.said.strip()).replace("\n", "<br>")
    if said:
        answer = f'<p class="said"><i>{escape(question.ask)}</i> {said}</p>'
    else:
        answer = f'<p class="asked"><i>{escape(question.ask)} {UNANSWERED}</i></p>'
    return f"<h3>{escape(question.question)}</h3><p>{known}</p>{answer}"


def _line(line: str, paper_copy: bool) -> str:
    if paper_copy and len(line) > _LONGEST_LINE:
        return '<h2>The experiment</h2><p class="small">It is attached to this file.</p>'
    words = "The experiment, whole: copy this line and choose Edit › Paste experiment."
    return f'<h2>The experiment</h2><p class="small">{words}</p><p class="line">{escape(line)}</p>'


def _color(token: str) -> str:
    return paper().color(token).name()


_STYLE = f"""
:root {{ color-scheme: light }}
body {{ font: 15px/1.5 {FONT}; color: {_color("text")}; background: {_color("panel")};
  max-width: 1060px; margin: 32px auto; padding: 0 24px; font-feature-settings: "tnum" }}
h1 {{ font-size: 26px; margin: 0 }} h2 {{ font-size: 15px; margin: 22px 0 6px }}
h3 {{ font-size: 14px; margin: 14px 0 2px }} p {{ margin: 2px 0 }}
.headline {{ font-size: 19px; margin: 6px 0 10px }} .small {{ font-size: 12px; color: {_color("text-3")} }}
table {{ border-collapse: collapse }} td, th {{ vertical-align: top }}
.numbers td, .numbers th {{ padding: 3px 14px 3px 0; border-bottom: 1px solid {_color("border")};
  font-size: 13px; font-weight: 400; white-space: nowrap }}
.numbers th {{ color: {_color("text-3")} }}
.facts td {{ padding: 2px 14px 2px 0; font-size: 13px; overflow-wrap: anywhere }}
.facts td:first-child {{ color: {_color("text-3")}; white-space: nowrap }}
.figures tr {{ display: flex; flex-wrap: wrap; gap: 8px 20px }}
.figures svg {{ max-width: 100%; height: auto }}
.asked {{ color: {_color("warn")} }} .line {{ font: 11px/1.4 monospace; overflow-wrap: anywhere }}
@media (max-width: 800px) {{ .columns td {{ display: block; width: auto }} .numbers {{ display: block;
  overflow-x: auto }} }}
@media print {{ body {{ margin: 0; font-size: 12px }} }}
"""
