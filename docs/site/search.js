// Finds macros, functions and types by any part of their name. `cexNames` is in names.js:
// [name, kind, address] of each.
"use strict";

const box = document.getElementById("search");
const found = document.getElementById("found");
const kMost = 12;

// Names that begin with what was typed come first, then those that have it elsewhere.
function rank(name, typed) {
  const bare = name.replace(/^.*::/, "");
  if (bare.startsWith(typed) || name.startsWith(typed)) return 0;
  return name.includes(typed) ? 1 : 2;
}

function show() {
  found.replaceChildren();
  const typed = box.value.trim().toLowerCase();
  if (typed === "") return;
  const hits = cexNames
    .map((entry) => [rank(entry[0].toLowerCase(), typed), entry])
    .filter((hit) => hit[0] < 2)
    .sort((x, y) => x[0] - y[0] || x[1][0].length - y[1][0].length);
  for (const [, [name, kind, address]] of hits.slice(0, kMost)) {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = name;
    const item = document.createElement("li");
    item.append(link, " " + kind);
    found.append(item);
  }
  if (hits.length === 0) {
    const item = document.createElement("li");
    item.textContent = "nothing of that name";
    found.append(item);
  }
}

box.addEventListener("input", show);
box.addEventListener("keydown", (event) => {
  const first = found.querySelector("a");
  if (event.key === "Enter" && first !== null) location.href = first.href;
});
show();
