/** A way to look at a page: the window's size, the theme, and what the reader's system asks for. */
export interface Look {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly theme: "light" | "dark" | "contrast" | "projector" | "system";
  /** The system takes its own few colours for every page's. */
  readonly forcedColors?: boolean;
  /** The reader points with a finger. */
  readonly touch?: boolean;
}

const DESK = { width: 1440, height: 900 };
const TABLET = { width: 1024, height: 768, touch: true };
const PHONE = { width: 390, height: 844, touch: true };

/** Every look that people use: the gallery has a picture of each state in each of them. */
export const LOOKS = {
  desk: { name: "desk", ...DESK, theme: "light" },
  deskDark: { name: "desk-dark", ...DESK, theme: "dark" },
  tablet: { name: "tablet", ...TABLET, theme: "light" },
  tabletDark: { name: "tablet-dark", ...TABLET, theme: "dark" },
  phone: { name: "phone", ...PHONE, theme: "light" },
  phoneDark: { name: "phone-dark", ...PHONE, theme: "dark" },
  contrast: { name: "contrast", ...DESK, theme: "contrast" },
  projector: { name: "projector", width: 1920, height: 1080, theme: "projector" },
  forced: { name: "forced", width: 1024, height: 768, theme: "system", forcedColors: true },
  /** What is left of 1280 × 1024 at 400 %. */
  zoom: { name: "zoom", width: 320, height: 256, theme: "light" },
} as const satisfies Record<string, Look>;

/** The looks in which tests go through all states: a wide one and a narrow one, a light one and a dark one. */
export const TESTED_LOOKS: readonly Look[] = [LOOKS.desk, LOOKS.phoneDark];
