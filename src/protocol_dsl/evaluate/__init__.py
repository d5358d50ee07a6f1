"""One patient against a protocol: facts are read, rules are decided, and each decision can be traced to its facts.

`patients` and `facts` read and check what is recorded, `schema` describes it. `program` turns a protocol into one
compiled function, `evaluation` runs it and keeps the results, `trace` shows how each of them came about.
"""
