"""Every bound of the gate that is a choice, with its reason, in one place."""

# A server's clock may run ahead of ours; more than an hour is a wrong time zone or day.
CLOCK_SKEW = "INTERVAL 1 HOUR"

# Community software starts with the web; events are announced at most about two years
# ahead. What lies outside is a mistyped year. Staging sets rows aside by the same days.
FIRST_DAY = "DATE '1990-01-01'"
YEARS_AHEAD = "INTERVAL 3 YEAR"

# Ordinary exports repeat themselves a little (16 of 696 organisers in one public data
# set, its worst kind); the same content under two names repeats half of its rows.
REPEATED_SHARE = 0.10
REPEATED_ROWS = 5  # so many repeats are no pattern, however few rows there are

# Activity by hour of day, this release against the last one, per source and type.
# Before a release, or with fewer rows, the shape is noise and nothing is compared.
ROTATION_LEAST_ROWS = 50
ROTATED_DISTANCE = 0.2  # Jensen-Shannon, base 2: weekday and weekend differ by less
SHIFTED_DISTANCE = 0.05  # the same shape again once the hours are moved back
SHIFT_HOURS = 9  # Asia/Tokyo against UTC

# Members whose points Python recomputes: 25 with the most, and 25 others who change
# from day to day.
RECOMPUTED_TOP = 25
RECOMPUTED_OTHERS = 25
RECOMPUTED_DIFFERENCE = 1e-6  # Python sums doubles; SQL rounds each part at 1e-12

# A rate and its numerator by its denominator: doubles differ here.
ROUNDING = 1e-9

# Accounts to a person, on average: labelled communities have 1.4 to 2.3. Ten is a key
# that everybody shares. Below so many accounts an average says nothing.
ACCOUNTS_PER_MEMBER = 10
IDENTITY_LEAST_ACCOUNTS = 100

# Pairs that wait for a person, to accounts: labelled communities have up to 0.002, a
# made-up one full of namesakes 0.1, one that a platform of names alone joins 0.25, and
# more each week that nobody reviews. More pairs than accounts is a rule gone wrong.
REVIEW_SHARE = 1

# Accounts of one person at a source with stable ids that no statement about the two
# joins (first_account counts): one is the rule; a second may keep the rule under which
# it was linked before the statement came.
UNSTATED_AT_A_SOURCE = 2

# Values of a column that cannot be read: a file in the wrong encoding spoils most of
# its rows. Single ones are in the world: an emoji cut in half by an old export.
GARBLED_SHARE = 0.001
CONTROL_SHARE = 0.001
TEXT_LEAST_ROWS = 2
TEXT_MOST_ROWS = 1_000_000  # of a larger mart an equal part is read
