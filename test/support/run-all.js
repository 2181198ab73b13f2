// `npm test`: every check in turn, each counted, and one closing line for all of them.
import { spawn } from "node:child_process";
import { execPath, exit } from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = (path) => fileURLToPath(new URL(`../../node_modules/${path}`, import.meta.url));
const own = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A step with a `counts` name prints `NAME: N passed, N failed`; any other is one check. */
const STEPS = [
  { title: "browsers", run: [own("./find-browsers.js")] },
  { title: "tidy", counts: "tidy", run: [own("./node-tests.js"), "tidy"] },
  { title: "types, engine without the DOM", run: [bin("typescript/bin/tsc"), "-b", "engine"] },
  { title: "types, everything", run: [bin("typescript/bin/tsc"), "-b"] },
  { title: "lint", run: [bin("oxlint/bin/oxlint"), "--type-aware", "--deny-warnings"] },
  { title: "format", run: [bin("@biomejs/biome/bin/biome"), "format"] },
  { title: "browser", counts: "browser", run: [bin("@web/test-runner/dist/bin.js")] },
  { title: "build, site", run: [bin("vite/bin/vite.js"), "build"] },
  {
    title: "build, widgets",
    run: [bin("vite/bin/vite.js"), "build", "-c", "vite.widgets.config.ts"],
  },
  { title: "oracle", counts: "oracle", run: [own("./node-tests.js"), "oracle"] },
  { title: "command line", counts: "cli", run: [own("./node-tests.js"), "cli"] },
  { title: "end to end", counts: "e2e", run: [own("./node-tests.js"), "e2e"] },
];

let passed = 0;
let failed = 0;
const failures = [];
for (const step of STEPS) {
  process.stdout.write(`\n▸ ${step.title}\n`);
  const started = Date.now();
  const { status, output } = await run(step.run);
  const count = countOf(step, status, output);
  passed += count.passed;
  failed += count.failed;
  if (count.failed > 0) failures.push(step.title);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`  ${step.title}: ${count.failed > 0 ? "FAILED" : "ok"}, ${seconds} s\n`);
}
if (failures.length > 0) process.stdout.write(`\nFailed: ${failures.join("; ")}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
exit(failed === 0 ? 0 : 1);

/** Runs one program with Node, passes its output on, and keeps it. */
function run(command) {
  return new Promise((resolve) => {
    const child = spawn(execPath, command, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (target) => (chunk) => {
      output += chunk;
      target.write(chunk);
    };
    child.stdout.on("data", keep(process.stdout));
    child.stderr.on("data", keep(process.stderr));
    child.on("close", (status) => resolve({ status, output }));
  });
}

/** What a step contributes: its own count, with a failure that it did not count itself added. */
function countOf(step, status, output) {
  if (step.counts === undefined) {
    return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  }
  const lines = [...output.matchAll(/^(\w+): (\d+) passed, (\d+) failed/gm)];
  const line = lines.findLast((match) => match[1] === step.counts);
  const count = { passed: Number(line?.[2] ?? 0), failed: Number(line?.[3] ?? 0) };
  if (count.failed === 0 && (status !== 0 || count.passed === 0)) count.failed = 1;
  return count;
}
