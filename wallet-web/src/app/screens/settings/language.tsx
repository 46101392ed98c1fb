// The language of the app. Light or dark is the system's choice.

import { chooseLanguage, currentLanguage, LANGUAGES, t, type Language } from "../../i18n";
import { Choices } from "../../ui/controls";

export function ChooseLanguage() {
  return (
    <section class="section" aria-labelledby="language-title">
      <h2 id="language-title">{t("settings.language")}</h2>
      <Choices
        legend={t("settings.language")}
        quietLegend
        value={currentLanguage()}
        // Every text of the page is another one now.
        onValue={(language: Language) => void chooseLanguage(language).then(() => location.reload())}
        choices={Object.entries(LANGUAGES).map(([value, label]) => ({ value: value as Language, label }))}
      />
      <p class="quiet small">{t("settings.theme")}</p>
    </section>
  );
}
