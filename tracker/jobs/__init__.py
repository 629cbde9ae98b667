"""Jobs: what is done without anybody waiting. huey keeps the queue: an SQLite file in the data folder, or the
PostgreSQL database where that holds the data. Each job is thin: it calls a service.

What is to be done stands in the database, not in the queue: a queue that is lost costs nothing, since the tick of the
next minute finds every row.
"""
