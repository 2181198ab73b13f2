import { expect } from "chai";
import { openedTablesToCsv, tablesToCsv } from "../../../site/explorer/table-csv.ts";

it("Tables become CSV: caption, header, numbers without thin spaces, quotes where they must be", () => {
  const host = document.createElement("div");
  host.innerHTML = `<table><caption>Where the cycles went</caption>
    <tr><th>Who</th><th>Cycles</th></tr><tr><td>QEMU, "main"</td><td>12\u202f345</td></tr></table>`;
  expect(tablesToCsv(host)).to.equal(
    'Where the cycles went\r\nWho,Cycles\r\n"QEMU, ""main""",12345\r\n',
  );
  expect(tablesToCsv(document.createElement("div"))).to.equal("");
});

it("openedTablesToCsv: a table that is drawn when it is unfolded is there, however late that is heard", async () => {
  const host = document.createElement("div");
  const details = document.createElement("details");
  details.addEventListener("toggle", () => {
    if (details.open) details.innerHTML = "<table><tr><td>late</td></tr></table>";
  });
  host.attachShadow({ mode: "open" }).append(details);
  document.body.append(host);
  expect(await openedTablesToCsv(host)).to.equal("late\r\n");
  expect(details.open).to.equal(false);
  host.remove();
});
