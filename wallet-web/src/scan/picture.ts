// A code in a picture that somebody has: a photo, a screenshot.

import type { Decoder } from "./decoder";

/** Why a picture was not read: larger than any photo; nothing the browser can show; no code in it. */
export type PictureRefusal = "too_large" | "no_picture" | "no_code";

export class PictureRefused extends Error {
  constructor(readonly reason: PictureRefusal) {
    super(reason);
    this.name = "PictureRefused";
  }
}

const LARGEST_BYTES = 25 * 1024 * 1024;

/** Sizes to look at, in px of the longer side: a small code in a screenshot needs all of it, a blurred photo less. */
const SIZES_PX = [1600, 800, 400];

/**
 * Return the text of the code in a picture.
 *
 * @throws PictureRefused
 */
export async function readPicture(file: Blob, decoder: Decoder): Promise<string> {
  if (file.size > LARGEST_BYTES) throw new PictureRefused("too_large");
  const whole = await createImageBitmap(file).catch(() => {
    throw new PictureRefused("no_picture");
  });
  try {
    for (const size of sizesFor(Math.max(whole.width, whole.height))) {
      const text = await decoder.decode(await scaled(whole, size));
      if (text !== null) return text;
    }
  } finally {
    whole.close();
  }
  throw new PictureRefused("no_code");
}

/** Return the sizes to look at a picture in, largest first; a small picture is looked at as it is, then smaller. */
export function sizesFor(longest: number): number[] {
  const smaller = SIZES_PX.filter((size) => size < longest);
  return longest <= (SIZES_PX[0] ?? 0) ? [longest, ...smaller] : smaller;
}

function scaled(picture: ImageBitmap, longest: number): Promise<ImageBitmap> {
  const scale = longest / Math.max(picture.width, picture.height);
  return createImageBitmap(picture, {
    resizeWidth: Math.max(1, Math.round(picture.width * scale)),
    resizeHeight: Math.max(1, Math.round(picture.height * scale)),
    resizeQuality: "high",
  });
}
