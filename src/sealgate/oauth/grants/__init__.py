"""The grants of the token endpoint, a file each, and what they share: what is asked, and what is issued."""
