// The head of a screen: its heading, which gets the focus when the screen is entered, and the way back.

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { brand } from "../brand";
import { t } from "../i18n";
import { Link } from "../router";
import { IconButton } from "./controls";
import { Icon } from "./icon";

interface HeadProps {
  title: string;
  /** The way back: the path of the screen above this one, or what goes back a step. */
  back?: string | (() => void);
  /** Shown as it is, for readers of screens only. */
  quiet?: boolean;
  children?: ComponentChildren;
}

/** Id of the heading that the shell focuses on a change of screen. */
export const HEADING_ID = "heading";

/** The heading with what can be done to the whole screen at its right. */
export function ScreenHead({ title, back, quiet = false, children }: HeadProps) {
  useEffect(() => {
    document.title = title === brand.name ? title : `${title} · ${brand.name}`;
  }, [title]);
  return (
    <div class={quiet ? "visually-hidden" : "screen-head"}>
      {typeof back === "function" && <IconButton icon="back" label={t("back")} onClick={back} />}
      {typeof back === "string" && (
        <Link to={back} class="icon-button" aria-label={t("back")}>
          <Icon name="back" />
        </Link>
      )}
      <h1 id={HEADING_ID} tabIndex={-1}>{title}</h1>
      {children}
    </div>
  );
}
