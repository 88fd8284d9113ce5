"""Code for PyTorch: a module whose state is the weights, so that it can be trained further."""

from __future__ import annotations

from playground.export.model import EPSILON, Block, Model, with_names
from playground.export.python_code import TAKEN, frame
from playground.export.words import applied

# What a module's own methods and attributes are called: a layer of this name would hide them.
_MODULE = frozenset(
    {"T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile"}
    | {"cpu", "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer"}
    | {"get_extra_state", "get_parameter", "get_submodule", "half", "ipu", "load_state_dict", "modules"}
    | {"mtia", "named_buffers", "named_children", "named_modules", "named_parameters", "parameters"}
    | {"register_buffer", "register_module", "register_parameter", "requires_grad_", "set_extra_state"}
    | {"set_submodule", "share_memory", "state_dict", "to", "to_empty", "train", "training", "type", "xpu"}
    | {"zero_grad", "self", "super", "torch", "nn"}
)

# The module that a layer needs, and what it does to its input.
LAYERS = {
    "dense": ("nn.Linear({inputs}, {units})", "self.{name}({x})"),
    "dropout": ("nn.Dropout({rate})", "self.{name}({x})"),
    "gaussian_noise": ("", "{x} + {deviation} * torch.randn_like({x}) if self.training else {x}"),
    "batch_norm": (f"nn.BatchNorm1d({{units}}, eps={EPSILON}, momentum=0.1)", "self.{name}({x})"),
    "layer_norm": (f"nn.LayerNorm({{units}}, eps={EPSILON})", "self.{name}({x})"),
    "add": ("", "{sum}"),
    "concatenate": ("", "torch.cat([{all}], dim=1)"),
}


def code(model: Model) -> tuple[str, Model]:
    """The file, and the model whose names it uses."""
    model = with_names(model, TAKEN | _MODULE)
    modules = "\n".join(f"        {line}" for block in model.blocks for line in _module(block))
    steps = "\n".join(f"        {_step(block)}" for block in model.blocks)
    network = f'''class Network(nn.Module):
    """Scaled features (samples, {len(model.features)}) to outputs (samples, {model.blocks[-1].units})."""

    def __init__(self):
        super().__init__()
{modules}

    def forward(self, x):
{steps}
        return {model.blocks[-1].name}


network = Network()
network.load_state_dict({{name: torch.from_numpy(w[name]) for name in network.state_dict() if name in w}})
network.eval()

'''
    imports = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
    return frame(model, "PyTorch", imports, network, "network(torch.from_numpy(x)).detach().numpy()"), model


def _module(block: Block) -> list[str]:
    made = LAYERS[block.kind][0].format(inputs=block.inputs, units=block.units, **block.settings)
    return [f"self.{block.name} = {made}"] if made else []


def _step(block: Block) -> str:
    sources = block.sources
    sources = tuple("x" if source == "input" else source for source in sources)
    text = LAYERS[block.kind][1].format(
        name=block.name, x=sources[0], sum=" + ".join(sources), all=", ".join(sources), **block.settings
    )
    if block.kind == "dropout" and block.settings["scaling"] == "at_test_time":
        text += f" * {1.0 - block.settings['rate']!r}"
    if block.activation is not None:
        text = applied(block.activation, "pytorch", text)
    return f"{block.name} = {text}"
