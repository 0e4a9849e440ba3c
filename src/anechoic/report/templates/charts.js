// Charts are as wide as the page; two side by side stand below each other on a phone. Percent signs are spelled as
// in the sentences; the charts' texts are no code (`ast`: no eval). A click on a mark is told to the page as `pick`.
const formatLocale = {decimal: ".", thousands: ",", grouping: [3], currency: ["$", ""], percent: " %"};
const AXIS = 115, NARROW = 560, ERRORS = 1;
const widthOf = (place) => Math.ceil(place.querySelector("svg, canvas").getBoundingClientRect().width);
for (const figure of document.querySelectorAll("figure[data-chart]")) {
  const name = figure.dataset.chart;
  const spec = JSON.parse(document.getElementById("chart-" + name).textContent);
  if (spec.data?.columns) { // a table: the names of its columns once, for they would be half of the page
    const {columns, rows} = spec.data;
    spec.data = {values: rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])))};
  }
  const place = figure.querySelector("div"), width = place.clientWidth, narrow = width < NARROW;
  const label = {labelFontSize: 12, titleFontSize: 12};
  const axis = {...label, labelLimit: narrow ? 100 : 260, labelOverlap: "greedy", labelSeparation: 6};
  const legend = {...label, columns: narrow ? 2 : 4, labelLimit: narrow ? 130 : 260};
  const config = {background: "transparent", text: {fontSize: 12}, axis, legend, header: label};
  // A finger that scrolls the page shall not move the map instead.
  if (matchMedia("(pointer: coarse)").matches) spec.params = spec.params?.filter(({bind}) => bind !== "scales");
  const parts = spec.hconcat;
  if (parts) {
    if (narrow) { spec.vconcat = parts; delete spec.hconcat; }
    for (const part of parts) {
      const square = part.width === part.height;
      part.width = (narrow ? width : width / parts.length) - AXIS;
      if (square) part.height = part.width;
    }
  } else {
    spec.width = "container";
    spec.autosize = {type: "fit-x", contains: "padding"};
  }
  const renderer = name === "map" ? "canvas" : "svg"; // thousands of points are too many elements for a page
  const options = {actions: false, renderer, ast: true, formatLocale, config, logLevel: ERRORS};
  const draw = () => vegaEmbed(place, spec, options);
  draw().then((drawn) => {
    const over = widthOf(place) - width; // how wide the names at an axis are is known once they are drawn
    if (!parts || over <= 0) return drawn;
    for (const part of parts) {
      part.width -= Math.ceil(over / (narrow ? 1 : parts.length));
      if (part.height > part.width) part.height = part.width;
    }
    return draw();
  }).then(({view}) => view.addEventListener("click", (_, item) => {
    if (item?.datum) document.dispatchEvent(new CustomEvent("pick", {detail: {chart: name, datum: item.datum}}));
  }));
}
