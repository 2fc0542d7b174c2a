"""Everything on one machine: the demo newsroom, Airflow standalone and the search page, started and stopped together."""
