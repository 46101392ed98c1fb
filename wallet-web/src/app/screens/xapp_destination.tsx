// Choosing whom an xApp is to address: one's own accounts, the address book, or an address that is typed or scanned.

import { useState } from "preact/hooks";
import { isAddress, readAddress } from "../../ledger";
import { readCode } from "../../requests";
import { type AskedOf, type Contact, Contacts, infoOf } from "../../xapps";
import { t } from "../i18n";
import { knownNetworks, nodeOf } from "../state/networks";
import { pairedServer } from "../state/server";
import { useVault } from "../state/vault";
import { Button, Check, Field, IconButton } from "../ui/controls";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Avatar, shortAddress } from "../ui/show";
import { Notice } from "../ui/words";
import { Scanner } from "./scan_view";

const LARGEST_TAG = 0xffffffff;
/** How long a node is asked for what it knows, in ms. */
const LOOK_MS = 4000;

interface Chosen {
  address: string;
  tag?: number;
  name?: string;
}

interface DestinationDialogProps {
  asked: AskedOf<"destination">;
  app: string;
  network: string;
}

export function DestinationDialog({ asked, app, network }: DestinationDialogProps) {
  const [at, setAt] = useState<"list" | "scan" | Chosen>("list");
  const [isWrong, setWrong] = useState(false);
  const close = (): void => asked.answer(null);
  const choose = async (chosen: Chosen): Promise<void> => {
    const info = infoOf(chosen.address, await stateOf(chosen.address, network));
    asked.answer({ destination: chosen, info });
  };
  const read = (text: string): void => {
    const found = destinationIn(text);
    setWrong(found === null);
    setAt(found ?? "list");
  };
  if (at === "scan") {
    return (
      <Dialog title={t("destination.scan")} onClose={() => setAt("list")}>
        <Scanner onText={read} />
      </Dialog>
    );
  }
  if (at === "list") {
    return (
      <Dialog title={t("destination.title", { app })} onClose={close}>
        {isWrong && <Notice tone="warn" alert>{t("destination.wrong")}</Notice>}
        <AddressForm onText={read} onScan={() => setAt("scan")} />
        <Known onChoose={(chosen) => (asked.withTag ? setAt(chosen) : void choose(chosen))} />
      </Dialog>
    );
  }
  return (
    <Dialog title={t("destination.confirm")} onClose={() => setAt("list")}>
      <Confirm chosen={at} withTag={asked.withTag} app={app} onChoose={choose} onBack={() => setAt("list")} />
    </Dialog>
  );
}

function AddressForm({ onText, onScan }: { onText: (text: string) => void; onScan: () => void }) {
  const [text, setText] = useState("");
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") onText(text);
      }}
    >
      <Field label={t("destination.address")} hint={t("destination.address_hint")} value={text} onValue={setText} autocomplete="off" autocapitalize="none" spellcheck={false} maxLength={200} />
      <div class="actions pair">
        <Button icon="scan" onClick={onScan}>{t("destination.scan")}</Button>
        <Button kind="primary" type="submit">{t("next")}</Button>
      </div>
    </form>
  );
}

function Known({ onChoose }: { onChoose: (chosen: Chosen) => void }) {
  const vault = useVault();
  const [book] = useState(() => new Contacts());
  const [contacts, setContacts] = useState(() => book.all());
  const own = vault.accounts.map((one) => ({ name: one.label || t("account.unnamed"), address: one.address }));
  const forget = (contact: Contact): void => {
    book.forget(contact);
    setContacts(book.all());
  };
  return (
    <>
      <section class="section">
        <h3>{t("destination.contacts")}</h3>
        {contacts.length === 0 ? <p class="quiet">{t("destination.no_contacts")}</p> : <People people={contacts} onChoose={onChoose} onForget={forget} />}
      </section>
      <section class="section">
        <h3>{t("destination.own")}</h3>
        <People people={own} onChoose={onChoose} />
      </section>
    </>
  );
}

interface PeopleProps {
  people: readonly Contact[];
  onChoose: (chosen: Chosen) => void;
  onForget?: (contact: Contact) => void;
}

