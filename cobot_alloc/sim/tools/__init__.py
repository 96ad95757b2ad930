"""What an arm has at its end."""
