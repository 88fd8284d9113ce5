import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from playground.experiment import edits
from playground.experiment.edits import default_experiment
from playground.views.left_panel import RAIL, LeftPanel
from playground.views.theme import theme
from playground.views.widgets.buttons import IconButton


@pytest.fixture
def window(qtbot, qapp):
    theme().apply(qapp)
    window = QWidget()
    window.resize(1100, 700)
    window.panel = LeftPanel(window)
    window.panel.resize(248, 700)
    window.panel.set_experiment(default_experiment())
    qtbot.addWidget(window)
    window.show()
    return window


def test_both_panels_send_through_the_column(window, qtbot):
    with qtbot.waitSignal(window.panel.edited):
        window.panel.data._reshuffle()
    with qtbot.waitSignal(window.panel.edited):
        window.panel.training._choose("training.optimizer", "Optimizer", "optimizers", "sgd")


def test_the_rail_opens_each_section_and_the_column_comes_back(window, qtbot):
    panel = window.panel
    panel.set_rail(True)
    assert panel.width() == RAIL
    named = {button.accessibleName(): button for button in panel.findChildren(IconButton)}
    buttons = [named["Data"], named["Training"]]
    for button, section in zip(buttons, (panel.data, panel.training), strict=True):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert section.isVisible()
        popover = section.window().childAt(QPoint(700, 400))
        qtbot.mouseClick(popover, Qt.MouseButton.LeftButton, pos=QPoint(700, 400))
        assert not section.isVisible()
    panel.set_rail(False)
    assert panel.width() == 248
    assert panel.data.isVisible()
    assert panel.training.isVisible()
    assert panel.data.width() == panel.training.width()


def test_one_section_is_open_at_a_time(window):
    panel = window.panel
    panel.set_rail(True)
    named = {button.accessibleName(): button for button in panel.findChildren(IconButton)}
    named["Data"].click()
    named["Training"].click()
    assert panel.training.isVisible()
    assert not panel.data.isVisible()
    named["Data"].click()
    assert panel.data.isVisible()
    assert not panel.training.isVisible()


def test_folding_while_a_section_is_open(window, qtbot):
    panel = window.panel
    panel.set_rail(True)
    qtbot.mouseClick(panel.findChildren(IconButton)[0], Qt.MouseButton.LeftButton)
    panel.set_rail(False)
    panel.set_experiment(edits.set_dataset(panel.data.experiment, "digits"))
    assert panel.data.isVisible()
