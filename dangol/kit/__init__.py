"""Tools without business words: ids, time, tenancy, jobs, facts bus, signing, Korean, PostgreSQL."""
