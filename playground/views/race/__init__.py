"""Race: several settings train side by side, with their paths on one loss landscape."""
