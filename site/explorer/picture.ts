import { saveFile } from "../save/save-file.ts";

/** What of a mark's look a picture must carry along, as it has no style sheet. */
const KEPT_STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "font-style",
  "letter-spacing",
  "text-anchor",
  "dominant-baseline",
  "text-decoration",
  "visibility",
  "display",
  "marker-end",
  "paint-order",
];

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/**
 * The largest drawing of an element as an SVG document of its own: every mark carries its look, the
 * paper is behind it. A canvas is put into it as an image.
 */
export function pictureOf(element: Element): SVGSVGElement | undefined {
  const root = element.shadowRoot ?? element;
  const drawings = [...root.querySelectorAll<SVGSVGElement | HTMLCanvasElement>("svg, canvas")];
  const area = (drawing: Element) => {
    const { width, height } = drawing.getBoundingClientRect();
    return width * height;
  };
  const [drawing] = drawings.toSorted((one, other) => area(other) - area(one));
  if (drawing === undefined) return undefined;
  return drawing instanceof SVGSVGElement ? copyOf(drawing) : framed(drawing);
}

/** Saves a drawing as SVG. */
export function saveSvg(name: string, picture: SVGSVGElement): void {
  saveFile(`${name}.svg`, [svgText(picture)], "image/svg+xml");
}

/**
 * Saves a drawing as PNG, twice as fine as it is on the screen.
 * @throws Error when the browser cannot draw it.
 */
export async function savePng(name: string, picture: SVGSVGElement): Promise<void> {
  const image = new Image();
  const width = Number(picture.getAttribute("width"));
  const height = Number(picture.getAttribute("height"));
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(picture))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * 2;
  canvas.height = height * 2;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error("The picture cannot be drawn: this browser gives no PNG.");
  saveFile(`${name}.png`, [blob], "image/png");
}

function svgText(picture: SVGSVGElement): string {
  return new XMLSerializer().serializeToString(picture);
}

function copyOf(drawing: SVGSVGElement): SVGSVGElement {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const from = [drawing, ...drawing.querySelectorAll("*")];
  const to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((mark, at) => {
    const styles = getComputedStyle(mark);
    for (const name of KEPT_STYLES) {
      const value = styles.getPropertyValue(name);
      if (value !== "") to[at]?.setAttribute(name, value);
    }
    to[at]?.removeAttribute("class");
  });
  const { width, height } = drawing.getBoundingClientRect();
  if (!copy.hasAttribute("viewBox")) copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  return onPaper(copy, width, height);
}

function framed(canvas: HTMLCanvasElement): SVGSVGElement {
  const { width, height } = canvas.getBoundingClientRect();
  const svg = document.createElementNS(SVG_NAMESPACE, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const image = document.createElementNS(SVG_NAMESPACE, "image");
  image.setAttribute("href", canvas.toDataURL("image/png"));
  image.setAttribute("width", String(width));
  image.setAttribute("height", String(height));
  svg.append(image);
  return onPaper(svg, width, height);
}

function onPaper(svg: SVGSVGElement, width: number, height: number): SVGSVGElement {
  svg.setAttribute("xmlns", SVG_NAMESPACE);
  svg.setAttribute("width", String(Math.ceil(width)));
  svg.setAttribute("height", String(Math.ceil(height)));
  const box = svg.viewBox.baseVal;
  const paper = document.createElementNS(SVG_NAMESPACE, "rect");
  for (const [name, value] of Object.entries({
    x: box.x,
    y: box.y,
    width: box.width,
    height: box.height,
  })) {
    paper.setAttribute(name, String(value));
  }
  paper.setAttribute("fill", getComputedStyle(document.body).backgroundColor);
  svg.prepend(paper);
  return svg;
}
