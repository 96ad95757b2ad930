"""Keys of people: the only place that knows how a signature is made."""
