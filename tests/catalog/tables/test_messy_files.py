"""Messy files, made here, are read as a person would expect or refused in a plain sentence."""

import tracemalloc

import numpy as np
import pytest

from playground.catalog.tables import Cancelled, NotATable, guess, preview, read

NAN = float("nan")
ROWS = {"a": [1.5, 2.5, 3.0], "b": [4.0, 5.0, 6.5]}
PLAIN = "a,b\n1.5,4\n2.5,5\n3.0,6.5\n"

# name: (bytes or text, expected values of each column)
GOOD = {
    "names in a comment": ("# a b\n1.5 4\n2.5 5\n3.0 6.5\n", ROWS),
    "names in a comment after others": ("% made by me\n% in 1997\n%a,b\n1.5,4\n2.5,5\n3.0,6.5\n", ROWS),
    "names that begin with a comment's mark": (
        "%a,%b\n1.5,4\n2.5,5\n3.0,6.5\n",
        {"%a": ROWS["a"], "%b": ROWS["b"]},
    ),
    "a comment that is no list of names": (
        "# two stations, 1997, by me\n1.5,4\n2.5,5\n",
        {"Column 1": [1.5, 2.5], "Column 2": [4, 5]},
    ),
    "Fortran exponents": ("a,b\n1.5D+00,4\n2.5d0,5\n0.3D+01,6.5\n", ROWS),
    "accountants' negatives": (
        'a,b\n(1.5),4\n"(2,500.50)",5\n3,6\n',
        {"a": [-1.5, -2500.5, 3], "b": [4, 5, 6]},
    ),
    "a total at the end": ("a,b\n1.5,4\n2.5,5\n3.0,6.5\nTotal,15.5\n", ROWS),
    "sum and mean at the end": ("a;b\n1,5;4\n2,5;5\n3,0;6,5\nSumme:;15,5\nMittelwert;5,2\n", ROWS),
    "German months": (
        "a;b\n3. Januar 2023;1\n4. März 2023;2\n31. Dezember 2023;3\n",
        {"a": [738523, 738583, 738885], "b": [1, 2, 3]},
    ),
    "short German months": ("a;b\n3. Mrz. 2023;1\n4. Okt. 2023;2\n", {"a": [738582, 738797], "b": [1, 2]}),
    "French months": ("a;b\n1 août 2023;1\n2 févr. 2023;2\n", {"a": [738733, 738553], "b": [1, 2]}),
    "Spanish months": ("a;b\n1 enero 2023;1\n2 dic 2023;2\n", {"a": [738521, 738856], "b": [1, 2]}),
    "month, day, year": ("a,b\nJan 1 2023,1\nFeb 12 2023,2\n", {"a": [738521, 738563], "b": [1, 2]}),
    "months alone": ("a,b\nJan-2023,1\nFeb-2023,2\n", {"a": [738521, 738552], "b": [1, 2]}),
    "utf-32": (PLAIN.encode("utf-32"), ROWS),
    "plain": (PLAIN, ROWS),
    "no last line end": (PLAIN.rstrip(), ROWS),
    "windows lines": (PLAIN.replace("\n", "\r\n"), ROWS),
    "old mac lines": (PLAIN.replace("\n", "\r"), ROWS),
    "semicolons": (PLAIN.replace(",", ";"), ROWS),
    "tabs": (PLAIN.replace(",", "\t"), ROWS),
    "bars": (PLAIN.replace(",", "|"), ROWS),
    "blanks": ("a   b\n1.5  4\n 2.5 5\n3.0     6.5\n", ROWS),
    "blank after comma": (PLAIN.replace(",", ", "), ROWS),
    "decimal comma": ("a;b\n1,5;4\n2,5;5\n3,0;6,5\n", ROWS),
    "decimal comma, tabs": ("a\tb\n1,5\t4\n2,5\t5\n3,0\t6,5\n", ROWS),
    "thousands with decimal comma": ("a;b\n1.000,5;2\n2.000,5;3\n", {"a": [1000.5, 2000.5], "b": [2, 3]}),
    "thousands in quotes": ('a,b\n"1,000.5",2\n"2,000",3\n', {"a": [1000.5, 2000.0], "b": [2, 3]}),
    "byte-order mark": (b"\xef\xbb\xbf" + PLAIN.encode(), ROWS),
    "utf-16": (PLAIN.encode("utf-16"), ROWS),
    "utf-16 without mark": (PLAIN.encode("utf-16-le"), ROWS),
    "utf-16 the other way": (PLAIN.encode("utf-16-be"), ROWS),
    "latin-1": ("a,größe\n1,2\n3,4\n".encode("latin-1"), {"a": [1, 3], "größe": [2, 4]}),
    "comments": ("# made by me\n# in 1997\n" + PLAIN, ROWS),
    "comment in between": ("# made by me\na,b\n1.5,4\n# pause\n2.5,5\n3.0,6.5\n", ROWS),
    "percent comments": ("% x\n" + PLAIN, ROWS),
    "title lines": ("Report of the station\n\n" + PLAIN, ROWS),
    "blank lines": (PLAIN.replace("\n", "\n\n"), ROWS),
    "units row": ("a,b\n°C,mm\n1.5,4\n2.5,5\n3.0,6.5\n", ROWS),
    "units in brackets": ("a [°C],b (mm)\n1.5,4\n2.5,5\n3.0,6.5\n", ROWS),
    "two header rows": (
        "a,b\nof the station,somewhere else\n1,2\n3,4\n",
        {"a of the station": [1, 3], "b somewhere else": [2, 4]},
    ),
    "no header": ("1.5,4\n2.5,5\n3.0,6.5\n", {"Column 1": ROWS["a"], "Column 2": ROWS["b"]}),
    "trailing delimiters": ("a,b,\n1.5,4,\n2.5,5,\n3.0,6.5,\n", ROWS),
    "quoted": ('"a","b"\n"1.5","4"\n"2.5","5"\n"3.0","6.5"\n', ROWS),
    "line break in a cell": ('a,"b"\n1.5,4\n2.5,5\n"3.0\n",6.5\n', ROWS),
    "empty cells": ("a,b\n1.5,\n,5\n", {"a": [1.5, NAN], "b": [NAN, 5]}),
    "missing words": ("a,b\n1.5,NA\nnull,5\n3,-\n", {"a": [1.5, NAN, 3], "b": [NAN, 5, NAN]}),
    "missing numbers": ("a,b\n1.5,-999.25\n-9999,5\n", {"a": [1.5, NAN], "b": [NAN, 5]}),
    "missing numbers far below": (
        "a,b\n" + "1.5,2\n2.5,3\n" * 150 + "-999,4\n",
        {"a": [1.5, 2.5] * 150 + [NAN], "b": [2, 3] * 150 + [4]},
    ),
    "missing numbers with decimal comma": ("a;b\n1,5;-999,25\n2,5;5\n", {"a": [1.5, 2.5], "b": [NAN, 5]}),
    "short row": ("a,b\n1.5,4\n2.5\n3.0,6.5\n", {"a": [1.5, 2.5, 3], "b": [4, NAN, 6.5]}),
    "long row": ("a,b\n1.5,4\n2.5,5,7\n3.0,6.5\n", {"a": [1.5, 3], "b": [4, 6.5]}),
    "too large": ("a,b\n1e400,4\n2.5,5\n", {"a": [NAN, 2.5], "b": [4, 5]}),
    "infinite": (
        "a,b\ninf,4\n2.5,5\n3,6\n4,7\n5,8\n6,9\n7,1\n8,2\n9,3\n1,4\n2,5\n",
        {"a": [NAN, 2.5, 3, 4, 5, 6, 7, 8, 9, 1, 2], "b": [4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5]},
    ),
    "exponents": ("a,b\n1e3,4E-2\n-2.5e0,5\n", {"a": [1000, -2.5], "b": [0.04, 5]}),
    "real minus": ("a,b\n−1.5,4\n2.5,5\n", {"a": [-1.5, 2.5], "b": [4, 5]}),
    "columns named alike": ("a,a\n1,2\n3,4\n", {"a": [1, 3], "a 2": [2, 4]}),
    "nameless column": ("a,\n1,2\n3,4\n", {"a": [1, 3], "Column 2": [2, 4]}),
    "iso dates": ("day,b\n2020-01-01,4\n2020-01-02,5\n", {"day": [737425, 737426], "b": [4, 5]}),
    "german dates": ("day;b\n01.02.2020;4\n02.02.2020;5\n", {"day": [737456, 737457], "b": [4, 5]}),
    "american dates": ("day,b\n01/31/2020,4\n02/01/2020,5\n", {"day": [737455, 737456], "b": [4, 5]}),
    "times": ("t,b\n2020-01-01 12:00,4\n2020-01-02 00:00,5\n", {"t": [737425.5, 737426], "b": [4, 5]}),
    "categories": ("kind,b\nred,4\nblue,5\nred,6\n", {"kind": [0, 1, 0], "b": [4, 5, 6]}),
    "formulas": ("f,b\n=1+2,4\n=CMD(),5\n", {"f": [0, 1], "b": [4, 5]}),
    "markup": ("f,b\n<b>x</b>,4\n<script>,5\n", {"f": [0, 1], "b": [4, 5]}),
    "nul bytes": (b"a,b\n1.\x005,4\n2.5,5\n", {"a": [1.5, 2.5], "b": [4, 5]}),
    "one column": ("a\n1\n2\n", {"a": [1, 2]}),
    "constant": ("a,b\n1,7\n2,7\n", {"a": [1, 2], "b": [7, 7]}),
    "empty column": ("a,b\n1,\n2,\n", {"a": [1, 2], "b": [NAN, NAN]}),
    "one row": ("a,b\n1.5,4\n", {"a": [1.5], "b": [4]}),
    "odd text in numbers": (
        "a\tb\n" + "".join(f"{i}\t{i}\n" for i in range(20)) + "oops\t1\n",
        {"a": [*range(20), NAN], "b": [*range(20), 1]},
    ),
    "two date columns": (
        "start,end,b\n2020-01-01,01.02.2020,1\n2020-01-02,15.02.2020,2\n",
        {"start": [737425, 737426], "end": [737456, 737470], "b": [1, 2]},
    ),
    "date and time apart": (
        "date;time;b\n01.01.2020;06:00;1\n13.01.2020;12:00;2\n",
        {"date": [737425, 737437], "time": [0.25, 0.5], "b": [1, 2]},
    ),
    "mixed dates": (
        "day,b\n2020-01-01,1\n02.01.2020,2\n2020-01-03,3\n",
        {"day": [737425, 737426, 737427], "b": [1, 2, 3]},
    ),
    "dates with zone": (
        "day,b\n2020-01-01T12:00:00Z,1\n2020-01-02T00:00:00Z,2\n",
        {"day": [737425.5, 737426], "b": [1, 2]},
    ),
    "dates with offset": (
        "day,b\n2020-01-01T12:00:00+00:00,1\n2020-01-02T00:00:00+00:00,2\n",
        {"day": [737425.5, 737426], "b": [1, 2]},
    ),
    "dates with fractions": (
        "day,b\n2020-01-01 12:00:00.000,1\n2020-01-02 00:00:00.000,2\n",
        {"day": [737425.5, 737426], "b": [1, 2]},
    ),
    "short years": ("day;b\n01.02.20;1\n15.02.20;2\n", {"day": [737456, 737470], "b": [1, 2]}),
    "month names": ("day,b\n1 Feb 2020,1\n15 Feb 2020,2\n", {"day": [737456, 737470], "b": [1, 2]}),
    "american with hours": (
        "day,b\n02/01/2020 12:00,1\n02/15/2020 00:00,2\n",
        {"day": [737456.5, 737470], "b": [1, 2]},
    ),
    "thousands with blanks": ("a;b\n1 000,5;2\n12 000,5;3\n", {"a": [1000.5, 12000.5], "b": [2, 3]}),
    "thousands with apostrophes": ("a;b\n1'000.5;2\n12'000.5;3\n", {"a": [1000.5, 12000.5], "b": [2, 3]}),
    "percent signs": ("a,b\n12%,2\n12.5 %,3\n", {"a": [12, 12.5], "b": [2, 3]}),
    "currency": ('a,b\n"$1,200.50",2\n$3.00,3\n', {"a": [1200.5, 3], "b": [2, 3]}),
    "units in cells": ("a,b\n1.5 mm,2\n2.5 mm,3\n", {"a": [1.5, 2.5], "b": [2, 3]}),
    "excel's sep line": ("sep=;\na;b\n1,5;2\n2,5;3\n", {"a": [1.5, 2.5], "b": [2, 3]}),
    "decimal commas in quotes": ('a,b\n"1,5","2,5"\n"3,5","4,5"\n', {"a": [1.5, 3.5], "b": [2.5, 4.5]}),
    "german exponents": ("a;b\n1,5E+03;2\n2,5e3;3\n", {"a": [1500, 2500], "b": [2, 3]}),
    "plus signs": ("a,b\n+1.5,2\n+2.5,3\n", {"a": [1.5, 2.5], "b": [2, 3]}),
    "leading zeros": ("a,b\n001,2\n002,3\n", {"a": [1, 2], "b": [2, 3]}),
    "mixed line ends": ("a,b\r\n1,2\n3,4\r\n", {"a": [1, 3], "b": [2, 4]}),
    "utf-16 with tabs": ("a\tb\r\n1,5\t2\r\n2,5\t3\r\n".encode("utf-16"), {"a": [1.5, 2.5], "b": [2, 3]}),
    "end of file mark": (b"a,b\n1,2\n3,4\n\x1a", {"a": [1, 3], "b": [2, 4]}),
    "names of rows without a name": (
        "a,b\nr1,1,2\nr2,3,4\nr3,5,6\n",
        {"Column 1": [0, 1, 2], "a": [1, 3, 5], "b": [2, 4, 6]},
    ),
    "footer": ("a,b\n1,2\n3,4\n5,6\n\nSource: the station\n", {"a": [1, 3, 5], "b": [2, 4, 6]}),
    "names with line breaks": ('"a\nof it",b\n1,2\n3,4\n', {"a of it": [1, 3], "b": [2, 4]}),
    "quotes in quotes": ('a,"the ""b"""\n1,2\n3,4\n', {"a": [1, 3], 'the "b"': [2, 4]}),
    "truth": ("a,b\nTRUE,1\nFALSE,2\nTRUE,3\n", {"a": [0, 1, 0], "b": [1, 2, 3]}),
    "units row in brackets": ("a,b\n[mm],[°C]\n1,2\n3,4\n", {"a": [1, 3], "b": [2, 4]}),
    "semicolon comments": ("; made by me\na,b\n1,2\n3,4\n", {"a": [1, 3], "b": [2, 4]}),
    "commas in quotes": (
        'city,b\n"Bonn, am Rhein",1\n"Ulm, an der Donau",2\n',
        {"city": [0, 1], "b": [1, 2]},
    ),
    "tabs with blanks": ("a \t b\n 1\t2 \n3 \t 4\n", {"a": [1, 3], "b": [2, 4]}),
    "one class": ("a,kind\n1,x\n2,x\n3,x\n", {"a": [1, 2, 3], "kind": [0, 0, 0]}),
    "only texts": ("name,city\nx,A\ny,B\n", {"name": [0, 1], "city": [0, 1]}),
    "comma and blank in numbers": ("a;b\n1,5 ;2\n 2,5;3\n", {"a": [1.5, 2.5], "b": [2, 3]}),
    "header wider than rows": ("a,b,c\n1,2\n3,4\n", {"a": [1, 3], "b": [2, 4], "c": [NAN, NAN]}),
    "dates as numbers": ("day,b\n20200101,1\n20200131,2\n", {"day": [737425, 737455], "b": [1, 2]}),
    "hours as numbers": ("day,b\n2020010100,1\n2020010112,2\n", {"day": [737425, 737425.5], "b": [1, 2]}),
    "numbers like dates": ("no,b\n20200101,1\n20200199,2\n", {"no": [20200101, 20200199], "b": [1, 2]}),
    "below detection": ("Au,b\n<0.05,1\n0.31,2\n0.2,3\n", {"Au": [0.025, 0.31, 0.2], "b": [1, 2, 3]}),
    "below detection, decimal comma": ("Au;b\n<0,05;1,5\n0,31;2\n", {"Au": [0.025, 0.31], "b": [1.5, 2]}),
    "above the limit": ("Ni,b\n> 1000,1\n31,2\n", {"Ni": [1000, 31], "b": [1, 2]}),
    "words of a laboratory": (
        "Au,b\n<DL,1\n0.31,2\nn.d.,3\n0.2,4\n<DL,5\nn.d.,6\n0.1,7\n0.4,8\n",
        {"Au": [NAN, 0.31, NAN, 0.2, NAN, NAN, 0.1, 0.4], "b": [1, 2, 3, 4, 5, 6, 7, 8]},
    ),
    "degrees, minutes, seconds": (
        "lat;lon\n47°30'36\"N;8°15'E\n12° 0' 18,0\" S;0°45.5'W\n",
        {"lat": [47.51, -12.005], "lon": [8.25, -(45.5 / 60)]},
    ),
    "names above names": (
        "Place,,Soil,\nx,y,clay,pH\nm,m,%,\n1,2,3,4\n5,6,7,8\n",
        {"Place x": [1, 5], "Place y": [2, 6], "Soil clay": [3, 7], "Soil pH": [4, 8]},
    ),
    "byte-order mark and semicolons": (
        b"\xef\xbb\xbfa;b\r\n1,5;2\r\n2,5;3\r\n",
        {"a": [1.5, 2.5], "b": [2, 3]},
    ),
    "three rows of names": ("x,y\nof,of\nm,n\n1,2\n3,4\n", {"x of": [1, 3], "y of": [2, 4]}),
    "ints with decimal comma thousands": (
        "a;b\n1.000;2,5\n2.000;3,5\n",
        {"a": [1000, 2000], "b": [2.5, 3.5]},
    ),
    "nothing but thousands": ('a,b\n"1,000",2\n"2,000",3\n', {"a": [1000, 2000], "b": [2, 3]}),
    "one value a line": ("1.5\n2.5\n3.5\n", {"Column 1": [1.5, 2.5, 3.5]}),
    "euros": ("a;b\n1,5 €;2\n2,5 €;3\n", {"a": [1.5, 2.5], "b": [2, 3]}),
    "dates in four formats": (
        "day,b\n2020-01-01,1\n02.01.2020,2\n3 Jan 2020,3\n2020/01/04,4\n2020-01-05,5\n6 Jan 2020,6\n",
        {"day": [737425, 737426, 737427, 737428, 737429, 737430], "b": [1, 2, 3, 4, 5, 6]},
    ),
    "dates that are mostly none": (
        "day,b\n2020-01-01,1\n2020-01-02,2\nlate spring 1,3\n2020-01-03,4\nlate fall 2,5\n",
        {"day": [0, 1, 2, 3, 4], "b": [1, 2, 3, 4, 5]},
    ),
    "a date column of either order beside one of the other": (
        "from,to,b\n01/13/2020,01/02/2020,1\n02/03/2020,14/02/2020,2\n",
        {"from": [737437, 737458], "to": [737456, 737469], "b": [1, 2]},
    ),
    "day or month first": ("day,b\n01/02/2020,1\n03/02/2020,2\n", {"day": [737456, 737458], "b": [1, 2]}),
    "afternoons": (
        "t,b\n1/31/2020 2:00:00 PM,1\n2/1/2020 12:00:00 AM,2\n",
        {"t": [737455 + 14 / 24, 737456], "b": [1, 2]},
    ),
    "year and month": ("t,b\n2020-01,1\n2020-02,2\n", {"t": [737425, 737456], "b": [1, 2]}),
    "uncertainties": (
        "d,b\n3.1 ± 0.2,1\n2.5±0.15,2\n-4.0 +/- 1,3\n7,4\n",
        {"d": [3.1, 2.5, -4, 7], "b": [1, 2, 3, 4]},
    ),
    "uncertainties with decimal comma and a unit": (
        "d;b\n(3,1 ± 0,2) mm;1\n2,5 ± 0,1 mm;2\n4,25 mm;3\n",
        {"d": [3.1, 2.5, 4.25], "b": [1, 2, 3]},
    ),
    "a header of years": (
        "Country,2019,2020,2021\nAT,1.5,2.5,3\nDE,4,5,6.5\n",
        {"Country": [0, 1], "2019": [1.5, 4], "2020": [2.5, 5], "2021": [3, 6.5]},
    ),
    "a header of years alone": ("2019 2020\n1.5 2.5\n4 5\n", {"2019": [1.5, 4], "2020": [2.5, 5]}),
    "a header of dates": (
        "station,2020-01-01,2020-02-01\nA,1.5,2.5\nB,4,5\n",
        {"station": [0, 1], "2020-01-01": [1.5, 4], "2020-02-01": [2.5, 5]},
    ),
    "years that are values": (
        "2019,2020\n2020,2021\n2021,2022\n",
        {"Column 1": [2019, 2020, 2021], "Column 2": [2020, 2021, 2022]},
    ),
    "years that are values beside others": (
        "2019,2.5\n2020,2.25\n2021,3\n",
        {"Column 1": [2019, 2020, 2021], "Column 2": [2.5, 2.25, 3]},
    ),
    "names again in the middle": ("a,b\n1.5,4\na,b\n2.5,5\n3.0,6.5\n", ROWS),
    "rows of nothing but commas": ("a,b\n,\n1.5,4\n2.5,5\n,\n3.0,6.5\n,\n", ROWS),
    "a total in the second cell": ("a,b\n1.5,4\n2.5,5\n3.0,6.5\n,\n,Total\n", ROWS),
    "subtotals in between": ("a,b\n1.5,4\nSubtotal,4\n2.5,5\n3.0,6.5\nSubtotal,11.5\n", ROWS),
    "the side of the earth first": (
        "lat;lon\nN47°30.6';W008°15'\nS12°00'18\";E000°45.5'\n",
        {"lat": [47.51, -12.005], "lon": [-8.25, 45.5 / 60]},
    ),
    "degrees with colons": ("lat;v\n47:30:36N;1\n12:00:18 S;2\n", {"lat": [47.51, -12.005], "v": [1, 2]}),
    "the minus behind": ("a;b\n1.100,50-;2\n200,25;3\n", {"a": [-1100.5, 200.25], "b": [2, 3]}),
    "universal time": (
        "t,b\n2020-01-01 12:00:00 UTC,1\n2020-01-02 00:00:00 UTC,2\n",
        {"t": [737425.5, 737426], "b": [1, 2]},
    ),
    "one column twice": ("a,b,c\n1,2,1\n3,4,3\n5,7,5\n", {"a": [1, 3, 5], "b": [2, 4, 7], "c": [1, 3, 5]}),
    "capitals": ("a,kind\n1,yes\n3,Yes\n5,no\n", {"a": [1, 3, 5], "kind": [0, 1, 2]}),
    "a mark without bounds": ("a,b\n1.5,1e30\n2.5,5\n", {"a": [1.5, 2.5], "b": [1e30, 5]}),
    "pipes around": (
        "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n",
        {"Column 1": [NAN, NAN], "a": [1, 3], "b": [2, 4]},
    ),
}

