// Our decoder: everything that takes long, away from the page.

import jsQR from "jsqr";

import type { Found, Wanted } from "./messages";

/** Beyond this width or height a code is no better seen, only later. */
const LARGEST_PX = 1600;

const tell = (found: Found): void => postMessage(found);

addEventListener("message", ({ data }: MessageEvent<Wanted>) => {
  tell({ number: data.number, text: read(data.picture) });
  data.picture.close();
});
tell({ number: 0, text: null });

function read(picture: ImageBitmap): string | null {
  const scale = Math.min(1, LARGEST_PX / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (context === null) return null;
  // What is transparent counts as white: pictures of codes often leave the ground out.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  const found = jsQR(context.getImageData(0, 0, width, height).data, width, height, {
    inversionAttempts: "attemptBoth",
  });
  return found === null || found.data === "" ? null : found.data;
}
