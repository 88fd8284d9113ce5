"""One open experiment: its document, its trainer and what the window may see of them. No Qt."""