BAD = {
    "empty": (b"", "empty"),
    "only blank lines": (b"\n\n  \n", "no rows"),
    "only names": (b"a,b\n", "no rows below"),
    "only comments": (b"# a\n# b\n", "no rows"),
    "damaged workbook": (b"PK\x03\x04" + bytes(200), "damaged"),
    "old workbook": (b"\xd0\xcf\x11\xe0" + bytes(200), "older than 2007"),
    "compressed": (b"\x1f\x8b" + bytes(200), "Unpack it"),
    "picture": (b"\x89PNG" + bytes(200), "not a text file"),
    "a web page": (b"<!DOCTYPE html>\n<html><body>404</body></html>\n", "web page"),
    "json": (b'{"a": [1, 2],\n "b": 3}\n', "JSON"),
    "a quote never closed": (b'a,b\n1,2\n3,"4\n5,6\n', "opened in line 3 and never closed"),
    "noise": (bytes(range(256)) * 20, "not a text file"),
    "one endless line": (b"1," * 600_000, "Line 1 is longer"),
}

NOTES = {
    "footer": 'Line 6, "Source: the station", is no row',
    "one class": '"kind" is the same in every row',
    "short row": "Line 3 has 1 cells",
    "long row": "Line 3 has 3 cells",
    "too large": 'Line 2, a: "1e400" is too large',
    "columns named alike": 'Two columns are called "a"',
    "one column": "only one column",
    "a total at the end": 'Line 5, "Total", sums up the rows above',
    "constant": '"b" is the same in every row',
    "empty column": '"b" has no values',
    "odd text in numbers": 'Line 22, a: "oops" is not a number',
    "no header": "no row of names",
    "below detection": '"Au": one value is only known to be below a limit, such as "<0.05"; half the limit',
    "words of a laboratory": 'Cells with "<DL" count as missing',
    "dates in four formats": '"day" holds dates in 4 formats, such as "2020-01-01", "3 Jan 2020"',
    "dates that are mostly none": '"day" looks like dates, but cells such as "late spring 1" fit no',
    "day or month first": "the day first. If the month comes first, set the date format to %m/%d/%Y",
    "uncertainties": '"d": 3 values have an uncertainty, such as "3.1 ± 0.2"; the value is used',
    "names again in the middle": "Line 3 repeats the names of the columns, so it is left out",
    "a total in the second cell": 'Line 6, "Total", sums up the rows above',
    "subtotals in between": 'Line 3, "Subtotal", sums up the rows above',
    "one column twice": '"c" holds the same values as "a"',
    "capitals": '"kind": "yes" and "Yes" differ in capitals alone',
    "formulas": '"f" holds formulas such as "=1+2", and nothing in a file is worked out here',
    "a mark without bounds": '"b" holds 1e+30, which often stands for no value',
    "missing numbers": 'Cells with "-999.25" count as missing',
}


