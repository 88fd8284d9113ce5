"""The report of a run: what it was given, what it learned, how good it is, and what that rests on."""

from playground.session.report.gather import Report, gather
from playground.session.report.material import Material, collect
from playground.session.report.writing import Writing

__all__ = ["Material", "Report", "Writing", "collect", "gather"]
