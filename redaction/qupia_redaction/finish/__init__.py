"""What is made of a marked document before the check: links, other renditions, what the check may expect."""
