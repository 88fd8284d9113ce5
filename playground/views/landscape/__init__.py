"""The loss around the present weights, as a map with the ball on it."""
