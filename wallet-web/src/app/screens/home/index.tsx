// The start: the account one looks at, what waits for an answer, and what to do next.

import { t } from "../../i18n";
import { Link } from "../../router";
import { useVault } from "../../state/vault";
import { Icon } from "../../ui/icon";
import { ScreenHead } from "../../ui/screen";
import { AccountCard } from "./account_card";
import { Inbox } from "./inbox";
import { InstallHint } from "./install_hint";
import { ServerNotice } from "./server_notice";
import { UnfinishedNotices } from "./unfinished";

export default function Home() {
  const vault = useVault();
  return (
    <div class="screen home">
      <ScreenHead title={t("home.title")} quiet />
      <ServerNotice />
      <UnfinishedNotices />
      <AccountCard />
      {vault.accounts.some((one) => !one.backedUp) && (
        <Link to="/accounts" class="notice warn with-icon"><Icon name="warn" /><span>{t("home.not_backed_up")}</span></Link>
      )}
      {vault.damagedAccounts.length > 0 && (
        <Link to="/accounts" class="notice warn with-icon"><Icon name="warn" /><span>{t("home.damaged")}</span></Link>
      )}
      <Inbox />
      <InstallHint />
    </div>
  );
}
