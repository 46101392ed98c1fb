// Something in front of the screen that is answered first.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../i18n";
import { IconButton } from "./controls";

interface DialogProps {
  title: string;
  /** Escape, and the cross. */
  onClose: () => void;
  /** As large as the window, for whole screens. */
  large?: boolean;
  children: ComponentChildren;
}

/** A modal dialog: at the bottom of a phone, in the middle of anything larger. The focus goes back where it was. */
export function Dialog({ title, onClose, large = false, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.showModal();
    // What it is about comes first, before what can be pressed.
    ref.current?.querySelector("h2")?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={large ? "large" : undefined}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="stack">
        <div class="dialog-head">
          <h2 id={id} tabIndex={-1}>{title}</h2>
          <IconButton icon="cross" label={t("close")} onClick={onClose} />
        </div>
        {children}
      </div>
    </dialog>
  );
}
