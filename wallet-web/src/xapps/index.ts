// xApps: web pages of developers that run in a frame of the wallet and may ask it for something.
//
// Owns a session with one of them from its launch to its end, the rules on what may be framed, and the person's address
// book, which xApps choose from by name only. Offers `XAppSession`. Never draws anything, never signs, and tells a page
// nothing but what the bridge says that it may be told.

export { Contacts, type Contact } from "./contacts";
export { infoOf } from "./destinations";
export { frameable, type NotFramed } from "./frameable";
export { type Asked, type AskedOf, type LaunchSettings, type Opening, type SessionState, XAppSession } from "./session";
