"""Where an arm goes and how: kinematics, paths, their timing, and who may go when."""
