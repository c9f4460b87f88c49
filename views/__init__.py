"""The app: thin pages. Widgets in, questions to `model`, charts out.

explore/     what is known on the left, what could explain the pain on the right
shared/      what the pages share:
  session      session state and the address: the only file that touches either
  case_state   the case of this session
  address      a case as one word of the address, and back
  case_files   a case as YAML for the shell; the example cases
  engine       the network and its answers, shared by all sessions
  asking       what can be asked, and the answers one can give (asking.yaml holds the words)
  words        labels, percentages, plain sentences

Each page is a package: `page.py` draws the frame, the other modules are its panels and pictures.
"""
