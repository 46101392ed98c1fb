// Scan, xApps, apps, devices, activity, notifications.

export const around = {
} as const;
