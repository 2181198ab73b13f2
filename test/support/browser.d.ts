/** Flags for a Chromium that starts as any user, with no display. */
export const BROWSER_FLAGS: string[];

/** The path of the browser that runs the tests; throws one line saying what to install. */
export function browserPath(): string;

/** The path of the Firefox that end-to-end tests run in as well; throws one line saying what to install. */
export function firefoxPath(): string;
