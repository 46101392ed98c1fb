// The keys of all texts of this room. The texts stand in `app/i18n`; a test sees to it that none is missing.

/** Key of a text. */
export type MessageKey = `request.${string}` | `refused.${string}` | `code.${string}`;
