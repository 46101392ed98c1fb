// What a request asks for, in words: titles, facts, differences, warnings, refusals.

import type { requests as texts } from "../en/requests";

export const requests: Record<keyof typeof texts, string> = {
};
