"""The cell over ROS 2: nodes, names and conversions. The only place that imports rclpy."""
