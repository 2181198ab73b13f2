// What every page has: the choice of the theme, kept by the browser for the next page.
const KEY = "trapline-theme";

const select = document.querySelector<HTMLSelectElement>("#theme");
const root = document.documentElement;

function apply(theme: string): void {
  if (theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
}

function remembered(): string {
  try {
    return localStorage.getItem(KEY) ?? "system";
  } catch {
    // A browser that keeps nothing shows the system's theme.
    return "system";
  }
}

if (select) {
  select.value = remembered();
  if (select.value === "") select.value = "system";
  apply(select.value);
  select.addEventListener("change", () => {
    apply(select.value);
    try {
      localStorage.setItem(KEY, select.value);
    } catch {
      // The theme then holds for this page only.
    }
  });
}
