"""Console: where developers look after their apps and see what happens, as pages.

Owns developers, who may do what with which app, their invitations and sessions, and the audit log. Offers `visit.page`,
with which its routes are declared: each names the role it takes. Never opens another slice's store, and never answers
the platform's clients.
"""
