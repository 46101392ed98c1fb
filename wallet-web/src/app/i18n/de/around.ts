// Scan, xApps, apps, devices, activity, notifications.

import type { around as texts } from "../en/around";

export const around: Record<keyof typeof texts, string> = {
};
