/** A Web Test Runner reporter whose last line is `browser: N passed, N failed`; no test is a failure. */
export function closingLineReporter() {
  return {
    onTestRunFinished({ sessions }) {
      const count = { passed: 0, failed: 0, skipped: 0 };
      for (const session of sessions) {
        if (session.testResults) visit(session.testResults, count);
        // A file that does not load has no tests but must count.
        if (!session.passed && (session.testResults === undefined || session.errors.length > 0)) {
          count.failed += 1;
        }
      }
      if (count.passed + count.failed === 0) {
        count.failed = 1;
        process.exitCode = 1;
        process.stdout.write("\nNo browser test ran.\n");
      }
      const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
      process.stdout.write(`\nbrowser: ${count.passed} passed, ${count.failed} failed${skipped}\n`);
    },
  };
}

function visit(suite, count) {
  for (const test of suite.tests) {
    if (test.skipped) count.skipped += 1;
    else if (test.passed) count.passed += 1;
    else count.failed += 1;
  }
  for (const inner of suite.suites) visit(inner, count);
}
