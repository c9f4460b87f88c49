"""Model-implied quantities against the published figures, recomputed through an inference engine.

asking      questions put to the engine, each only once
quantities  what a published study measured, in terms of the network
table       checks.csv: the published quantities to which nothing was set
inputs      what the rows of inputs share
causes      what was set of risk factors, conditions and shares, and must come back
findings    what was set of signs, tests and complaints, and must come back
report      the rows, the verdict, the tables on the screen
"""
