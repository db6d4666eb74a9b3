"""What a coder asks of the data beyond search: notes, 7th characters, successors."""
