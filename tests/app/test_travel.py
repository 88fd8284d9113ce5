"""Going back in time in the window: every control shows then, and an edit there begins a branch."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMenu

from playground.app import travel
from playground.experiment import edits


def steps(window):
    return window.trainer.latest().steps


def state(window):
    return window.trainer.latest().state


def trained(window, qtbot, to):
    window.trainer.step(to - steps(window))
    qtbot.waitUntil(lambda: steps(window) == to)


def rate(experiment):
    return experiment.training.optimizer.learning_rate


def set_rate(window, value):
    window.edit(edits.set_value(window.shown, "training.optimizer.learning_rate", value), "Rate", "")


def seen(window):
    snapshot = window.trainer.latest()
    return snapshot.changes == window._sent and window.travelled == snapshot.timeline.travelled


def test_the_past_shows_its_settings_and_an_edit_there_begins_a_branch(open_window, qtbot):
    window = open_window()
    first = rate(window.document.experiment)
    trained(window, qtbot, 300)
    set_rate(window, 0.05)
    trained(window, qtbot, 600)
    window.dock.sought.emit(100)
    qtbot.waitUntil(lambda: window.travelled and steps(window) == 100)
    assert rate(window.shown) == first
    assert window.dock._live.isVisible()
    assert window.dock._branch.isVisible()
    window.do("back_to_live")
    qtbot.waitUntil(lambda: not window.travelled and steps(window) == 600)
    assert rate(window.shown) == 0.05
    assert {300, 600} <= set(window.trainer.latest().gradients.steps.tolist())  # as seen the first time
    window.trainer.seek(200)
    qtbot.waitUntil(lambda: window.travelled and steps(window) == 200)
    set_rate(window, 0.5)
    qtbot.waitUntil(lambda: len(window.trainer.latest().timeline.branches) == 2 and seen(window))
    assert steps(window) == 200
    assert rate(window.shown) == 0.5
    window.do("undo")
    qtbot.waitUntil(lambda: steps(window) == 600 and seen(window))
    assert rate(window.shown) == 0.05


def test_continue_from_here_and_return_to_the_old_run(open_window, qtbot):
    window = open_window()
    trained(window, qtbot, 300)
    set_rate(window, 0.05)
    window.trainer.seek(100)
    qtbot.waitUntil(lambda: window.travelled and steps(window) == 100)
    window.do("branch_off")
    qtbot.waitUntil(lambda: not window.travelled and seen(window))
    trained(window, qtbot, 150)
    branches = window.trainer.latest().timeline.branches
    assert [branch.tip for branch in branches] == [300, 150]
    travel.show_branch(window, branches[0])
    qtbot.waitUntil(lambda: steps(window) == 300 and seen(window))
    assert rate(window.shown) == rate(window.document.experiment) == 0.05


def test_the_keyboard_walks_back_and_forth(open_window, qtbot):
    window = open_window()
    trained(window, qtbot, 40)
    window.do("step_back")
    qtbot.waitUntil(lambda: steps(window) == 39)
    window.do("epoch_back")
    qtbot.waitUntil(lambda: steps(window) == 36 or steps(window) < 39)
    window.do("first_step")
    qtbot.waitUntil(lambda: steps(window) == 0)
    window.do("back_to_live")
    qtbot.waitUntil(lambda: steps(window) == 40)
    assert state(window) == "paused"


def test_the_menu_of_runs_pins_shows_and_discards(open_window, qtbot):
    window = open_window()
    trained(window, qtbot, 60)
    window.trainer.seek(20)
    qtbot.waitUntil(lambda: window.travelled)
    window.do("branch_off")
    qtbot.waitUntil(lambda: not window.travelled and seen(window))

    def runs():
        return window.trainer.latest().timeline

    def menu():
        return travel.branch_menu(window, runs())

    def act(run, word):
        made = menu()
        (more,) = [action.menu() for action in made.actions() if action.menu() and action.text() == run]
        next(action for action in more.actions() if action.text() == word).trigger()
        made.deleteLater()

    act("Run 1", "Keep on reset")
    qtbot.waitUntil(lambda: runs().branches[0].pinned)
    made = menu()
    made.actions()[0].trigger()
    made.deleteLater()
    qtbot.waitUntil(lambda: runs().branches[0].current and steps(window) == 60)
    act("Run 2", "Discard")
    qtbot.waitUntil(lambda: len(runs().branches) == 1)


def test_the_menu_of_runs_ends_when_it_closes(open_window, qtbot):
    window = open_window()
    trained(window, qtbot, 20)
    before = len(window.findChildren(QMenu))
    travel.pop_branches(window)
    assert len(window.findChildren(QMenu)) > before
    QApplication.activePopupWidget().close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(window.findChildren(QMenu)) == before


def test_why_training_stopped_is_not_said_of_another_step(open_window, qtbot):
    stop = {"steps": 60}
    window = open_window(edits.set_value(edits.default_experiment(), "training.stop", stop))
    window.do("play")
    qtbot.waitUntil(lambda: window.banner.text() == "Stopped at step 60, as set.")
    window.dock.sought.emit(20)
    qtbot.waitUntil(lambda: window.travelled and window.banner.text() == "")
    window.banner.show_message("Something else.", [])
    window.do("back_to_live")
    qtbot.waitUntil(lambda: not window.travelled)
    assert window.banner.text() == "Something else."
