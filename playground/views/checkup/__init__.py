"""What goes wrong in the run on screen: findings with a cure each, and the gradient layer by layer."""
