"""Take the fonts that ship out of published packages: Inter, STIX Two Text and STIX Two Math, all OFL 1.1.

    python packaging/extract_fonts.py        needs pip, npm and the package fonttools

Writes `assets/fonts/` with the licences and a note of where each file came from. STIX Two Text comes
in subsets by script, which are merged; STIX Two Math keeps only the signs that formulas use.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parent.parent / "assets" / "fonts"
INTER = ("fontpkg-inter", "4.1.post1")
STIX_TEXT = ("@fontsource/stix-two-text", "5.3.0")
STIX_MATH = ("ziamath", "0.13")
MATH_SIGNS = "√∑Σ∂∇∏∫±×·≤≥≈≠→←∞⊙⁻⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ŷℒ𝓛θηβμσγε−=()[]{}|‖,."


def wheel(name: str, version: str, folder: Path) -> zipfile.ZipFile:
    """A wheel from the Python package index."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder)]
    subprocess.run([*command, f"{name}=={version}"], check=True)
    return zipfile.ZipFile(next(folder.glob(f"{name.replace('-', '_')}-*.whl")))


def inter(folder: Path) -> dict[str, str]:
    """The variable upright font: every weight in one file."""
    with wheel(*INTER, folder) as archive:
        (TARGET / "Inter.ttf").write_bytes(archive.read("fontpkg_inter/files/Inter[opsz,wght].ttf"))
        (TARGET / "Inter-LICENSE.txt").write_bytes(archive.read("fontpkg_inter/LICENSE"))
    return {"Inter.ttf": "==".join(INTER)}


def stix_text(folder: Path) -> dict[str, str]:
    """Upright and italic, Latin and Greek merged into one file each."""
    name, version = STIX_TEXT
    subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True)
    made = {}
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        for style, label in (("normal", "Regular"), ("italic", "Italic")):
            parts = []
            for script in ("latin", "latin-ext", "greek"):
                member = archive.extractfile(f"package/files/stix-two-text-{script}-400-{style}.woff")
                assert member is not None
                part = folder / f"{script}-{style}.ttf"
                part.write_bytes(member.read())
                font = TTFont(part)
                font.flavor = None
                font.save(part)
                parts.append(str(part))
            file = f"STIXTwoText-{label}.ttf"
            merge.Merger().merge(parts).save(TARGET / file)
            made[file] = f"{name}@{version} (subsets merged)"
        member = archive.extractfile("package/LICENSE")
        assert member is not None
        (TARGET / "STIXTwo-LICENSE.txt").write_bytes(member.read())
    return made


def stix_math(folder: Path) -> dict[str, str]:
    """The signs of formulas; the whole font has 1.5 MB."""
    with wheel(*STIX_MATH, folder) as archive:
        whole = folder / "math.ttf"
        whole.write_bytes(archive.read("ziamath/fonts/STIXTwoMath-Regular.ttf"))
    font = TTFont(whole)
    cutter = subset.Subsetter(subset.Options(layout_features=[], name_IDs=["*"]))
    cutter.populate(text=MATH_SIGNS)
    cutter.subset(font)
    font.save(TARGET / "STIXTwoMath-Regular.ttf")
    return {"STIXTwoMath-Regular.ttf": "==".join(STIX_MATH) + " (subset)"}


def main() -> None:
    """Write every font and the note of where it came from."""
    TARGET.mkdir(parents=True, exist_ok=True)
    sources: dict[str, str] = {}
    for take in (inter, stix_text, stix_math):
        with tempfile.TemporaryDirectory() as folder:
            sources |= take(Path(folder))
    note = {"licence": "SIL Open Font License 1.1", "taken from": sources}
    (TARGET / "SOURCES.json").write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
