"""Take a trained network along: weights, ONNX, and code that answers as the program does."""
