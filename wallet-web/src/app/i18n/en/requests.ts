// What a request asks for, in words: titles, facts, differences, warnings, refusals.

export const requests = {
} as const;
