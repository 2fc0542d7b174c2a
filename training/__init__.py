"""Training of the models that cleaning uses: `python -m training DATA`. Nothing of it is needed at run time."""
