// node test/support/find-browsers.js: says which browsers the tests run in, and fails at once when one is missing.
import { browserPath, firefoxPath } from "./browser.js";

for (const pathOf of [browserPath, firefoxPath]) {
  try {
    process.stdout.write(`  ${pathOf()}\n`);
  } catch (error) {
    process.stdout.write(`  ${error.message}\n`);
    process.exitCode = 1;
  }
}
