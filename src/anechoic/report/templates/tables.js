// Every table of the class `rows` sorts, filters and searches; a click on a cell of a chart lists its rows.
followSystemColours();
const tables = new Map();
for (const table of document.querySelectorAll("table.rows")) {
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  table.replaceWith(scroll);
  scroll.append(table);
  tables.set(table, new DataTable(table, {
    order: [], autoWidth: false, pageLength: 10, lengthMenu: [10, 25, 100, 500],
    ordering: {indicators: false, handler: false},
    layout: {topStart: "search", topEnd: "info", bottomStart: "pageLength", bottomEnd: "paging"},
    columnDefs: [
      {targets: "list", columnControl: ["order", {extend: "dropdown", text: "Filter", content: ["searchList"]}]},
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
  const columns = [...table.querySelectorAll("th[data-name]")];
  const pick = (wanted) => {
    for (const column of columns) {
      const value = wanted?.[column.dataset.name];
      rows.column(column).search.fixed("pick", value === undefined ? null : (text) => text === value);
    }
    rows.draw();
  };
  pick(datum);
  const all = document.createElement("button");
  all.textContent = "list all rows";
  all.addEventListener("click", () => { pick(); told.hidden = true; });
  told.replaceChildren(`Listed are the rows of the ${datum.side} labelled ${datum.label}, predicted ${datum.predicted}. `, all);
  told.hidden = false;
  told.scrollIntoView({block: "center"});
});
