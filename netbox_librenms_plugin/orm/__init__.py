"""NetBox in and out: objects become records in a fixed number of queries, changes become audited batches."""
