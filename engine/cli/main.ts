import { argv, exit, stderr, stdout } from "node:process";

const USAGE = `Usage: trapline <command> [options]

The engine of Trapline without a browser.

  --help     shows this text
`;

const [command] = argv.slice(2);
if (command === "--help") {
  stdout.write(USAGE);
} else {
  stderr.write(
    `trapline: ${command === undefined ? "no command" : `unknown command ${command}`}\n`,
  );
  exit(2);
}
