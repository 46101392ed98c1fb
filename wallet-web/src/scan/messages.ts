// What the page and the worker with the decoder say to each other. The worker's first message says that it is there.

export interface Wanted {
  number: number;
  picture: ImageBitmap;
}

export interface Found {
  /** Of the picture; 0 is none's. */
  number: number;
  text: string | null;
}
