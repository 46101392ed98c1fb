// A passphrase to type, hidden unless somebody wants to see it.

import { useState } from "preact/hooks";
import { t } from "../i18n";
import { Field, IconButton } from "./controls";

interface Props {
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string;
  wrong?: string | null;
  /** It is being chosen, so the browser may offer one. */
  isNew?: boolean;
}

export function Passphrase({ isNew = false, ...rest }: Props) {
  const [isShown, setShown] = useState(false);
  return (
    <div class="passphrase">
      <Field
        {...rest}
        type={isShown ? "text" : "password"}
        name="passphrase"
        autocomplete={isNew ? "new-password" : "current-password"}
        autocapitalize="none"
        spellcheck={false}
      />
      <IconButton icon="eye" label={isShown ? t("hide") : t("show")} aria-pressed={isShown} onClick={() => setShown(!isShown)} />
    </div>
  );
}
