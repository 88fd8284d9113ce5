"""Code for Lux in Julia. Samples are columns there, and Lux keeps weights as (units, inputs), as we do."""

from __future__ import annotations

from playground.export.model import EPSILON, Block, Model, with_names
from playground.export.words import comment, feature_texts, function, texts

_TAKEN = frozenset(
    {"baremodule", "begin", "break", "catch", "const", "continue", "do", "else", "elseif", "end", "export"}
    | {"false", "finally", "for", "function", "global", "if", "import", "in", "isa", "let", "local", "macro"}
    | {"module", "quote", "return", "struct", "true", "try", "using", "where", "while", "abstract", "mutable"}
    | {"primitive", "type", "x", "w", "z", "raw", "network", "prepare", "predict", "columns", "targets"}
    | {"classes", "ps", "st", "tanh", "relu", "sin", "sigmoid", "softmax", "vcat", "reduce", "layer_norm"}
    | {"features", "sqrt", "mean", "var", "identity", "input", "name", "dispatch"}
)

# The layer that Lux needs, and what it does to its input.
LAYERS = {
    "dense": ("Dense({inputs} => {units}{activation})", "{name}({x})"),
    "dropout": ("Dropout(Float32({rate}))", "{name}({x})"),
    "gaussian_noise": ("", "{x}  # adds noise but while training"),
    "batch_norm": (f"BatchNorm({{units}}; epsilon=Float32({EPSILON}), momentum=0.1f0)", "{name}({x})"),
    "layer_norm": ("", '(layer_norm({x}) .* w["{name}.weight"] .+ w["{name}.bias"])'),
    "add": ("", "{sum}"),
    "concatenate": ("", "vcat({all})"),
}

_LAYER_NORM = f"""function layer_norm(h)
    variance = var(h; dims=1, corrected=false)
    return (h .- mean(h; dims=1)) ./ sqrt.(variance .+ Float32({EPSILON}))
end

"""


def code(model: Model) -> tuple[str, Model]:
    """The file, and the model whose names it uses."""
    model = with_names(model, _TAKEN)
    made = [(block, _layer(block)) for block in model.blocks]
    declared = "\n".join(f"    {block.name} = {text}," for block, text in made if text)
    steps = "\n".join(f"    {line}" for block in model.blocks for line in _steps(block))
    title = comment(
        f"{model.title}, written with Lux.",
        "Trained in Network Playground: " + ", ".join(f"{key} {fact}" for key, fact in model.facts.items()),
        "The weights lie in the npz file of the same name beside this one. A sample is a column.",
    )
    helper = _LAYER_NORM if any(block.kind == "layer_norm" for block in model.blocks) else ""
    names = (
        f"classes = {texts(model.class_names, julia=True)}"
        if model.classes
        else f"targets = {texts(model.target_names, julia=True)}"
    )
    text = f"""{title}
using Lux, NNlib, NPZ, Random, Statistics

const columns = {texts(model.columns, julia=True)}
const {names}
const w = npzread(first(splitext(@__FILE__)) * ".npz")

{helper}network = @compact(
{declared}
) do x
{steps}
    @return h_{model.blocks[-1].name}
end

ps, st = Lux.setup(Random.default_rng(), network)
{_loads(model)}
st = Lux.testmode(st)

# Columns in their own units (columns, samples) to scaled features (features, samples).
function prepare(raw)
    x = {_features(model)}
    return Float32.((x .- w["input.shift"]) ./ w["input.scale"])
end

function predict(raw)
    y = first(network(prepare(raw), ps, st))
    return {_answer(model)}
end

if abspath(PROGRAM_FILE) == @__FILE__
    answers = predict(permutedims(w["example.inputs"]))
    display(answers)
    difference = maximum(abs, answers .- permutedims(w["example.outputs"]))
    println("Largest difference from the program: ", difference)
end
"""
    return text, model


def _layer(block: Block) -> str:
    activation = ""
    if block.activation is not None and block.activation.kind not in ("identity", "softmax"):
        activation = ", " + (function(block.activation, "lux") or block.activation.entry.lux)
    return LAYERS[block.kind][0].format(
        inputs=block.inputs, units=block.units, activation=activation, **block.settings
    )


def _steps(block: Block) -> list[str]:
    sources = ["x" if source == "input" else f"h_{source}" for source in block.sources]
    text = LAYERS[block.kind][1].format(
        name=block.name, x=sources[0], sum=" .+ ".join(sources), all=", ".join(sources)
    )
    if block.kind == "dropout" and block.settings["scaling"] == "at_test_time":
        text += f" .* Float32({1.0 - block.settings['rate']!r})"
    lines = [f"h_{block.name} = {text}"]
    if block.activation is not None and block.activation.kind == "softmax":
        lines.append(f"h_{block.name} = softmax(h_{block.name})")
    return lines


def _loads(model: Model) -> str:
    """The weights in Lux's own places."""
    kept, measured = [], []
    for block in model.blocks:
        own = f'w["{block.name}.'
        if block.kind == "dense":
            kept.append(f'{block.name} = (weight = {own}weight"], bias = {own}bias"])')
        elif block.kind == "batch_norm":
            kept.append(f'{block.name} = (scale = {own}weight"], bias = {own}bias"])')
            numbers = f'running_mean = {own}running_mean"], running_var = {own}running_var"]'
            measured.append(f"{block.name} = merge(st.{block.name}, ({numbers})),")
    lines = "".join(f"    {text},\n" for text in kept)
    found = f"ps = merge(ps, (\n{lines}))"
    if measured:
        found += "\nst = merge(st, (\n" + "".join(f"    {text}\n" for text in measured) + "))"
    return found


def _features(model: Model) -> str:
    if model.features == model.columns:
        return "raw"
    if set(model.features) <= set(model.columns):
        return f"raw[{[model.columns.index(name) + 1 for name in model.features]}, :]"
    found = feature_texts(model.features, model.columns, lambda index: f"raw[{index + 1}, :]")
    written = ", ".join(text.replace(" * ", " .* ").replace("sin(", "sin.(") for text in found)
    return f"stack([{written}]; dims=1)"


def _answer(model: Model) -> str:
    if not model.classes:
        return 'y .* w["target.scale"] .+ w["target.shift"]'
    return "clamp.(y, 0, 1)" if model.clips else "y"
