// The picture of an app: its own icon, or its first letter on a colour that stays the same.

import { useState } from "preact/hooks";

const HUES = 6;
/** What the server shows for an app that has no icon. */
const NO_ICON = "/assets/apps/app-icon.svg";

interface AppPictureProps {
  name: string;
  icon: string | null;
  /** UUID or identifier: what the colour is taken from. */
  of: string;
  large?: boolean;
}

export function AppPicture({ name, icon, of, large = false }: AppPictureProps) {
  const [isBroken, setBroken] = useState(false);
  const letter = /[\p{L}\p{N}]/u.exec(name)?.[0].toUpperCase() ?? "?";
  const hasIcon = icon !== null && !icon.endsWith(NO_ICON) && !isBroken;
  return (
    <span class={large ? "avatar large" : "avatar"} data-hue={hueOf(of)} aria-hidden="true">
      {letter}
      {hasIcon && <img src={icon} alt="" referrerpolicy="no-referrer" onError={() => setBroken(true)} />}
    </span>
  );
}

function hueOf(text: string): number {
  // As the server's own pages colour it, where it is a UUID.
  const byte = Number.parseInt(text.slice(0, 2), 16);
  const number = Number.isNaN(byte) ? [...text].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0) : byte;
  return number % HUES;
}
