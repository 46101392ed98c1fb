// A camera, from the permission to its release.

/**
 * Why there is no picture: the page has no secure origin; the browser knows no cameras; the person, or the browser for
 * them, said no; there is none; another program has it; anything else.
 */
export type CameraRefusal = "insecure" | "unsupported" | "denied" | "absent" | "busy" | "failed";

export class CameraRefused extends Error {
  constructor(readonly reason: CameraRefusal) {
    super(reason);
    this.name = "CameraRefused";
  }
}

export interface CameraChoice {
  id: string;
  /** What the system calls it; empty where it has no name. */
  label: string;
}

/** The light is in the standard's own extension, which the types of TypeScript do not have. */
type WithTorch<T> = T & { torch?: boolean };

const REASONS: Readonly<Record<string, CameraRefusal>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "absent",
  OverconstrainedError: "absent",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** An open camera. It stays on, light and all, until it is closed. */
export class Camera {
  readonly stream: MediaStream;
  readonly #track: MediaStreamTrack;

  private constructor(stream: MediaStream, track: MediaStreamTrack) {
    this.stream = stream;
    this.#track = track;
  }

  /**
   * Ask for a camera: the one named, else the one that looks away from the person.
   *
   * @throws CameraRefused
   */
  static async open(id?: string): Promise<Camera> {
    if (!globalThis.isSecureContext) throw new CameraRefused("insecure");
    if (navigator.mediaDevices?.getUserMedia === undefined) throw new CameraRefused("unsupported");
    const which = id === undefined ? { facingMode: { ideal: "environment" } } : { deviceId: { exact: id } };
    const video = { ...which, width: { ideal: 1280 }, height: { ideal: 720 } };
    const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false }).catch((problem: unknown) => {
      throw new CameraRefused(REASONS[problem instanceof DOMException ? problem.name : ""] ?? "failed");
    });
    const track = stream.getVideoTracks()[0];
    if (track === undefined) throw new CameraRefused("absent");
    return new Camera(stream, track);
  }

  /** Return the cameras there are. Only somebody who let one be opened is told their names. */
  static async choices(): Promise<CameraChoice[]> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices
      .filter((device) => device.kind === "videoinput" && device.deviceId !== "")
      .map((device) => ({ id: device.deviceId, label: device.label }));
  }

  get id(): string | undefined {
    return this.#track.getSettings().deviceId;
  }

  get hasLight(): boolean {
    const can: WithTorch<MediaTrackCapabilities> = this.#track.getCapabilities?.() ?? {};
    return can.torch === true;
  }

  /** Switch the light; false where the camera did not do it. */
  async light(on: boolean): Promise<boolean> {
    const wanted: WithTorch<MediaTrackConstraintSet> = { torch: on };
    return this.#track.applyConstraints({ advanced: [wanted] }).then(
      () => true,
      () => false,
    );
  }

  /** Be told once that the camera was unplugged, or taken away. Closing it is not told. */
  onLost(listener: () => void): void {
    this.#track.addEventListener("ended", listener, { once: true });
  }

  close(): void {
    for (const track of this.stream.getTracks()) track.stop();
  }
}
