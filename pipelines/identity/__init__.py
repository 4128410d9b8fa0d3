"""Who is who: accounts of all sources become members.

Data flow:
    intermediate.int_accounts, int_account_links, <DATA>/inbox/identity/decisions.csv
        -> evidence.py   pairs of accounts that something says are one person
        -> clusters.py   members, within the cannot-link rules
        -> log.py        what changed since the last run, appended to <DATA>/identity/
        -> identity.account_members, decisions, review_queue, member_aliases ...

Measure against labelled data:
    python -m pipelines.identity.measure <folder with inbox/ and truth/> ...
"""
