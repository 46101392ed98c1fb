// What somebody pastes or drops: a picture of a code, or the text of one.

export type Pasted = { kind: "picture"; picture: Blob } | { kind: "text"; text: string };

/** The longest text that can be a code: 7,089 digits are the most a QR code holds. */
const LONGEST_TEXT = 8192;

/** Return what to read of a paste or a drop, the picture first; null where it has neither. */
export function readPasted(data: DataTransfer | null): Pasted | null {
  const picture = Array.from(data?.files ?? []).find((file) => file.type.startsWith("image/"));
  if (picture !== undefined) return { kind: "picture", picture };
  const text = data?.getData("text/plain").trim() ?? "";
  return text === "" || text.length > LONGEST_TEXT ? null : { kind: "text", text };
}
