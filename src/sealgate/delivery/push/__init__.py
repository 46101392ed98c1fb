"""Web Push: waking the devices of holders (RFC 8030, 8291, 8292).

Owns what a message says (ids, never texts), its encryption for one device, the proof of who sends it, and what a push
service's answer means. Offers `service.push_to_holder` and `limits` to those who ask for a wake-up, `sender` to the
outbox. Never decides whether a request is listed, and never keeps a message longer than what it points at.
"""
