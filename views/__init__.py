"""The app: thin pages. Widgets in, questions to `model`, charts out.

explore/     what is known on the left, what could explain the pain on the right
network/     the graph, what each node means and rests on, networks of one's own
sources/     every number: where it is from, how far it is confirmed, where it is used
what_if/     the case with something different, side by side; sweeps
server       the server's process: Streamlit, and the engine made ready beside it
shared/      what the pages share:
  session      session state and the address: the only file that touches either
  case_state   the case of this session
  address      a case as one word of the address, and back
  case_files   a case as YAML for the shell, and back; the example cases
  opening      text files that people open: their limits, and what is wrong with one
  engine       the network of this session and its answers; what is compiled is shared by all sessions
  asking       what can be asked, and the answers one can give (asking.yaml holds the words)
  question     one question with its answers, wherever it is asked
  download     a button that saves a file
  icon_button  a button with room for its icon only, and with a name for screen readers
  words        labels, percentages, plain sentences
  turns        whose turn it is: one page is drawn at a time, first come first served
  frame        a network that can be asked, or why there is none; which one it is
  fold         a panel that is closed until it is wanted
  alerts, notice  how urgent the findings are; what stands beside every result
  citing       links to sources, and the origin of a number
  clash        findings that cannot hold together, in words
  pictures     colours and rows that the pictures share

Each page is a package: `page.py` draws the frame, the other modules are its panels and pictures.
"""
