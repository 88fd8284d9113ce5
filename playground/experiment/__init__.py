"""What is to be trained, as a small frozen value, and the pure edits that change it."""
