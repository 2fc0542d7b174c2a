"""An article → who, where and what is in it."""
