"""The network against what was published: labelled patients, versions of the knowledge."""
