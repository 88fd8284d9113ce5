import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from playground.catalog.activations import activations
from playground.views.activation_menu import ActivationMenu, curve
from playground.views.theme import theme


@pytest.fixture
def page(qtbot, qapp):
    theme().apply(qapp)
    page = QWidget()
    page.resize(400, 400)
    qtbot.addWidget(page)
    page.show()
    return page


def test_every_activation_has_a_curve():
    for entry in activations:
        points = curve(entry.key)
        assert len(points) > 10
        assert all(math.isfinite(y) and abs(y) <= 1.0 + 1e-9 for _x, y in points)


def test_the_menu_lists_what_works_inside_and_picks_by_mouse(page, qtbot):
    menu = ActivationMenu(page)
    menu.choose("tanh", page.mapToGlobal(QPoint(10, 10)))
    assert [row.key for row in menu._rows] == [entry.key for entry in activations if not entry.output_only]
    page.grab()
    with qtbot.waitSignal(menu.chosen) as chosen:
        qtbot.mouseClick(menu._rows[-1], Qt.MouseButton.LeftButton)
    assert chosen.args == [menu._rows[-1].key]
    assert not menu.isVisible()


def test_the_menu_by_keys(page, qtbot):
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    menu = ActivationMenu(page)
    menu.choose("tanh", page.mapToGlobal(QPoint(10, 10)))
    keys = [row.key for row in menu._rows]
    row = menu._rows[keys.index("tanh")]
    qtbot.keyClick(row, Qt.Key.Key_Down)
    after = menu._rows[keys.index("tanh") + 1]
    with qtbot.waitSignal(menu.chosen) as chosen:
        qtbot.keyClick(after, Qt.Key.Key_Return)
    assert chosen.args == [after.key]


def test_opening_again_replaces_the_rows(page):
    menu = ActivationMenu(page)
    for _time in range(3):
        menu.choose("relu", page.mapToGlobal(QPoint(10, 10)), output=True)
        menu.dismiss()
    assert len(menu._rows) == len(activations)
