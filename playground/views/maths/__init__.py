"""The network on screen, written in the notation of the textbook with its numbers of now."""
