import { expect } from "chai";
import { tablesToCsv } from "../../../site/explorer/table-csv.ts";

it("Tables become CSV: caption, header, numbers without thin spaces, quotes where they must be", () => {
  const host = document.createElement("div");
  host.innerHTML = `<table><caption>Where the cycles went</caption>
    <tr><th>Who</th><th>Cycles</th></tr><tr><td>QEMU, "main"</td><td>12\u202f345</td></tr></table>`;
  expect(tablesToCsv(host)).to.equal(
    'Where the cycles went\r\nWho,Cycles\r\n"QEMU, ""main""",12345\r\n',
  );
  expect(tablesToCsv(document.createElement("div"))).to.equal("");
});
