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

const COMMANDS = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "microsoft-edge-stable",
  "microsoft-edge",
];

const APPLICATIONS = ["Google Chrome", "Chromium", "Microsoft Edge"];

const WINDOWS_PROGRAMS = [
  "Google\\Chrome\\Application\\chrome.exe",
  "Chromium\\Application\\chrome.exe",
  "Microsoft\\Edge\\Application\\msedge.exe",
];

/**
 * The path of the browser that runs the tests: CHROME_PATH, else a Chromium, Chrome or Edge of this
 * machine, else Debian's chromium, installed when we may. Throws one line saying what to install.
 */
export function browserPath() {
  const found = findBrowser() ?? installBrowser();
  if (found !== undefined) return found;
  throw plainError(
    "No browser for the tests: install Chromium, Chrome or Edge, or set CHROME_PATH.",
  );
}

/** An error that prints as its message alone: where it was thrown helps nobody. */
function plainError(message) {
  return Object.assign(new Error(message), { stack: message });
}

function findBrowser() {
  const chosen = env.CHROME_PATH;
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw plainError(`CHROME_PATH names ${chosen}, which does not exist.`);
  }
  return candidates().find((path) => existsSync(path));
}

function candidates() {
  if (platform === "darwin") {
    return APPLICATIONS.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  if (platform === "win32") {
    const roots = [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA].filter(Boolean);
    return roots.flatMap((root) => WINDOWS_PROGRAMS.map((program) => join(root, program)));
  }
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  return COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
}

/** Installs Debian's chromium where that is possible without asking: on Debian, as root. */
function installBrowser() {
  if (platform !== "linux" || getuid?.() !== 0 || !isDebian()) return undefined;
  process.stderr.write("No browser found: installing Debian's chromium …\n");
  const quiet = { stdio: ["ignore", "ignore", "inherit"] };
  const options = { ...quiet, env: { ...env, DEBIAN_FRONTEND: "noninteractive" } };
  spawnSync("apt-get", ["update", "-qq"], options);
  const packages = ["install", "-y", "-qq", "--no-install-recommends", "chromium"];
  spawnSync("apt-get", packages, options);
  return findBrowser();
}

function isDebian() {
  const file = "/etc/os-release";
  return existsSync(file) && /^ID=debian$/m.test(readFileSync(file, "utf8"));
}
