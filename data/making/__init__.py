"""A store made of made-up rows, without going through the operations: for large shops and benches.

Pure generators and the one writer; what the rules of a ticket's life say comes from
``counter.making``, which puts the parts together.
"""
