"""One module for each file format of other programs; `network.exchange` is the door."""
