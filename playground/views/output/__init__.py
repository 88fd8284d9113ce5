"""The right-hand output: one file for each kind of answer a network gives."""
