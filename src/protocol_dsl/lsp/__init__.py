"""The language server: what an editor shows of a protocol file while it is written.

Each feature is a module of pure functions of a read of the file (`analysis`); `server` joins them to an editor.
"""
