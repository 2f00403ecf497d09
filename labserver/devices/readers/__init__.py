"""Where a server's reply ends, by the rules of each protocol.

A reader takes up one reply and gives its pieces. It raises what `Incoming` raises.
"""
