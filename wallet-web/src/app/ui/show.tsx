// Values as people read them: addresses, amounts, times, and the pictures of apps and accounts.

import { useState } from "preact/hooks";
import type { Network } from "../../nodes";
import { currentLocale, t } from "../i18n";
import { announce } from "../state/announce";
import { Icon } from "./icon";
import { Button, IconButton } from "./controls";

const HUES = 6;

/** The beginning and the end of an address, enough to tell one's own apart. */
export function shortAddress(address: string): string {
  return address.length <= 16 ? address : `${address.slice(0, 7)}…${address.slice(-6)}`;
}

/** Drops, a whole number as text, in whole units: "1,234.5". */
export function dropsText(drops: string): string {
  const digits = drops.padStart(7, "0");
  return decimalText(`${digits.slice(0, -6)}.${digits.slice(-6)}`);
}

/** A decimal number as text in the form of the language, with every digit kept. */
export function decimalText(number: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(number)) return number;
  const [whole = "0", fraction = ""] = number.split(".");
  const grouped = new Intl.NumberFormat(currentLocale()).format(BigInt(whole));
  const kept = fraction.replace(/0+$/, "");
  const sign = whole.startsWith("-") && !grouped.startsWith("-") ? "-" : "";
  const point = new Intl.NumberFormat(currentLocale()).formatToParts(1.5).find((part) => part.type === "decimal")?.value ?? ".";
  return sign + (kept === "" ? grouped : `${grouped}${point}${kept}`);
}

/** A moment in the form of the language, in local time. */
export function timeText(at: Date): string {
  return new Intl.DateTimeFormat(currentLocale(), { dateStyle: "medium", timeStyle: "short" }).format(at);
}

/** A length of time in one unit, such as "4 min". */
export function spanText(seconds: number): string {
  const [value, unit] = seconds < 60 ? [seconds, "second"] : seconds < 3600 ? [seconds / 60, "minute"] : seconds < 86_400 ? [seconds / 3600, "hour"] : [seconds / 86_400, "day"];
  return new Intl.NumberFormat(currentLocale(), { style: "unit", unit, unitDisplay: "short" }).format(Math.max(0, Math.floor(value)));
}

/** The picture of an account: a letter on a colour that stays its own. */
export function Avatar({ name, of, large = false }: { name: string; of: string; large?: boolean }) {
  const letter = [...name].find((char) => /[\p{L}\p{N}]/u.test(char))?.toUpperCase() ?? "?";
  return <span class={`avatar round ${large ? "large" : ""}`} data-hue={hueOf(of)} aria-hidden="true">{letter}</span>;
}

function hueOf(text: string): number {
  let sum = 0;
  for (const char of text) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return sum % HUES;
}

/** Name and colour of a network. */
export function NetworkName({ network }: { network: Network }) {
  return (
    <span class="network">
      <img src={network.icon} alt="" width="13" height="13" />
      {network.name}
    </span>
  );
}

/** A text to take along, copied at a press. */
export function CopyButton({ text, label = t("copy"), small = false }: { text: string; label?: string; small?: boolean }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      announce(t("copied"));
      setTimeout(() => setCopied(false), 2500);
    });
  };
  if (small) return <IconButton icon={isCopied ? "tick" : "copy"} label={isCopied ? t("copied") : label} onClick={copy} />;
  return <Button icon={isCopied ? "tick" : "copy"} onClick={copy}>{isCopied ? t("copied") : label}</Button>;
}

/** A link out of the app, in a window of its own that knows nothing of this one. */
export function OutLink({ href, children }: { href: string; children: string }) {
  // Others say where it leads: to the web, and nowhere else.
  if (!/^https?:\/\//i.test(href)) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" class="out-link">
      {children}
      <Icon name="out" />
      <span class="visually-hidden">{t("out.new_window")}</span>
    </a>
  );
}
