"""Code that needs nothing but NumPy: every layer written out."""

from __future__ import annotations

from playground.export.model import EPSILON, Block, Model, with_names
from playground.export.python_code import TAKEN, frame
from playground.export.words import applied

_HELPERS = {
    "sigmoid": """def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))
""",
    "softmax": """def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
    "erf": """def erf(z):
    return np.vectorize(math.erf, otypes=[z.dtype])(z)
""",
    "layer_norm": f"""def layer_norm(h, weight, bias):
    mean, variance = h.mean(axis=1, keepdims=True), h.var(axis=1, keepdims=True)
    return (h - mean) / np.sqrt(variance + {EPSILON}) * weight + bias
""",
}

LAYERS = {
    "dense": "{x} @ {w.weight}.T + {w.bias}",
    "dropout": "{x}  # does nothing but while training",
    "gaussian_noise": "{x}  # does nothing but while training",
    "batch_norm": f"({{x}} - {{w.running_mean}}) / np.sqrt({{w.running_var}} + {EPSILON}) "
    "* {w.weight} + {w.bias}",
    "layer_norm": "layer_norm({x}, {w.weight}, {w.bias})",
    "add": "{sum}",
    "concatenate": "np.concatenate([{all}], axis=1)",
}


class _Weights:
    """Spells a block's tensors as `{w.weight}` in a template."""

    def __init__(self, block: str) -> None:
        self._block = block

    def __getattr__(self, tensor: str) -> str:
        return f'w["{self._block}.{tensor}"]'


def code(model: Model) -> tuple[str, Model]:
    """The file, and the model whose names it uses."""
    model = with_names(model, TAKEN)
    lines = [line for block in model.blocks for line in _lines(block)]
    body = "\n".join(f"    {line}" for line in lines)
    network = f'''def network(x):
    """Scaled features (samples, {len(model.features)}) to outputs (samples, {model.blocks[-1].units})."""
{body}
    return {model.blocks[-1].name}

'''
    helpers = [text + "\n\n" for name, text in _HELPERS.items() if f"{name}(" in network]
    imports = "\nimport math\n" if any("math." in text for text in helpers) else ""
    return frame(model, "NumPy", imports, "".join(helpers) + network, "network(x)"), model


def _lines(block: Block) -> list[str]:
    sources = ["x" if source == "input" else source for source in block.sources]
    text = LAYERS[block.kind].format(
        x=sources[0], w=_Weights(block.name), sum=" + ".join(sources), all=", ".join(sources)
    )
    if block.kind == "dropout" and block.settings["scaling"] == "at_test_time":
        text = f"{sources[0]} * {1.0 - block.settings['rate']!r}"
    lines = [f"{block.name} = {text}"]
    if block.activation is not None and block.activation.kind != "identity":
        lines.append(f"{block.name} = {applied(block.activation, 'numpy', block.name)}")
    return lines
