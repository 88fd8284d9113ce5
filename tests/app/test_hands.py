"""A person with a mouse and a keyboard, on a virtual screen: nothing is called, everything is pointed at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

HANDS = Path(__file__).with_name("hands.py")
ROOT = HANDS.parents[2]


class Person:
    """Somebody in front of a screen of 1440×900."""

    def __init__(self, display: str, told: Path) -> None:
        self.display = display
        self.told = told

    def do(self, *words: object) -> None:
        command = ["xdotool", *(str(word) for word in words)]
        subprocess.run(command, check=True, env={**os.environ, "DISPLAY": self.display})
        time.sleep(0.08)

    def see(self):
        return json.loads(self.told.read_text())

    def wait(self, condition, seconds=60.0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.told.exists() and condition(self.see()):
                return self.see()
            time.sleep(0.1)
        raise AssertionError(f"waited {seconds} s in vain; seen: {self.see()['experiment']}")

    def place(self, name):
        return self.wait(lambda seen: name in seen["places"])["places"][name]

    def click(self, name):
        time.sleep(0.4)  # let things come to rest, as people do
        self.do("mousemove", *self.place(name))
        self.do("click", 1)

    def drag(self, start, goal):
        self.do("mousemove", *start)
        self.do("mousedown", 1)
        for part in (0.1, 0.3, 0.6, 0.9, 1.0, 1.0):
            x, y = (round(a + (b - a) * part) for a, b in zip(start, goal, strict=True))
            self.do("mousemove", x, y)
            time.sleep(0.1)
        self.do("mouseup", 1)


@pytest.fixture
def person(home, tmp_path):
    told = tmp_path / "told.json"
    read, write = os.pipe()
    screen = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(screen, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as number:
            display = f":{number.readline().strip()}"
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
        with subprocess.Popen([sys.executable, str(HANDS), str(told)], env=environment) as program:
            yield Person(display, told)
            program.terminate()
        server.terminate()


def layers(seen):
    return [(layer["kind"], layer.get("units")) for layer in seen["experiment"]["network"]["layers"]]


@pytest.mark.long
def test_a_person_adds_a_layer_sets_it_up_while_it_trains_and_takes_all_of_it_back(person):
    first = person.wait(lambda seen: seen["state"] == "paused")
    x, y = person.place("gap 1")
    person.do("mousemove", x, y + 200)
    person.do("click", 1)
    person.do("key", "space")
    person.wait(lambda seen: seen["steps"] > 50)
    person.drag(person.place("Dense layer"), person.place("gap 1"))
    person.wait(lambda seen: len(layers(seen)) == 3)
    person.click("dense_3 number")
    person.do("key", "ctrl+a")
    person.do("type", "5")
    person.do("key", "Return")
    person.wait(lambda seen: layers(seen)[1] == ("dense", 5))
    person.click("dense_3 menu")
    person.click("relu")
    person.wait(lambda seen: seen["experiment"]["network"]["layers"][1]["activation"]["kind"] == "relu")
    rate = first["experiment"]["training"]["optimizer"]["learning_rate"]
    x, y = person.place("Learning rate slider")
    width = person.place("Learning rate slider width")[0]
    person.drag([x, y], [x + width // 4, y])
    person.wait(lambda seen: seen["experiment"]["training"]["optimizer"]["learning_rate"] > rate)
    before = person.see()["steps"]
    person.wait(lambda seen: seen["steps"] > before and seen["state"] == "running")
    while person.see()["can_undo"]:
        person.do("key", "ctrl+z")
        time.sleep(0.3)
    person.wait(lambda seen: seen["experiment"] == first["experiment"])
    assert person.see()["state"] == "running"
