"""The program: window, actions, start-up and command line."""
