// One more device: a code for its camera, a link for anything else.

import { useEffect, useState } from "preact/hooks";
import type { Device } from "../../server";
import { t } from "../i18n";
import { useLoaded } from "../state/loading";
import { connectServer } from "../state/server";
import { Button } from "../ui/controls";
import { timeOf } from "../ui/dates";
import { Dialog } from "../ui/dialog";
import { Problem } from "../ui/problem";
import { QrCode } from "../ui/qr_code";
import { CopyButton } from "../ui/show";
import { Mark, Notice, Waiting } from "../ui/words";

/** How often it is asked whether somebody came, in ms. */
const ASK_EVERY_MS = 2500;

interface InviteDialogProps {
  /** UUIDs of the devices from before. */
  known: readonly string[];
  onJoined: (device: Device) => void;
  onClose: () => void;
}

export function InviteDialog({ known, onJoined, onClose }: InviteDialogProps) {
  const [before] = useState(known);
  const [joined, setJoined] = useState<Device | null>(null);
  const [isOver, setOver] = useState(false);
  const { value: invitation, problem, again } = useLoaded(async () => (await connectServer()).invite(), []);

  useEffect(() => {
    if (invitation === null || joined !== null) return;
    const look = async (): Promise<void> => {
      if (Date.parse(invitation.expires_at) <= Date.now()) return setOver(true);
      const devices = await (await connectServer()).devices().catch(() => []);
      const found = devices.find((one) => one.revoked_at === null && !before.includes(one.uuid));
      if (found === undefined) return;
      setJoined(found);
      onJoined(found);
    };
    const timer = setInterval(() => void look(), ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [invitation, joined]);

  return (
    <Dialog title={t("devices.add")} onClose={onClose}>
      <Problem of={problem} />
      {joined !== null && (
        <div class="stack center">
          <Mark tone="good" icon="tick" />
          <p role="status">{t("devices.joined", { name: joined.name })}</p>
          <Button kind="primary" onClick={onClose}>{t("close")}</Button>
        </div>
      )}
      {joined === null && invitation === null && problem === null && <Waiting />}
      {joined === null && invitation !== null && isOver && (
        <div class="stack">
          <Notice tone="warn" alert>{t("devices.invitation_over")}</Notice>
          <Button
            onClick={() => {
              setOver(false);
              void again();
            }}
          >
            {t("devices.invite_again")}
          </Button>
        </div>
      )}
      {joined === null && invitation !== null && !isOver && (
        <div class="stack">
          <p>{t("devices.invite_hint")}</p>
          <QrCode rows={invitation.code} label={t("devices.code")} />
          <p class="quiet small center-text">{t("devices.invite_until", { time: timeOf(invitation.expires_at) })}</p>
          <CopyButton text={invitation.web_link} label={t("devices.copy_link")} />
          <Notice>{t("devices.invite_keys")}</Notice>
        </div>
      )}
    </Dialog>
  );
}
