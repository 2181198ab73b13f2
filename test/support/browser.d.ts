/** Flags for a Chromium that starts as any user, with no display. */
export const BROWSER_FLAGS: string[];

/** The path of the browser that runs the tests; throws one line saying what to install. */
export function browserPath(): string;
