"""A cell to try the terminal on: the real rules, pretended arms, no ROS and no physics."""
