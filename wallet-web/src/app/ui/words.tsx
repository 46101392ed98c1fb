// Small parts that say something: notices, badges, what is being waited for.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import { Icon, type IconName } from "./icon";

type Tone = "plain" | "good" | "warn" | "bad";

const ICONS: Record<Tone, IconName> = { plain: "info", good: "tick", warn: "warn", bad: "warn" };

interface NoticeProps {
  tone?: Tone;
  icon?: IconName;
  /** Read out at once by a screen reader, for what happened because of a press. */
  alert?: boolean;
  children: ComponentChildren;
}

/** Something to know, in a box. */
export function Notice({ tone = "plain", icon, alert = false, children }: NoticeProps) {
  return (
    <div class={`notice with-icon ${tone}`} role={alert ? "alert" : undefined}>
      <Icon name={icon ?? ICONS[tone]} />
      <div class="stack">{children}</div>
    </div>
  );
}

/** Something takes a moment. Nothing is shown for the first 300 ms, so that what is quick does not flicker. */
export function Waiting({ text = t("busy") }: { text?: string }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="waiting" role="status">
      {shown && <span class="spin large" aria-hidden="true" />}
      {shown && <p>{text}</p>}
    </div>
  );
}

/** A round picture above a heading: how something ended. */
export function Mark({ tone, icon }: { tone: "good" | "bad" | "warn" | "calm"; icon: IconName }) {
  return (
    <span class={`mark ${tone}`}>
      <Icon name={icon} />
    </span>
  );
}
