import { env } from "node:process";

/** A node:test reporter: one line for each failure, and `NAME: N passed, N failed` at the end. */
export default async function* nodeReporter(source) {
  let passed = 0;
  let failed = 0;
  for await (const { type, data } of source) {
    if (type === "test:stdout" || type === "test:stderr") yield data.message;
    if (type !== "test:pass" && type !== "test:fail") continue;
    if (data.details.type === "suite") continue;
    if (type === "test:pass") {
      passed += 1;
      continue;
    }
    failed += 1;
    const cause = data.details.error.cause ?? data.details.error;
    yield `  failed: ${data.name}\n    ${String(cause.stack ?? cause).replaceAll("\n", "\n    ")}\n`;
  }
  if (passed + failed === 0) {
    failed = 1;
    process.exitCode = 1;
    yield "No test ran.\n";
  }
  yield `${env.TRAPLINE_NODE_TESTS}: ${passed} passed, ${failed} failed\n`;
}
