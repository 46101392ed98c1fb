// The apps that may send requests to this wallet: quieten one, or end it.

import { useState } from "preact/hooks";
import type { Permission } from "../../server";
import { t } from "../i18n";
import { useAction } from "../state/action";
import { announce } from "../state/announce";
import { useLoaded } from "../state/loading";
import { connectServer } from "../state/server";
import { AppPicture } from "../ui/app_picture";
import { Button } from "../ui/controls";
import { dateOf } from "../ui/dates";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icon";
import { Problem } from "../ui/problem";
import { ScreenHead } from "../ui/screen";
import { OutLink } from "../ui/show";
import { Notice, Waiting } from "../ui/words";

export default function Apps() {
  const { value: apps, problem, again } = useLoaded(async () => (await connectServer()).permissions(), []);
  const [shown, setShown] = useState<string | null>(null);
  const open = apps?.find((one) => one.app.id === shown);
  return (
    <div class="screen">
      <ScreenHead title={t("apps.title")} />
      <p class="quiet">{t("apps.intro")}</p>
      {problem !== null && <Trouble problem={problem} again={again} />}
      {apps === null && problem === null && <Waiting />}
      {apps?.length === 0 && (
        <div class="empty">
          <Icon name="apps" />
          <strong>{t("apps.none")}</strong>
          <span>{t("apps.none_hint")}</span>
        </div>
      )}
      {apps !== null && apps.length > 0 && (
        <ul class="rows">
          {apps.map((one) => (
            <li key={one.app.id}>
              <button type="button" class="rows-item" onClick={() => setShown(one.app.id)}>
                <AppPicture name={one.app.name} icon={one.app.icon} of={one.app.id} />
                <span class="words">
                  <span class="strong clip">{one.app.name}</span>
                  <small>{t("apps.until", { date: dateOf(one.grant.expires) })}</small>
                </span>
                <span class="end">
                  {one.muted && <span class="badge">{t("apps.muted")}</span>}
                  <Icon name="next" />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {open !== undefined && <AppDialog permission={open} onChanged={again} onClose={() => setShown(null)} />}
    </div>
  );
}

interface AppDialogProps {
  permission: Permission;
  onChanged: () => Promise<void>;
  onClose: () => void;
}

function AppDialog({ permission: { app, grant, muted, urls }, onChanged, onClose }: AppDialogProps) {
  const [isSure, setSure] = useState(false);
  const quieten = useAction(async () => {
    await (await connectServer()).mute(app.id, !muted);
    await onChanged();
    announce(t(muted ? "apps.unmuted_done" : "apps.muted_done", { app: app.name }));
  });
  const end = useAction(async () => {
    await (await connectServer()).revokePermission(app.id);
    onClose();
    announce(t("apps.ended", { app: app.name }));
    await onChanged();
  });
  return (
    <Dialog title={app.name} onClose={onClose}>
      <div class="row nowrap-row">
        <AppPicture name={app.name} icon={app.icon} of={app.id} large />
        <p class="quiet">{app.description || t("apps.no_description")}</p>
      </div>
      <dl class="facts">
        <div><dt>{t("apps.since")}</dt><dd>{dateOf(grant.issued)}</dd></div>
        <div><dt>{t("apps.ends")}</dt><dd>{dateOf(grant.expires)}</dd></div>
        <div><dt>{t("apps.wakes")}</dt><dd>{t(muted ? "apps.wakes.no" : "apps.wakes.yes")}</dd></div>
        {urls.homepage !== null && <div><dt>{t("apps.homepage")}</dt><dd><OutLink href={urls.homepage}>{new URL(urls.homepage).host}</OutLink></dd></div>}
      </dl>
      <Problem of={quieten.problem ?? end.problem} />
      {isSure ? (
        <div class="stack">
          <Notice tone="warn" alert>{t("apps.end_hint", { app: app.name })}</Notice>
          <div class="actions pair">
            <Button onClick={() => setSure(false)}>{t("cancel")}</Button>
            <Button kind="danger" icon="cross" busy={end.isBusy} onClick={end.run}>{t("apps.end_sure")}</Button>
          </div>
        </div>
      ) : (
        <div class="actions">
          <Button icon={muted ? "bell" : "mute"} busy={quieten.isBusy} onClick={quieten.run}>{t(muted ? "apps.unmute" : "apps.mute")}</Button>
          <Button kind="danger" icon="cross" onClick={() => setSure(true)}>{t("apps.end")}</Button>
        </div>
      )}
    </Dialog>
  );
}

/** What went wrong with the server, and trying again. */
export function Trouble({ problem, again }: { problem: unknown; again: () => Promise<void> }) {
  return (
    <div class="stack">
      <Problem of={problem} />
      <Button onClick={() => void again()}>{t("retry")}</Button>
    </div>
  );
}
