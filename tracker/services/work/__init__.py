"""Work: how items come on the work list and leave it (docs/science/flags.md).

judge     what scores put on it, in the transaction of the write
dates     what a date puts on it: once a day, and when something changes in a course
noise     how far a clinic's scores move by themselves, from time to time
items     the rows
"""
