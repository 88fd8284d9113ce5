"""The residuals page: where the network is wrong, for which samples, and which neurons answer to them."""
