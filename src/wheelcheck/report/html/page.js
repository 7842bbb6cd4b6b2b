"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const root = document.documentElement;

  // Theme: the system's, unless the reader chose.
  const theme = document.getElementById("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const remembered = (value) => {
    try {
      if (value) localStorage.setItem("wheelcheck-theme", value);
      return localStorage.getItem("wheelcheck-theme");
    } catch {
      return value; // no storage for files in this browser
    }
  };
  const current = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  const label = () => { theme.textContent = current() === "dark" ? "Light" : "Dark"; };
  const kept = remembered();
  if (kept === "dark" || kept === "light") root.dataset.theme = kept;
  theme.addEventListener("click", () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    remembered(root.dataset.theme);
    label();
  });
  dark.addEventListener("change", label);
  label();
  theme.hidden = false;

  // A link into what is folded opens it.
  const reveal = () => {
    let part = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const target = part;
    for (; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  // Print everything, then leave it as it was.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const part of folded) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of folded) part.open = false;
  });

  // Sorting.
  for (const table of all("table.sortable")) {
    const heads = all("thead th", table);
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending"
          || (column > 1 && head.getAttribute("aria-sort") !== "descending");
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const value = (row) => row.children[column].dataset.value ?? row.children[column].textContent;
        const rows = all("tbody tr", table);
        rows.sort((a, b) => {
          const [x, y] = [value(a), value(b)];
          const order = isNaN(x) || isNaN(y) ? x.localeCompare(y) : x - y;
          return down ? -order : order;
        });
        table.tBodies[0].append(...rows);
      });
    });
  }

  // Lines of the node under the pointer.
  for (const svg of all(".graph svg")) {
    const lines = all(".line", svg);
    const nodes = all(".node", svg);
    const clear = () => {
      svg.classList.remove("lit");
      for (const part of [...lines, ...nodes]) part.classList.remove("lit");
    };
    for (const node of nodes) {
      node.addEventListener("pointerenter", () => {
        clear();
        svg.classList.add("lit");
        node.classList.add("lit");
        for (const line of lines) {
          const ends = [line.dataset.from, line.dataset.to];
          if (!ends.includes(node.dataset.node)) continue;
          line.classList.add("lit");
          for (const end of ends) nodes[end].classList.add("lit");
        }
      });
      node.addEventListener("pointerleave", clear);
    }
  }

  // Filter.
  const filter = document.getElementById("filter");
  if (!filter) return;
  const rule = document.getElementById("rule");
  const text = document.getElementById("text");
  const status = document.getElementById("matches");
  const pressed = all("[aria-pressed]", filter);
  const wheels = all("details.wheel").map((wheel) => ({
    wheel,
    name: wheel.querySelector("summary").textContent.toLowerCase(),
    groups: all(".group", wheel).map((group) => ({
      group,
      title: group.querySelector(".title").textContent.toLowerCase(),
      findings: all(".finding", group).map((finding) => ({
        finding, words: finding.textContent.toLowerCase(),
      })),
    })),
  }));
  const total = all("details.wheel .finding").length;

  const apply = () => {
    const shown = new Set(
      pressed.filter((b) => b.getAttribute("aria-pressed") === "true").map((b) => b.dataset.severity),
    );
    const wanted = text.value.trim().toLowerCase();
    const active = wanted || rule.value || shown.size < pressed.length;
    let findings = 0;
    const matching = [];
    for (const { wheel, name, groups } of wheels) {
      let here = 0;
      const whole = name.includes(wanted);
      for (const { group, title, findings: parts } of groups) {
        const fits = shown.has(group.dataset.severity)
          && (!rule.value || rule.value === group.dataset.code);
        let left = 0;
        for (const { finding, words } of parts) {
          const fit = fits && (whole || title.includes(wanted) || words.includes(wanted));
          finding.hidden = !fit;
          if (fit) left += 1;
        }
        group.hidden = !left;
        here += left;
      }
      wheel.hidden = Boolean(active) && !here;
      if (here) matching.push(wheel);
      findings += here;
    }
    if (active && matching.length <= 5) for (const wheel of matching) wheel.open = true;
    status.textContent = active
      ? `${findings} of ${total} findings, in ${matching.length} of ${wheels.length} wheels`
      : "";
  };

  for (const button of pressed) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      apply();
    });
  }
  rule.addEventListener("change", apply);
  text.addEventListener("input", apply);
  document.getElementById("unfold").addEventListener("click", () => {
    for (const { wheel } of wheels) if (!wheel.hidden) wheel.open = true;
  });
  document.getElementById("fold").addEventListener("click", () => {
    for (const { wheel } of wheels) wheel.open = false;
  });
  filter.hidden = false;
})();
