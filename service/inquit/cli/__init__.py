"""The command line: one file a command, and the few parts that they share.

`app` puts the commands together, `failures` turns every error into one line and an exit
code. `extract` is a pipe: `sources` (files to documents) > `readers` (documents to
outcomes, in-process or by a server) > `formats` (results to text) > `sink` (text to a file
or the terminal), each lazy, so any number of documents passes in bounded memory.
"""
