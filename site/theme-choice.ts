// The reader's choice of a theme, kept by the browser for the next page.
const KEY = "trapline-theme";
const root = document.documentElement;

/** Shows the page in a theme: system, light, dark, contrast or projector. */
export function applyTheme(theme: string): void {
  if (theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
}

/** The theme that was chosen last; the system's in a browser that keeps nothing. */
export function rememberedTheme(): string {
  try {
    return localStorage.getItem(KEY) ?? "system";
  } catch {
    return "system";
  }
}

/** Applies a theme, shows it in the page's choice, and keeps it. */
export function setTheme(theme: string): void {
  applyTheme(theme);
  const select = document.querySelector<HTMLSelectElement>("#theme");
  if (select) select.value = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The theme then holds for this page only.
  }
}
