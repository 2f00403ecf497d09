"""Which messages match, in which order, in which conversations: SEARCH, SORT, THREAD.

`search` says what a key means, `haystack` and `search_texts` what is looked at, `sort` and
`thread` put it in order, `results` and `contexts` say what is told of it, now and later.
"""
