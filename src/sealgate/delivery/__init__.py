"""What is told to others, so that it arrives: webhooks to apps, pushes to the wallets of holders.

Owns the events of apps, their deliveries with every attempt, and the outbox that sends them. Offers `service.record`,
which stores an event with its deliveries in the transaction of what happened; the API that shows deliveries and sends
them again; the stream of an app's events. Never decides what happened: it is told. Never sends from within a
transaction, and never calls a target that the guard of `infra.outbound` refuses.
"""
