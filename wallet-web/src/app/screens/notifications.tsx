// Being woken while no tab of the wallet is open, on and off, and why it may not work.

import { PushRefused, Waking, type WakingState } from "../../push";
import { t } from "../i18n";
import { useAction } from "../state/action";
import { announce } from "../state/announce";
import { useLoaded } from "../state/loading";
import { connectServer } from "../state/server";
import { Button } from "../ui/controls";
import { momentOf } from "../ui/dates";
import { Problem } from "../ui/problem";
import { ScreenHead } from "../ui/screen";
import { Mark, Notice, Waiting } from "../ui/words";
import { Trouble } from "./apps";

interface Known {
  state: WakingState;
  lastWokenAt: string | null;
}

async function look(): Promise<Known> {
  if (Waking.possible !== "off") return { state: Waking.possible, lastWokenAt: null };
  const server = await connectServer();
  const [state, there] = await Promise.all([new Waking(server).state(), server.pushState()]);
  return { state, lastWokenAt: there.subscription?.last_ok_at ?? null };
}

export default function Notifications() {
  const { value: known, problem, again } = useLoaded(look, []);
  const change = useAction(async (to: "on" | "off") => {
    const waking = new Waking(await connectServer());
    try {
      if (to === "on") await waking.switchOn();
      else await waking.switchOff();
      announce(t(`notifications.now_${to}`));
    } finally {
      await again();
    }
  });
  return (
    <div class="screen">
      <ScreenHead title={t("notifications.title")} back="/settings" />
      <p class="quiet">{t("notifications.intro")}</p>
      {problem !== null && <Trouble problem={problem} again={again} />}
      {known === null && problem === null && <Waiting />}
      {known !== null && (
        <section class="card stack center">
          <Mark tone={known.state === "on" ? "good" : known.state === "off" ? "calm" : "warn"} icon={known.state === "on" ? "bell" : "mute"} />
          <h2>{t(`notifications.state.${known.state}`)}</h2>
          <p>{t(`notifications.hint.${known.state}`)}</p>
          {known.lastWokenAt !== null && <p class="quiet small">{t("notifications.last", { moment: momentOf(known.lastWokenAt) })}</p>}
          {(known.state === "off" || known.state === "lost") && (
            <Button kind="primary" icon="bell" busy={change.isBusy} onClick={() => change.run("on")}>{t("notifications.on")}</Button>
          )}
          {(known.state === "on" || known.state === "lost") && (
            <Button icon="mute" busy={change.isBusy} onClick={() => change.run("off")}>{t("notifications.off")}</Button>
          )}
        </section>
      )}
      {change.problem instanceof PushRefused ? (
        <Notice tone="bad" alert>
          <strong>{t("notifications.failed")}</strong>
          <span>{t(`notifications.refused.${change.problem.reason}`)}</span>
        </Notice>
      ) : (
        <Problem of={change.problem} />
      )}
      <section class="section">
        <h2>{t("notifications.what")}</h2>
        <p>{t("notifications.what_hint")}</p>
      </section>
    </div>
  );
}
