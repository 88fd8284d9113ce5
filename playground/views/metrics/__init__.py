"""The metrics sheet: every score that suits the task, class by class, with its curves and its rivals."""
