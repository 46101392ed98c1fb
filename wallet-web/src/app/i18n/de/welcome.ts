// The first minute.

import type { welcome as texts } from "../en/welcome";

export const welcome: Record<keyof typeof texts, string> = {
};
