"""Where an arm goes and when: paths, their timing, and who may go first."""
