"""Documents a second into each index, and how long eight kinds of question take, side by side."""
