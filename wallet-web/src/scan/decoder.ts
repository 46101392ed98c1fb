// Which decoder there is: the browser's own, or ours in a worker.

import { ownScript } from "../trusted";
import address from "./decoder.worker?worker&url";
import type { Found, Wanted } from "./messages";

/** Finds a QR code in a picture. */
export interface Decoder {
  /** Return the text of the code, null where none is seen. The picture is closed by it. */
  decode(picture: ImageBitmap): Promise<string | null>;
  end(): void;
}

interface BarcodeDetector {
  detect(picture: ImageBitmap): Promise<readonly { rawValue: string }[]>;
}

interface BarcodeDetectorClass {
  new (options: { formats: string[] }): BarcodeDetector;
  getSupportedFormats(): Promise<string[]>;
}

/** Open the decoder this browser has, else ours; it is loaded now, not at the first picture. */
export async function openDecoder(): Promise<Decoder> {
  return (await ofTheBrowser()) ?? (await ofOurs());
}

async function ofTheBrowser(): Promise<Decoder | null> {
  const { BarcodeDetector: Detector } = globalThis as { BarcodeDetector?: BarcodeDetectorClass };
  // Some browsers have the class and no formats.
  const formats = (await Detector?.getSupportedFormats().catch(() => [])) ?? [];
  if (Detector === undefined || !formats.includes("qr_code")) return null;
  const detector = new Detector({ formats: ["qr_code"] });
  return {
    async decode(picture) {
      try {
        const [code] = await detector.detect(picture);
        return code === undefined || code.rawValue === "" ? null : code.rawValue;
      } finally {
        picture.close();
      }
    },
    end() {},
  };
}

async function ofOurs(): Promise<Decoder> {
  const worker = new Worker(ownScript(address), { type: "module" });
  const waiting = new Map<number, (found: Found) => void>();
  let asked = 0;
  worker.addEventListener("message", ({ data }: MessageEvent<Found>) => {
    waiting.get(data.number)?.(data);
    waiting.delete(data.number);
  });
  const ready = new Promise<void>((resolve, reject) => {
    worker.addEventListener("message", () => resolve(), { once: true });
    worker.addEventListener("error", () => reject(new Error("the decoder was not loaded")), { once: true });
  });
  await ready.catch((problem: unknown) => {
    worker.terminate();
    throw problem;
  });
  return {
    decode(picture) {
      asked += 1;
      const wanted: Wanted = { number: asked, picture };
      return new Promise((resolve) => {
        waiting.set(wanted.number, (found) => resolve(found.text));
        worker.postMessage(wanted, [picture]);
      });
    },
    end() {
      worker.terminate();
      for (const answer of waiting.values()) answer({ number: 0, text: null });
      waiting.clear();
    },
  };
}
