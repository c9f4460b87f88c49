"""Migrations of the class store, run by `model.teaching.classes.migrate` whenever a store is opened."""
