// Things to press and to fill in.

import type { ComponentChildren, JSX, Ref } from "preact";
import { useId } from "preact/hooks";
import { Icon, type IconName } from "./icon";

interface ButtonProps extends Omit<JSX.IntrinsicElements["button"], "icon"> {
  kind?: "primary" | "danger" | "plain";
  icon?: IconName | undefined;
  /** Something is being done because of it: it says so and takes no second press. */
  busy?: boolean;
  children: ComponentChildren;
}

/** A button. While `busy` it stays focusable, so that nobody is thrown off it. */
export function Button({ kind = "plain", icon, busy = false, children, onClick, type = "button", ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      class={`button block ${kind === "plain" ? "" : kind}`}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <span class="spin" aria-hidden="true" /> : icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A picture to press, with a name for those who do not see it. */
export function IconButton({ icon, label, ...rest }: { icon: IconName; label: string } & Omit<JSX.IntrinsicElements["button"], "icon" | "label">) {
  return (
    <button type="button" {...rest} class="icon-button" aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  );
}

interface FieldProps {
  type?: "text" | "password" | "number";
  name?: string;
  autocomplete?: AutoFill;
  autocapitalize?: "none" | "sentences";
  inputMode?: "text" | "decimal" | "numeric";
  spellcheck?: boolean;
  maxLength?: number;
  autoFocus?: boolean;
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string | undefined;
  /** What is wrong with the value, said beside the field. */
  wrong?: string | null | undefined;
  inputRef?: Ref<HTMLInputElement>;
}

/** A line to fill in, with its name, a hint and what is wrong with it. */
export function Field({ label, value, onValue, hint, wrong, inputRef, type = "text", ...rest }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint !== undefined && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      <input
        {...rest}
        type={type as "text"}
        id={id}
        {...(inputRef === undefined ? {} : { ref: inputRef })}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={[hint === undefined ? "" : `${id}-hint`, wrong ? `${id}-wrong` : ""].join(" ").trim() || undefined}
      />
      {wrong && <span class="wrong" id={`${id}-wrong`} role="alert">{wrong}</span>}
    </div>
  );
}

interface Choice<T extends string> {
  value: T;
  label: string;
  hint?: string;
  disabled?: boolean;
}

interface ChoicesProps<T extends string> {
  legend: string;
  /** Whether the legend is for screen readers only, because a heading says the same. */
  quietLegend?: boolean;
  value: T | null;
  onValue: (value: T) => void;
  choices: readonly Choice<T>[];
}

/** One of several, each with a line of explanation. */
export function Choices<T extends string>({ legend, quietLegend = false, value, onValue, choices }: ChoicesProps<T>) {
  const name = useId();
  return (
    <fieldset class="choices">
      <legend class={quietLegend ? "visually-hidden" : undefined}>{legend}</legend>
      {choices.map((choice) => (
        <label class="choice" key={choice.value}>
          <input type="radio" name={name} checked={choice.value === value} disabled={choice.disabled} onChange={() => onValue(choice.value)} />
          <span>
            <span class="strong">{choice.label}</span>
            {choice.hint !== undefined && <small>{choice.hint}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Yes or no. */
export function Check({ checked, onValue, children }: { checked: boolean; onValue: (checked: boolean) => void; children: ComponentChildren }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onValue(event.currentTarget.checked)} />
      <span>{children}</span>
    </label>
  );
}

interface AreaProps {
  label: string;
  hint?: string;
  value: string;
  onValue: (value: string) => void;
  maxLength?: number;
  /** No browser keeps it, corrects it or reads it along. */
  isSecret?: boolean;
}

/** Several lines to fill in. */
export function Area({ label, hint, value, onValue, maxLength = 1000, isSecret = false }: AreaProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint !== undefined && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      <textarea
        id={id}
        value={value}
        maxLength={maxLength}
        {...(isSecret ? { autocomplete: "off", autocapitalize: "none", autocorrect: "off", spellcheck: false } : {})}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </div>
  );
}
