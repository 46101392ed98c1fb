// The scanner: a camera's picture, and the other ways to a code.

import { useEffect, useRef, useState } from "preact/hooks";
import {
  Camera,
  type CameraChoice,
  CameraRefused,
  type CameraRefusal,
  type Decoder,
  openDecoder,
  PictureRefused,
  type PictureRefusal,
  readPasted,
  readPicture,
  watchVideo,
} from "../../scan";
import { t } from "../i18n";
import { Button, Field, IconButton } from "../ui/controls";
import { Notice } from "../ui/words";

interface ScannerProps {
  /** A code was read. It is told once; a new `key` begins anew. */
  onText: (text: string) => void;
}

/** Scans until a code is read, however it comes. The camera is released when it goes, and while nobody looks. */
export function Scanner({ onText }: ScannerProps) {
  const [wrong, setWrong] = useState<PictureRefusal | "no_decoder" | null>(null);
  const [isReading, setReading] = useState(false);
  const decoder = useDecoder();
  const done = useRef(false);
  const tell = (text: string): void => {
    if (done.current) return;
    done.current = true;
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(40);
    onText(text);
  };
  const read = async (picture: Blob): Promise<void> => {
    setReading(true);
    setWrong(null);
    try {
      tell(await readPicture(picture, await decoder));
    } catch (problem) {
      setWrong(problem instanceof PictureRefused ? problem.reason : "no_decoder");
    }
    setReading(false);
  };
  const take = (data: DataTransfer | null): boolean => {
    const pasted = readPasted(data);
    if (pasted?.kind === "picture") void read(pasted.picture);
    if (pasted?.kind === "text") tell(pasted.text);
    return pasted !== null;
  };
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      // A text that is pasted into a field belongs there; a picture is meant for the scanner wherever it is pasted.
      const isForField = event.target instanceof HTMLInputElement && readPasted(event.clipboardData)?.kind === "text";
      if (!isForField && take(event.clipboardData)) event.preventDefault();
    };
    addEventListener("paste", onPaste);
    return () => removeEventListener("paste", onPaste);
  }, []);
  return (
    <div
      class="stack scanner"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (take(event.dataTransfer)) event.preventDefault();
      }}
    >
      <Viewfinder decoder={decoder} onText={tell} />
      {wrong !== null && <Notice tone="warn" alert>{t(`scan.wrong.${wrong}`)}</Notice>}
      <PictureButton isReading={isReading} onPicture={(picture) => void read(picture)} />
      <TypedCode onText={tell} />
    </div>
  );
}

/** One decoder for as long as the scanner is there. */
function useDecoder(): Promise<Decoder> {
  const held = useRef<Promise<Decoder> | null>(null);
  held.current ??= openDecoder();
  useEffect(
    () => () => {
      held.current?.then((decoder) => decoder.end(), () => undefined);
      held.current = null;
    },
    [],
  );
  return held.current;
}

type Seeing = { at: "asking" } | { at: "seeing"; camera: Camera } | { at: "refused"; reason: CameraRefusal };

function Viewfinder({ decoder, onText }: { decoder: Promise<Decoder>; onText: (text: string) => void }) {
  const [seeing, setSeeing] = useState<Seeing>({ at: "asking" });
  const [wanted, setWanted] = useState<string | undefined>(undefined);
  const [attempt, setAttempt] = useState(0);
  const isVisible = usePageVisible();
  const video = useRef<HTMLVideoElement>(null);

  useEffect(() => {
    if (!isVisible) return;
    let isCurrent = true;
    let camera: Camera | null = null;
    setSeeing({ at: "asking" });
    Camera.open(wanted).then(
      (opened) => {
        if (!isCurrent) return opened.close();
        camera = opened;
        opened.onLost(() => isCurrent && setSeeing({ at: "refused", reason: "absent" }));
        setSeeing({ at: "seeing", camera: opened });
      },
      (problem: unknown) =>
        isCurrent && setSeeing({ at: "refused", reason: problem instanceof CameraRefused ? problem.reason : "failed" }),
    );
    return () => {
      isCurrent = false;
      camera?.close();
    };
  }, [wanted, attempt, isVisible]);

  useEffect(() => {
    const screen = video.current;
    if (seeing.at !== "seeing" || screen === null) return;
    screen.srcObject = seeing.camera.stream;
    void screen.play().catch(() => undefined);
    let stop: (() => void) | null = null;
    let isCurrent = true;
    decoder.then(
      (found) => {
        if (isCurrent) stop = watchVideo(screen, found, onText);
      },
      () => undefined,
    );
    return () => {
      isCurrent = false;
      stop?.();
      screen.srcObject = null;
    };
  }, [seeing]);

  if (seeing.at === "refused") {
    return (
      <Notice tone="warn">
        <strong>{t("scan.no_camera")}</strong>
        <span>{t(`scan.camera.${seeing.reason}`)}</span>
        {seeing.reason !== "insecure" && seeing.reason !== "unsupported" && (
          <button type="button" class="text-button" onClick={() => setAttempt(attempt + 1)}>{t("retry")}</button>
        )}
      </Notice>
    );
  }
  return (
    <div class="viewfinder">
      {/* What a camera sees has no captions. */}
      <video ref={video} muted playsInline aria-label={t("scan.picture")} />
      <div class="corners" aria-hidden="true" />
      {seeing.at === "asking" && <p class="over" role="status">{t("scan.asking")}</p>}
      {seeing.at === "seeing" && <CameraControls camera={seeing.camera} onChoose={setWanted} />}
    </div>
  );
}

function CameraControls({ camera, onChoose }: { camera: Camera; onChoose: (id: string) => void }) {
  const [choices, setChoices] = useState<CameraChoice[]>([]);
  const [isLit, setLit] = useState(false);
  useEffect(() => {
    setLit(false);
    void Camera.choices().then(setChoices, () => undefined);
  }, [camera]);
  const toggle = async (): Promise<void> => {
    if (await camera.light(!isLit)) setLit(!isLit);
  };
  const next = choices[(choices.findIndex((choice) => choice.id === camera.id) + 1) % choices.length];
  return (
    <div class="camera-controls">
      {camera.hasLight && (
        <IconButton icon="light" label={t("scan.light")} aria-pressed={isLit} onClick={() => void toggle()} />
      )}
      {choices.length > 1 && next !== undefined && (
        <IconButton icon="turn" label={t("scan.other_camera", { name: next.label || t("scan.camera_unnamed") })} onClick={() => onChoose(next.id)} />
      )}
    </div>
  );
}

function PictureButton({ isReading, onPicture }: { isReading: boolean; onPicture: (picture: Blob) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label={t("scan.file")}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file !== undefined) onPicture(file);
        }}
      />
      <Button icon="picture" busy={isReading} onClick={() => input.current?.click()}>{t("scan.file")}</Button>
    </>
  );
}

function TypedCode({ onText }: ScannerProps) {
  const [text, setText] = useState("");
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") onText(text.trim());
      }}
    >
      <Field
        label={t("scan.typed")}
        hint={t("scan.typed_hint")}
        value={text}
        onValue={setText}
        maxLength={8192}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
      {text.trim() !== "" && (
        <Button kind="primary" type="submit">{t("next")}</Button>
      )}
    </form>
  );
}

function usePageVisible(): boolean {
  const [isVisible, setVisible] = useState(!document.hidden);
  useEffect(() => {
    const update = () => setVisible(!document.hidden);
    document.addEventListener("visibilitychange", update);
    return () => document.removeEventListener("visibilitychange", update);
  }, []);
  return isVisible;
}
