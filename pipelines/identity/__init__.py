"""Who is who: accounts of all sources become members.

Data flow, a run (resolve.py, called by dbt's models):
    intermediate.int_accounts, int_account_links, <inbox>/identity/decisions.csv
        -> evidence.py    pairs of accounts that a rule or the model takes for one
                          person; behaviour.py: who acts with whom; pairs.py
           features.py    what an account says of itself, as it is compared
           statistics.py  how rare names, words and employers are, kept between runs
           community.py   the table of accounts that are compared, blocked by keys
           model.py       Splink over it, with the parameters of model.json and the
                          questions of comparisons.py; probable.py: what it links
        -> clusters.py    members, within the rules on who is never one person;
                          borrowed.py: who may give somebody else's address
        -> naming.py, reasons.py   their ids, and the link that explains each account
        -> log.py         what changed since the last run, appended to <DATA>/identity/
        -> identity.account_members, decisions, review_queue, member_aliases ...
    decide.py is a run from accounts to decisions; policy.py has every constant,
    frames.py every table.

Text that is compared: normalise.py is the way in; letters, mail, companies,
    display_names, person_names, full_names, sounds and readings stand behind it.
By hand: manual.py reads the decisions file; statements, wishes and undone say what its
    lines mean; review.py, explain.py and undo.py are the commands, people, lines, words
    and cli what they share.
Parameters: train.py, `make train-identity`, by fitting.py. A run never trains.
Measured: measure.py; `make bench-identity` (tests/bench/identity.py), docs/identity.md.
"""
