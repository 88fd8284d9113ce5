"""Many runs in the background: the same network with other seeds, other settings, other beginnings."""

from playground.sweep.jobs import Job, JobResult
from playground.sweep.sweep import Sweep, SweepState

__all__ = ["Job", "JobResult", "Sweep", "SweepState"]
