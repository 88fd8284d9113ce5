"""The one style sheet, for the parts that Qt draws itself. `@token` is a colour of `tokens.json`.

Everything else is painted by the widgets in `playground/views/widgets`.
"""

STYLE = """
QMenu { background: @raised; border: 1px solid @border-strong; padding: 6px; }
QMenu::item { padding: 6px 26px 6px 12px; border-radius: 6px; color: @text; background: transparent; }
QMenu::item:selected { background: @field; }
QMenu::item:disabled { color: @text-3; }
QMenu::separator { height: 1px; background: @border; margin: 6px 8px; }
QMenuBar { background: @panel; color: @text; }
QMenuBar::item { padding: 5px 9px; border-radius: 6px; background: transparent; }
QMenuBar::item:selected { background: @field; }
QToolTip { background: @ink; color: @on-ink; border: 0px; padding: 5px 7px; }
QScrollArea { border: 0px; background: transparent; }
QScrollBar:vertical { background: transparent; width: 9px; margin: 0px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0px; }
QScrollBar::handle { background: @border-strong; border-radius: 2px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @text-3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: @border; }
QDialog QLineEdit, QDialog QPlainTextEdit, QDialog QTextEdit {
  background: @field; color: @text; border: 1px solid @field; border-radius: 7px; padding: 5px 8px;
}
NumberField, QDialog NumberField, PlainField, QDialog PlainField {
  background: transparent; color: @text; border: 0px; padding: 0px;
  selection-background-color: @ink; selection-color: @on-ink;
}
QDialog QLineEdit:focus, QDialog QPlainTextEdit:focus, QDialog QTextEdit:focus {
  border: 2px solid @ink; padding: 4px 7px;
}
QPushButton {
  background: @raised; color: @text; border: 1px solid @border; border-radius: 7px;
  min-height: 26px; padding: 0px 12px; font-weight: 500;
}
QPushButton:hover { background: @field; }
QPushButton:focus { border: 2px solid @ink; }
QPushButton:default { background: @ink; color: @on-ink; border: 1px solid @ink; }
QPushButton:default:focus { border: 3px double @on-ink; }
QPushButton:disabled { color: @text-3; background: @field; }
QTableView {
  background: @panel; color: @text; border: 1px solid @border; border-radius: 7px;
  selection-background-color: @field; selection-color: @text; alternate-background-color: @panel;
}
TableDialog QTableView:focus { border: 2px solid @ink; }
QFileDialog QListView, QFileDialog QTreeView { border: 1px solid @border; border-radius: 7px; }
QFileDialog QListView:focus, QFileDialog QTreeView:focus { border: 2px solid @ink; }
QHeaderView { background: @panel; }
QHeaderView::section {
  background: @panel; color: @text-2; border: 0px; border-bottom: 1px solid @border; padding: 4px 6px;
}
QHeaderView::section:vertical { border: 0px; color: @text-3; }
QTableCornerButton::section { background: @panel; border: 0px; }
QTableView QLineEdit { padding: 0px 4px; border-radius: 0px; }
QTableView QLineEdit[refused="true"] { color: @fail; }
QTableView::item { padding: 0px 4px; }
QCheckBox { color: @text; }
QMessageBox QLabel#qt_msgbox_informativelabel { min-width: 380px; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
"""
