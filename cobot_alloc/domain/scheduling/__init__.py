"""Scheduling: who does which task when, over all the tasks that are known, as plain records."""
