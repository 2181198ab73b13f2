// The page for authors: the figure as others get it, and the tag that makes it.
import { MODE_NAMES } from "#engine";
import "./page.ts";
import "./widgets.ts";

const example = document.querySelector("#example");
const tag = document.querySelector("#tag");
const modeIds = document.querySelector("#mode-ids");

if (example && tag) {
  const attributes = [...example.attributes].filter(({ name }) => name !== "id");
  const written = attributes.map(({ name, value }) => ` ${name}="${value}"`).join("");
  tag.textContent = [
    '<script type="module" src="trapline-flow.js"></script>',
    `<trapline-flow${written}>What stands here until the figure does.</trapline-flow>`,
  ].join("\n");
}
if (modeIds) {
  modeIds.replaceChildren(
    ...MODE_NAMES.flatMap(({ id }, index) => [index > 0 ? ", " : "", code(id)]),
  );
}

function code(text: string): HTMLElement {
  const element = document.createElement("code");
  element.textContent = text;
  return element;
}
