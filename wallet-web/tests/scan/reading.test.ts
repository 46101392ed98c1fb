import { afterEach, describe, expect, it, vi } from "vitest";
import { Camera, CameraRefused } from "../../src/scan/camera";
import type { Decoder } from "../../src/scan/decoder";
import { readPasted } from "../../src/scan/pasted";
import { PictureRefused, readPicture, sizesFor } from "../../src/scan/picture";
import { watchVideo } from "../../src/scan/watch";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** A decoder that sees a code in the pictures of these widths. */
function decoderFor(widths: readonly number[], seen: number[] = []): Decoder {
  return {
    decode: async ({ width }) => (seen.push(width), widths.includes(width) ? "a code" : null),
    end: () => {},
  };
}

function browserWithPictures(width: number, height: number): void {
  vi.stubGlobal("createImageBitmap", async (_: unknown, how?: { resizeWidth: number; resizeHeight: number }) => ({
    width: how?.resizeWidth ?? width,
    height: how?.resizeHeight ?? height,
    close: () => {},
  }));
}

describe("a picture", () => {
  it("is looked at large, then smaller, until a code is seen", async () => {
    browserWithPictures(4000, 3000);
    const seen: number[] = [];

    expect(await readPicture(new Blob(["x"]), decoderFor([400], seen))).toBe("a code");
    expect(seen).toEqual([1600, 800, 400]);
  });

  it("that is small is looked at as it is", () => {
    expect(sizesFor(300)).toEqual([300]);
    expect(sizesFor(900)).toEqual([900, 800, 400]);
    expect(sizesFor(1600)).toEqual([1600, 800, 400]);
  });

  it("without a code, of no known kind, or larger than a photo is refused", async () => {
    browserWithPictures(100, 100);
    await expect(readPicture(new Blob(["x"]), decoderFor([]))).rejects.toEqual(new PictureRefused("no_code"));

    vi.stubGlobal("createImageBitmap", () => Promise.reject(new Error("not an image")));
    await expect(readPicture(new Blob(["x"]), decoderFor([]))).rejects.toEqual(new PictureRefused("no_picture"));

    const huge = { size: 26 * 1024 * 1024 } as Blob;
    await expect(readPicture(huge, decoderFor([]))).rejects.toEqual(new PictureRefused("too_large"));
  });
});

describe("what is pasted", () => {
  const data = (files: File[], text: string) => ({ files, getData: () => text }) as unknown as DataTransfer;

  it("is a picture before it is a text", () => {
    const picture = new File(["x"], "code.png", { type: "image/png" });
    expect(readPasted(data([picture], "text"))).toEqual({ kind: "picture", picture });
    expect(readPasted(data([new File(["x"], "a.txt", { type: "text/plain" })], " text "))).toEqual({ kind: "text", text: "text" });
  });

  it("is nothing where it is empty, or longer than any code", () => {
    expect(readPasted(null)).toBeNull();
    expect(readPasted(data([], " "))).toBeNull();
    expect(readPasted(data([], "x".repeat(9000)))).toBeNull();
  });
});

describe("a camera", () => {
  it.each([
    ["NotAllowedError", "denied"],
    ["NotFoundError", "absent"],
    ["NotReadableError", "busy"],
    ["TypeError", "failed"],
  ])("that fails with %s is %s", async (name, reason) => {
    vi.stubGlobal("isSecureContext", true);
    vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: () => Promise.reject(new DOMException("", name)) } });

    await expect(Camera.open()).rejects.toEqual(new CameraRefused(reason as "denied"));
  });

  it("is not asked for without a secure origin, or where the browser has none", async () => {
    vi.stubGlobal("isSecureContext", false);
    await expect(Camera.open()).rejects.toMatchObject({ reason: "insecure" });

    vi.stubGlobal("isSecureContext", true);
    vi.stubGlobal("navigator", {});
    await expect(Camera.open()).rejects.toMatchObject({ reason: "unsupported" });
  });
});

describe("watching a camera", () => {
  it("looks until a code is seen, tells it once, and can be ended", async () => {
    vi.useFakeTimers();
    vi.stubGlobal("document", { hidden: false });
    browserWithPictures(1280, 720);
    const video = { videoWidth: 1280, videoHeight: 720 } as HTMLVideoElement;
    const found: string[] = [];
    let looks = 0;
    const decoder: Decoder = { decode: async () => (++looks < 3 ? null : "a code"), end: () => {} };

    watchVideo(video, decoder, (text) => found.push(text));
    await vi.advanceTimersByTimeAsync(2000);
    expect([found, looks]).toEqual([["a code"], 3]);

    watchVideo(video, decoderFor([800]), (text) => found.push(text))();
    await vi.advanceTimersByTimeAsync(2000);
    expect(found).toEqual(["a code"]);
  });
});