def written(tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("name", GOOD)
def test_a_messy_file_is_read_as_a_person_would(name, tmp_path):
    content, expected = GOOD[name]
    path = written(tmp_path, content)
    table = read(path, guess(path))
    assert [column.name for column in table.columns] == list(expected)
    for column, values in zip(table.columns, expected.values(), strict=True):
        np.testing.assert_allclose(column.values, values)
    assert NOTES.get(name, "") in " ".join(table.notes)
    assert preview(path, guess(path)).rows == table.rows


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_table_is_refused_in_a_sentence(name, tmp_path):
    content, words = BAD[name]
    path = written(tmp_path, content)
    with pytest.raises(NotATable, match=words):
        read(path, guess(path))


def test_a_missing_file_is_said():
    from pathlib import Path

    with pytest.raises(NotATable, match="cannot be read"):
        guess(Path("nowhere.csv"))


def test_numbers_that_may_stand_for_nothing_are_said(tmp_path):
    path = written(tmp_path, "a,b\n1.5,4\n-999.0000,5\n2.5,6\n")
    assert "holds -999.0, which often stands for no value" in " ".join(read(path, guess(path)).notes)


def test_there_are_many():
    assert len(GOOD) + len(BAD) > 100


def test_units_beside_numbers_are_units(tmp_path):
    for name, unit in {"percent signs": "%", "currency": "$", "units in cells": "mm", "euros": "€"}.items():
        path = written(tmp_path, GOOD[name][0])
        assert read(path, guess(path)).columns[0].unit == unit


@pytest.mark.parametrize("name", ["units row", "units in brackets"])
def test_units_are_understood(name, tmp_path):
    path = written(tmp_path, GOOD[name][0])
    assert [column.unit for column in read(path, guess(path)).columns] == ["°C", "mm"]


def test_reading_can_be_watched_and_stopped(tmp_path):
    path = written(tmp_path, "a,b\n" + "1,2\n" * 50_000)
    seen = []
    assert read(path, guess(path), lambda rows: seen.append(rows) is None).rows == 50_000
    assert seen == sorted(seen)
    assert len(seen) >= 3
    with pytest.raises(Cancelled):
        read(path, guess(path), lambda rows: rows < 10_000)


def test_memory_stays_near_the_size_of_the_table(tmp_path):
    path = written(tmp_path, "a,b,c,d\n" + "1.25,2.5,3.75,4.5\n" * 100_000)
    form = guess(path)
    tracemalloc.start()
    read(path, form)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 60e6
