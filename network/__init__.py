"""What is believed: knowledge files, their schema and figures, and the network built from them."""
