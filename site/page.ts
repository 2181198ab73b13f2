// What every page has: the choice of the theme.
import { applyTheme, rememberedTheme, setTheme } from "./theme-choice.ts";

const select = document.querySelector<HTMLSelectElement>("#theme");

if (select) {
  select.value = rememberedTheme();
  if (select.value === "") select.value = "system";
  applyTheme(select.value);
  select.addEventListener("change", () => setTheme(select.value));
}
