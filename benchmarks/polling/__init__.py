"""How schedules of polling fare with strict publishers: two simulated weeks, no sockets, the same world for each.

publishers (who publishes when, on which server) → server (what it answers) → simulation (who polls when) → report.
"""
