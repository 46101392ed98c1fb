// The devices of this wallet's user: which there are, one more, one less.

import { useState } from "preact/hooks";
import type { Device } from "../../server";
import { t } from "../i18n";
import { useAction } from "../state/action";
import { announce } from "../state/announce";
import { useLoaded } from "../state/loading";
import { connectServer, forgetServer } from "../state/server";
import { Button, IconButton } from "../ui/controls";
import { dateOf } from "../ui/dates";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Problem } from "../ui/problem";
import { ScreenHead } from "../ui/screen";
import { Notice, Waiting } from "../ui/words";
import { Trouble } from "./apps";
import { InviteDialog } from "./devices_invite";

export default function Devices() {
  const { value: devices, problem, again } = useLoaded(async () => (await connectServer()).devices(), []);
  const [leaving, setLeaving] = useState<Device | null>(null);
  const [isInviting, setInviting] = useState(false);
  const active = devices?.filter((one) => one.revoked_at === null) ?? [];
  const gone = devices?.filter((one) => one.revoked_at !== null) ?? [];
  return (
    <div class="screen">
      <ScreenHead title={t("devices.title")} />
      <p class="quiet">{t("devices.intro")}</p>
      {problem !== null && <Trouble problem={problem} again={again} />}
      {devices === null && problem === null && <Waiting />}
      {active.length > 0 && (
        <ul class="rows">
          {active.map((one) => (
            <li key={one.uuid} class="rows-item">
              <span class="avatar plain" aria-hidden="true"><Icon name="device" /></span>
              <span class="words">
                <span class="strong">{one.name}</span>
                <small>
                  {one.current && <span class="badge good">{t("devices.this")}</span>} {t("devices.since", { date: dateOf(one.created_at) })}
                </small>
              </span>
              <span class="end">
                <IconButton icon="trash" label={t("devices.remove_named", { name: one.name })} onClick={() => setLeaving(one)} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {devices !== null && <Button kind="primary" icon="plus" onClick={() => setInviting(true)}>{t("devices.add")}</Button>}
      {gone.length > 0 && (
        <details>
          <summary>{t("devices.gone", { count: gone.length })}</summary>
          <ul class="rows">
            {gone.map((one) => (
              <li key={one.uuid} class="rows-item">
                <span class="words">
                  <span>{one.name}</span>
                  <small>{t("devices.gone_since", { date: dateOf(one.revoked_at ?? one.created_at) })}</small>
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {isInviting && (
        <InviteDialog
          known={active.map((one) => one.uuid)}
          onJoined={(device) => {
            announce(t("devices.joined", { name: device.name }));
            void again();
          }}
          onClose={() => setInviting(false)}
        />
      )}
      {leaving !== null && (
        <RemoveDialog device={leaving} isLast={active.length === 1} onGone={again} onClose={() => setLeaving(null)} />
      )}
    </div>
  );
}

interface RemoveDialogProps {
  device: Device;
  isLast: boolean;
  onGone: () => Promise<void>;
  onClose: () => void;
}

function RemoveDialog({ device, isLast, onGone, onClose }: RemoveDialogProps) {
  const remove = useAction(async () => {
    await (await connectServer()).revokeDevice(device.uuid);
    onClose();
    announce(t("devices.removed", { name: device.name }));
    if (device.current) await forgetServer();
    else await onGone();
  });
  return (
    <Dialog title={t("devices.remove_title", { name: device.name })} onClose={onClose}>
      <p>{t("devices.remove_hint")}</p>
      {device.current && <Notice tone="warn">{t(isLast ? "devices.remove_last" : "devices.remove_this")}</Notice>}
      <Problem of={remove.problem} />
      <div class="actions pair">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button kind="danger" icon="trash" busy={remove.isBusy} onClick={remove.run}>{t("devices.remove")}</Button>
      </div>
    </Dialog>
  );
}
