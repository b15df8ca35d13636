"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const panels = all(".panel");

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const flip = () => {
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
  };
  one("#theme").addEventListener("click", flip);

  const said = one("#said");
  all(".timeline g").forEach((column) => {
    column.addEventListener("pointerenter", () => { said.textContent = column.querySelector("title").textContent; });
  });

  // a link to an incident opens its panel, whether it is clicked or the page is opened with it
  const reveal = () => {
    const panel = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!panel || !panel.classList.contains("panel")) return;
    panel.hidden = false;
    panel.open = true;
    panel.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#i"]');
    if (link && link.hash === location.hash) reveal();
  });
  reveal();
  all(".all").forEach((button) => button.addEventListener("click", () => {
    panels.forEach((panel) => { panel.open = Boolean(button.dataset.open); });
  }));
  let printed = [];
  addEventListener("beforeprint", () => {
    printed = all("details:not([open])");
    printed.forEach((each) => { each.open = true; });
  });
  addEventListener("afterprint", () => printed.forEach((each) => { each.open = false; }));

  const table = one("#table");
  if (table) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const find = one("#find");
    const chips = all(".chip");
    const order = ["PAGE", "NEW", "TICKET", "WATCH", "IGNORE"];
    const texts = new Map(rows.map((row) => {
      const panel = document.getElementById("i" + row.dataset.nr);
      return [row, (row.dataset.key + " " + row.textContent + " " + panel.textContent).toLowerCase()];
    }));

    const filter = () => {
      const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
      const labels = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.label);
      let left = 0;
      let events = 0;
      rows.forEach((row) => {
        const shows = labels.includes(row.dataset.label) && words.every((word) => texts.get(row).includes(word));
        row.hidden = !shows;
        document.getElementById("i" + row.dataset.nr).hidden = !shows;
        left += shows;
        events += shows ? Number(row.dataset.count) : 0;
      });
      one("#shown").textContent = left === rows.length ? "" : `${left} of ${rows.length} shown, ${events.toLocaleString("en")} events`;
    };
    find.addEventListener("input", filter);
    chips.forEach((chip) => chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      filter();
    }));

    const numeric = new Set(["nr", "count", "peak"]);
    const value = (row, key) => {
      if (key === "label") return order.indexOf(row.dataset.label);
      return numeric.has(key) ? Number(row.dataset[key]) : row.dataset[key];
    };
    all("[data-sort]").forEach((button) => button.addEventListener("click", () => {
      const key = button.dataset.sort;
      const head = button.closest("th");
      const before = head.getAttribute("aria-sort");
      const up = before ? before === "descending" : !["count", "peak", "last"].includes(key);
      all("th[aria-sort]").forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      rows.sort((a, b) => {
        const [x, y] = [value(a, key), value(b, key)];
        const compared = typeof x === "string" ? x.localeCompare(y) : x - y;
        return (up ? compared : -compared) || a.dataset.nr - b.dataset.nr;
      });
      body.append(...rows);
    }));

    const step = (by) => {
      const links = rows.filter((row) => !row.hidden).map((row) => row.querySelector(".title a"));
      const at = links.indexOf(document.activeElement);
      const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)];
      if (next) next.focus();
    };
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target === find) {
        if (event.key !== "Escape") return;
        find.value = "";
        filter();
        find.blur();
        return;
      }
      if (event.key === "/") find.focus();
      else if (event.key === "j") step(1);
      else if (event.key === "k") step(-1);
      else return;
      event.preventDefault();
    });
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.tagName === "INPUT";
    if (event.key === "t" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) flip();
  });
})();
