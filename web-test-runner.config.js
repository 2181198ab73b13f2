import { esbuildPlugin } from "@web/dev-server-esbuild";
import { defaultReporter } from "@web/test-runner";
import { chromeLauncher } from "@web/test-runner-chrome";
import { BROWSER_FLAGS, browserPath } from "./test/support/browser.js";
import { closingLineReporter } from "./test/support/closing-line-reporter.js";
import { traceHashesPlugin } from "./test/support/trace-hashes-plugin.js";

/** @type {import("@web/test-runner").TestRunnerConfig} */
export default {
  // Tests under these folders need Node and run with `node --test` instead.
  files: ["test/**/*.test.ts", "!test/{tidy,cli,oracle,e2e}/**"],
  nodeResolve: { exportConditions: ["production", "default"] },
  plugins: [
    esbuildPlugin({ ts: true, json: true, target: "es2022", tsconfig: "tsconfig.base.json" }),
    traceHashesPlugin(),
  ],
  browsers: [
    chromeLauncher({
      launchOptions: { executablePath: browserPath(), headless: true, args: BROWSER_FLAGS },
      createPage: focusedPage,
    }),
  ],
  concurrency: 2,
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  testsFinishTimeout: 600_000,
  testFramework: { config: { timeout: 60_000 } },
  reporters: [
    defaultReporter({ reportTestResults: true, reportTestProgress: false }),
    closingLineReporter(),
  ],
  filterBrowserLogs: ({ args }) => !String(args[0]).startsWith("Lit is in dev mode"),
  coverageConfig: {
    include: ["engine/**/*.ts", "components/**/*.ts", "lessons/**/*.ts"],
    reporters: ["text-summary", "lcovonly"],
    reportDir: ".coverage",
  },
};

/** A page that takes itself for the focused one, also while another test's page lies before it. */
async function focusedPage({ context }) {
  const page = await context.newPage();
  const session = await page.createCDPSession();
  await session.send("Emulation.setFocusEmulationEnabled", { enabled: true });
  return page;
}