function People({ people, onChoose, onForget }: PeopleProps) {
  return (
    <ul class="rows">
      {people.map((one) => (
        <li key={`${one.address}:${one.tag ?? ""}`} class="row-pair">
          <button type="button" class="rows-item" onClick={() => onChoose(one)}>
            <Avatar name={one.name} of={one.address} />
            <span class="words">
              <span class="strong clip">{one.name}</span>
              <small class="mono clip">{shortAddress(one.address)}{one.tag === undefined ? "" : ` · ${one.tag}`}</small>
            </span>
            <span class="end"><Icon name="next" /></span>
          </button>
          {onForget !== undefined && <IconButton icon="trash" label={t("destination.forget", { name: one.name })} onClick={() => onForget(one)} />}
        </li>
      ))}
    </ul>
  );
}

interface ConfirmProps {
  chosen: Chosen;
  withTag: boolean;
  app: string;
  onChoose: (chosen: Chosen) => Promise<void>;
  onBack: () => void;
}

function Confirm({ chosen, withTag, app, onChoose, onBack }: ConfirmProps) {
  const [tag, setTag] = useState(chosen.tag === undefined ? "" : String(chosen.tag));
  const [name, setName] = useState("");
  const [keeps, setKeeps] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const number = /^\d{1,10}$/.test(tag.trim()) ? Number(tag) : null;
  const isTagWrong = tag.trim() !== "" && (number === null || number > LARGEST_TAG);
  const submit = (): void => {
    if (isTagWrong || isBusy) return;
    setBusy(true);
    const known = chosen.name === undefined ? {} : { name: chosen.name };
    const whole = { address: chosen.address, ...(number === null ? {} : { tag: number }), ...known };
    if (keeps) new Contacts().keep({ ...whole, name });
    void onChoose(whole);
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p>{t("destination.told", { app })}</p>
      {chosen.name !== undefined && <p class="strong">{chosen.name}</p>}
      <p class="mono scanned">{chosen.address}</p>
      {withTag && (
        <Field label={t("destination.tag")} hint={t("destination.tag_hint")} value={tag} onValue={setTag} inputMode="numeric" autocomplete="off" maxLength={10} wrong={isTagWrong ? t("destination.tag_wrong") : null} />
      )}
      {chosen.name === undefined && (
        <>
          <Check checked={keeps} onValue={setKeeps}>{t("contacts.keep")}</Check>
          {keeps && <Field label={t("contacts.name")} value={name} onValue={setName} maxLength={40} />}
        </>
      )}
      <div class="actions pair">
        <Button onClick={onBack}>{t("back")}</Button>
        <Button kind="primary" type="submit" busy={isBusy}>{t("destination.choose")}</Button>
      </div>
    </form>
  );
}

/** Whom a text names, however it was come by; null where nobody. */
function destinationIn(text: string): Chosen | null {
  const typed = text.trim();
  const [address = "", tag] = typed.split(":");
  if (isAddress(address)) {
    const number = tag !== undefined && /^\d{1,10}$/.test(tag) ? Number(tag) : null;
    return { address, ...(number === null || number > LARGEST_TAG ? {} : { tag: number }), ...named(address, number) };
  }
  const code = readCode(typed, pairedServer.value?.origins ?? [location.origin]);
  if (code.kind !== "payment") return null;
  const { to, tag: coded } = code.payment;
  const read = readAddress(to);
  if (read === null) return null;
  return { address: to, ...(coded === null ? {} : { tag: coded }), ...named(to, coded) };
}

function named(address: string, tag: number | null): { name?: string } {
  const found = new Contacts().all().find((one) => one.address === address && (one.tag ?? null) === tag);
  return found === undefined ? {} : { name: found.name };
}

/** What the ledger has of an address: null for nothing, undefined where no node said. */
async function stateOf(address: string, network: string) {
  const found = (await knownNetworks().catch(() => [])).find((one) => one.key === network);
  if (found === undefined || found.endpoints.length === 0) return undefined;
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), LOOK_MS));
  return Promise.race([nodeOf(found).account(address).catch(() => undefined), late]);
}
