// Every table of the class `rows` sorts, filters and searches; a click on a cell of a chart lists its rows.
followSystemColours();
const tables = new Map();
for (const table of document.querySelectorAll("table.rows")) {
  tables.set(table, new DataTable(table, {
    order: [], autoWidth: false, pageLength: 10, lengthMenu: [10, 25, 100, 500],
    ordering: {indicators: false, handler: false},
    layout: {topStart: "search", topEnd: "info", bottomStart: "pageLength", bottomEnd: "paging"},
    columnDefs: [
      {targets: "list", columnControl: ["order", {extend: "dropdown", text: "Filter", content: ["searchList"]}]},
      {targets: "words", columnControl: ["order", {extend: "dropdown", text: "Filter", content: ["search"]}]},
      {targets: "text", className: "text"},
      {targets: "_all", columnControl: ["order"]},
    ],
    language: {search: "Search: ", lengthMenu: "_MENU_ a page", zeroRecords: "No row fits.",
      info: "_START_ to _END_ of _TOTAL_", infoEmpty: "0 of 0", infoFiltered: "(of _MAX_)"},
  }));
}
document.addEventListener("pick", ({detail: {chart, datum}}) => {
  const table = document.querySelector(`table.rows[data-picked-by="${chart}"]`);
  if (!table) return;
  const rows = tables.get(table), told = table.closest("section").querySelector(".picked");
  const pick = (fits) => { // instead of what was searched and filtered before
    rows.columns().columnControl.searchClear();
    rows.search("").search.fixed("pick", fits && ((text, data, at) => fits(rows.row(at).node().dataset))).draw();
  };
  pick(({label, predicted, side}) => label === datum.label && predicted === datum.predicted && side === datum.side);
  const all = document.createElement("button");
  all.textContent = "list all rows";
  all.addEventListener("click", () => { pick(null); told.hidden = true; });
  const count = rows.rows({search: "applied"}).count(), of = count < datum.rows ? ` of ${datum.rows}` : "";
  const what = `${count}${of} rows of the ${datum.side} labelled ${datum.label}, predicted ${datum.predicted}. `;
  told.replaceChildren(what, all);
  told.hidden = false;
  told.scrollIntoView({block: "center"});
});
