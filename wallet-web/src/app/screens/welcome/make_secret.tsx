// A new secret: its form is chosen, it is shown once, and asked for in parts.

import { useEffect, useRef, useState } from "preact/hooks";
import { newSecret, type Secret } from "../../../ledger";
import { BackupCheck } from "../../../vault";
import { t } from "../../i18n";
import { useAction } from "../../state/action";
import { Button, Choices, Field } from "../../ui/controls";
import { Problem } from "../../ui/problem";
import { ScreenHead } from "../../ui/screen";
import { Notice } from "../../ui/words";

type Form = "seed-ed25519" | "words" | "seed-secp256k1";

interface Props {
  onDone: (secret: Secret) => void;
  onBack: () => void;
}

export function MakeSecret({ onDone, onBack }: Props) {
  const [form, setForm] = useState<Form>("seed-ed25519");
  const [made, setMade] = useState<{ secret: Secret; check: BackupCheck; isHidden: boolean } | null>(null);
  const make = useAction(async () => {
    const secret = await newSecret(form === "words" ? "words" : "seed", form === "seed-ed25519" ? "ed25519" : "secp256k1");
    setMade({ secret, check: new BackupCheck(secret), isHidden: false });
  });
  useFocusOnHeading(made === null);
  if (made?.isHidden === true) {
    return <AskSecret check={made.check} onDone={() => onDone(made.secret)} onBack={() => setMade({ ...made, isHidden: false })} />;
  }
  if (made !== null) {
    return <ShowSecret secret={made.secret} parts={made.check.parts} onNext={() => setMade({ ...made, isHidden: true })} onBack={() => setMade(null)} />;
  }
  return (
    <form class="screen" onSubmit={(event) => (event.preventDefault(), make.run())}>
      <ScreenHead title={t("make.title")} back={onBack} />
      <p class="quiet">{t("make.lead")}</p>
      <Choices
        legend={t("make.form")}
        quietLegend
        value={form}
        onValue={setForm}
        choices={[
          { value: "seed-ed25519", label: t("make.seed"), hint: t("make.seed_hint") },
          { value: "words", label: t("make.words"), hint: t("make.words_hint") },
          { value: "seed-secp256k1", label: t("make.seed_secp"), hint: t("make.seed_secp_hint") },
        ]}
      />
      <Problem of={make.problem} />
      <Button kind="primary" type="submit" busy={make.isBusy}>{t("next")}</Button>
    </form>
  );
}

/** The parts of a secret, numbered, to be written down. */
export function SecretParts({ parts, kind }: { parts: readonly string[]; kind: Secret["kind"] }) {
  return (
    <ol class={`secret-parts ${kind}`} translate={false}>
      {parts.map((part, index) => (
        <li key={index}>
          <span class="mono">{part}</span>
        </li>
      ))}
    </ol>
  );
}

interface ShowProps {
  secret: Secret;
  parts: readonly string[];
  onNext: () => void;
  onBack: () => void;
}

function ShowSecret({ secret, parts, onNext, onBack }: ShowProps) {
  useFocusOnHeading();
  return (
    <div class="screen">
      <ScreenHead title={secret.kind === "words" ? t("backup.title_words") : t("backup.title_seed")} back={onBack} />
      <p>{secret.kind === "words" ? t("backup.lead_words") : t("backup.lead_seed")}</p>
      <SecretParts parts={parts} kind={secret.kind} />
      <Notice tone="warn">{t("backup.warning")}</Notice>
      <Button kind="primary" onClick={onNext}>{t("backup.written")}</Button>
    </div>
  );
}

function AskSecret({ check, onDone, onBack }: { check: BackupCheck; onDone: () => void; onBack: () => void }) {
  const [answers, setAnswers] = useState<readonly string[]>(check.asked.map(() => ""));
  const [wrong, setWrong] = useState<readonly number[]>([]);
  const form = useRef<HTMLFormElement>(null);
  useFocusOnHeading();
  const submit = () => {
    const mistakes = check.wrong(answers);
    setWrong(mistakes);
    const [first] = mistakes;
    if (first === undefined) onDone();
    else form.current?.querySelectorAll("input")[check.asked.indexOf(first)]?.focus();
  };
  return (
    <form class="screen" ref={form} onSubmit={(event) => (event.preventDefault(), submit())}>
      <ScreenHead title={t("backup.ask_title")} back={onBack} />
      <p class="quiet">{t("backup.ask_lead")}</p>
      {check.asked.map((place, index) => (
        <Field
          key={place}
          label={t("backup.part", { place })}
          value={answers[index] ?? ""}
          onValue={(value) => setAnswers(answers.map((old, at) => (at === index ? value : old)))}
          wrong={wrong.includes(place) ? t("backup.part_wrong") : null}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
        />
      ))}
      <Button kind="primary" type="submit">{t("backup.check")}</Button>
    </form>
  );
}

/** A step that takes the place of another is a new screen to whoever reads by ear. `first` false: but for the very first. */
export function useFocusOnHeading(step: unknown = null, first = true): void {
  const isSilent = useRef(!first);
  useEffect(() => {
    if (!isSilent.current) {
      scrollTo(0, 0);
      document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    }
    isSilent.current = false;
  }, [step]);
}
