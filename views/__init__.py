"""The app: one thin page a module, and what the pages share.

explore      the page
_case        the case of this session: the only file that touches session state and the address
_address     a case as one word of the address, and back
_cases       a case as YAML for the shell; the example cases
_engine      the network and its answers, shared by all sessions
_catalogue   what can be asked, and the answers one can give (entry.yaml holds the words)
_words       labels, percentages, plain sentences
_charts      an answer in, a Vega-Lite dictionary out
_alerts  _entry  _questions  _entered  _share  _result  _sources     the panels of the page
"""
