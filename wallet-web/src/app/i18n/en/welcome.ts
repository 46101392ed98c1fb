// The first minute: a new account or an old one, its backup, and the lock.

export const welcome = {
} as const;
