"""Screens over the screen."""
