"""What goes wrong, seen: small rules over activations, gradients, data and loss. `examine` asks them all.

A rule is a pure function from evidence to findings. To add one, write it in the module of its kind and
register it there: the canvas, the list of findings and the tests loop over the registry.
"""

from playground.session.rules import data, fit, gradients, leaks, training, units  # noqa: F401 - they register
from playground.session.rules.rule import Checkup, Cure, Finding, Rule, check_up, examine, rules

__all__ = ["Checkup", "Cure", "Finding", "Rule", "check_up", "examine", "rules"]
