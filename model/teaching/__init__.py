"""Cases, practice, feedback, progress and classes; the map is in README.md beside this file."""
