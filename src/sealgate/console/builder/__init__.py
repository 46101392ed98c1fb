"""The request builder without its pages: the fields of a transaction, a form as a request's body, and the way back."""
