import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { env, getuid, platform } from "node:process";

/** Flags for a Chromium that starts as any user, with no display, and talks to no other host. */
export const BROWSER_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

const CHROMIUM = {
  names: "Chromium, Chrome or Edge",
  variable: "CHROME_PATH",
  debianPackage: "chromium",
  commands: [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
  ],
  applications: ["Google Chrome", "Chromium", "Microsoft Edge"],
  windowsPrograms: [
    "Google\\Chrome\\Application\\chrome.exe",
    "Chromium\\Application\\chrome.exe",
    "Microsoft\\Edge\\Application\\msedge.exe",
  ],
};

const FIREFOX = {
  names: "Firefox",
  variable: "FIREFOX_PATH",
  debianPackage: "firefox-esr",
  commands: ["firefox-esr", "firefox"],
  applications: ["Firefox"],
  windowsPrograms: ["Mozilla Firefox\\firefox.exe"],
};

/**
 * The path of the browser that runs the tests: CHROME_PATH, else a Chromium, Chrome or Edge of this
 * machine, else Debian's chromium, installed when we may. Throws one line saying what to install.
 */
export function browserPath() {
  return pathOf(CHROMIUM);
}

/**
 * The path of the second browser of the end-to-end tests: FIREFOX_PATH, else this machine's Firefox,
 * else Debian's firefox-esr, installed when we may. Throws one line saying what to install.
 */
export function firefoxPath() {
  return pathOf(FIREFOX);
}

function pathOf(browser) {
  const found = findBrowser(browser) ?? installBrowser(browser);
  if (found !== undefined) return found;
  const { names, variable } = browser;
  throw plainError(`A browser is missing: install ${names}, or set ${variable}.`);
}

/** An error that prints as its message alone: where it was thrown helps nobody. */
function plainError(message) {
  return Object.assign(new Error(message), { stack: message });
}

function findBrowser(browser) {
  const chosen = env[browser.variable];
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw plainError(`${browser.variable} names ${chosen}, which does not exist.`);
  }
  return candidates(browser).find((path) => existsSync(path));
}

function candidates({ commands, applications, windowsPrograms }) {
  if (platform === "darwin") {
    // The program in a bundle is called like the bundle, but in small letters for Firefox.
    return applications.flatMap((name) =>
      [name, name.toLowerCase()].map((file) => `/Applications/${name}.app/Contents/MacOS/${file}`),
    );
  }
  if (platform === "win32") {
    const roots = [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA].filter(Boolean);
    return roots.flatMap((root) => windowsPrograms.map((program) => join(root, program)));
  }
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  return commands.flatMap((command) => folders.map((folder) => join(folder, command)));
}

/** Installs Debian's package where that is possible without asking: on Debian, as root. */
function installBrowser(browser) {
  if (platform !== "linux" || getuid?.() !== 0 || !isDebian()) return undefined;
  const { names, debianPackage } = browser;
  process.stderr.write(`No ${names} found: installing Debian's ${debianPackage} …\n`);
  const quiet = { stdio: ["ignore", "ignore", "inherit"] };
  const options = { ...quiet, env: { ...env, DEBIAN_FRONTEND: "noninteractive" } };
  spawnSync("apt-get", ["update", "-qq"], options);
  const packages = ["install", "-y", "-qq", "--no-install-recommends", debianPackage];
  spawnSync("apt-get", packages, options);
  return findBrowser(browser);
}

function isDebian() {
  const file = "/etc/os-release";
  return existsSync(file) && /^ID=debian$/m.test(readFileSync(file, "utf8"));
}
