// Texts of others as they may stand beside ours: nothing in them is unseen, and nothing turns around what follows.

/** Control characters but tab and line ends, and those that change the direction of what stands around them. */
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Whether a text has nothing unseen. */
export const isLegible = (text: string): boolean => text.search(UNSEEN) === -1;

/** The text with a mark in the place of each character that nobody would see. */
export const legible = (text: string): string => text.replace(UNSEEN, "\ufffd");
