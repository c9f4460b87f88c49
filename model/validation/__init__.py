"""How well the network does: on labelled patients, and one version beside another."""
