"""How well people, organisations and places are found, by type, on sentences labelled by hand."""
