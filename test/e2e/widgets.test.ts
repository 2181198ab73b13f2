import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { authorPage } from "../support/author-page.ts";
import { launch, type Launched } from "../support/launched.ts";

let launched: Launched;

before(async () => {
  launched = await launch("Chromium");
});

after(async () => {
  await launched?.close();
});

test("Widgets: one module and one tag draw a journey in a page with a strict policy", async () => {
  const { page, errors } = await authorPage(
    launched.browser,
    '<trapline-flow mode="virtio-qemu" direction="tx" packets="2" size="60" step="1">still</trapline-flow>',
  );
  await page.getByText(/^1 of \d+ · KVM sees the local APIC timer expire\.$/).waitFor();
  await page.getByRole("slider").press("ArrowRight");
  await page.getByText(/^2 of \d+/).waitFor();
  assert.deepEqual(errors, []);
  await page.close();
});

test("Widgets: several modes stand side by side, and several figures in one page", async () => {
  const { page, errors } = await authorPage(
    launched.browser,
    '<trapline-flow mode="virtio-qemu" modes="vtx-rtl8139,virtio-qemu"></trapline-flow>' +
      '<trapline-flow mode="vtx-rtl8139" direction="rx"></trapline-flow>',
  );
  await page.locator("trapline-compare .panel").nth(1).waitFor();
  assert.equal(await page.locator("trapline-flow .sentence").count(), 2);
  await page.locator("trapline-compare button").first().click();
  await page
    .locator("trapline-flow[mode=virtio-qemu] .sentence", {
      hasText: "KVM takes a VM exit: EPT misconfiguration",
    })
    .waitFor();
  assert.deepEqual(errors, []);
  await page.close();
});

test("Widgets: a wrong attribute is a sentence, and the content of the tag stands", async () => {
  const { page, errors } = await authorPage(
    launched.browser,
    '<trapline-flow mode="teleport">A still picture.</trapline-flow>',
  );
  await page.getByRole("alert").filter({ hasText: "Mode teleport" }).waitFor();
  assert.equal(await page.getByText("A still picture.").isVisible(), true);
  assert.deepEqual(errors, []);
  await page.close();
});
