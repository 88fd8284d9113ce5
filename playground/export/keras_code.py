"""Code for Keras 3: a functional model, so that layers may read any layer before them."""

from __future__ import annotations

from playground.export.model import EPSILON, Block, Model, with_names
from playground.export.python_code import TAKEN, frame
from playground.export.words import function

LAYERS = {
    "dense": "layers.Dense({units}{activation}, name={label})({x})",
    "dropout": "layers.Dropout({rate}, name={label})({x})",
    "gaussian_noise": "layers.GaussianNoise({deviation}, name={label})({x})",
    "batch_norm": f"layers.BatchNormalization(momentum=0.9, epsilon={EPSILON}, name={{label}})({{x}})",
    "layer_norm": f"layers.LayerNormalization(epsilon={EPSILON}, name={{label}})({{x}})",
    "add": "layers.Add(name={label})([{all}])",
    "concatenate": "layers.Concatenate(name={label})([{all}])",
}


def code(model: Model) -> tuple[str, Model]:
    """The file, and the model whose names it uses."""
    model = with_names(model, TAKEN | {"keras", "layers", "ops", "z"})
    steps = "\n".join(_step(block) for block in model.blocks)
    loads = "\n".join(_load(block) for block in model.blocks if block.tensors)
    last = model.blocks[-1].name
    network = f"""x = keras.Input(({len(model.features)},))
{steps}
network = keras.Model(x, {last})

# Keras keeps what others call a weight as (inputs, units).
{loads}

"""
    imports = "import keras\nfrom keras import layers, ops\n"
    call = "network.predict(x, verbose=0)"
    return frame(model, "Keras 3", imports, network, call), model


def _step(block: Block) -> str:
    sources = ["x" if source == "input" else source for source in block.sources]
    if len(sources) == 1 and block.kind in ("add", "concatenate"):
        return f"{block.name} = {sources[0]}"
    activation = ""
    if block.activation is not None and block.activation.kind != "identity":
        written = function(block.activation, "keras") or f'"{block.activation.entry.keras}"'
        activation = f", activation={written}"
    text = LAYERS[block.kind].format(
        label=f'"{block.name}"',
        units=block.units,
        activation=activation,
        x=sources[0],
        all=", ".join(sources),
        **block.settings,
    )
    if block.kind == "dropout" and block.settings["scaling"] == "at_test_time":
        text = f"layers.Rescaling({1.0 - block.settings['rate']!r})({text})"
    return f"{block.name} = {text}"


def _load(block: Block) -> str:
    names = [f'w["{block.name}.{name}"]' for name in block.tensors]
    if block.kind == "dense":
        names[0] += ".T"
    return f'network.get_layer("{block.name}").set_weights([{", ".join(names)}])'
