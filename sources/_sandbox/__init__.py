"""A made-up community and an HTTP server that speaks the platforms' APIs over it.

Data flow:
    (members, seed, today) -> generate() -> Community (people, events, posts, deals)
    Community -> SandboxServer -> answers of every sources/*/sandbox.py; inbox files

Nobody in it exists: names are drawn from short tables of common ones, companies are
invented, mail domains end in `.example`. Run alone:

    python -m sources._sandbox --members 200 --port 8123
"""
