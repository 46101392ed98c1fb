// Looking at a camera's picture until a code is seen.

import type { Decoder } from "./decoder";

/** Between the beginnings of two looks, in ms: often enough to feel immediate, seldom enough for a phone's battery. */
const LOOK_EVERY_MS = 120;

/** What a look is scaled to, in px: a code that fills a third of the picture is read at this size. */
const LOOK_AT_PX = 800;

/**
 * Look at a video until a code is seen, then tell its text once. One look at a time: a slow machine looks less often.
 *
 * @returns ends it
 */
export function watchVideo(video: HTMLVideoElement, decoder: Decoder, found: (text: string) => void): () => void {
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const look = async (): Promise<void> => {
    const began = performance.now();
    const text = await glance(video, decoder).catch(() => null);
    if (ended) return;
    if (text !== null) return found(text);
    timer = setTimeout(() => void look(), Math.max(0, began + LOOK_EVERY_MS - performance.now()));
  };
  void look();

  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

async function glance(video: HTMLVideoElement, decoder: Decoder): Promise<string | null> {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0 || height === 0 || document.hidden) return null;
  const scale = Math.min(1, LOOK_AT_PX / Math.max(width, height));
  const picture = await createImageBitmap(video, {
    resizeWidth: Math.round(width * scale),
    resizeHeight: Math.round(height * scale),
    resizeQuality: "low",
  });
  return decoder.decode(picture);
}
