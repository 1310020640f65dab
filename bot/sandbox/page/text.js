// Turns a message's text and entities into elements. Texts are untrusted: they become text nodes, nothing else, and
// an address becomes a link only when it is http or https.

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function icon(name) {
  const [svg, use] = ["svg", "use"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);
const PLAIN_TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote" };

// Entities may nest and overlap: the outermost one becomes an element around the rest, and whatever sticks out of it
// is woven again beside it. Blocks go outside inline ones. Offsets are UTF-16 units, as JavaScript counts.
export function weave(parent, text, from, to, entities) {
  const here = entities.filter((one) => one.offset < to && one.offset + one.length > from);
  const blocks = here.filter((one) => BLOCKS.has(one.type));
  const rest = blocks.length ? here.filter((one) => !BLOCKS.has(one.type)) : [];
  let at = from;
  for (const one of (blocks.length ? blocks : here).sort((a, b) => a.offset - b.offset || b.length - a.length)) {
    const start = Math.max(one.offset, at), end = Math.min(one.offset + one.length, to);
    if (start >= end) continue;
    if (start > at) weave(parent, text, at, start, rest);
    const { outer, inner } = entityNode(one, text.slice(start, end));
    weave(inner, text, start, end, here.filter((other) => other !== one));
    parent.append(outer);
    at = end + (BLOCKS.has(one.type) && end < to && text[end] === "\n");
  }
  if (at >= to) return;
  if (rest.length) weave(parent, text, at, to, rest);
  else parent.append(text.slice(at, to));
}

function entityNode(entity, text) {
  if (entity.type === "expandable_blockquote") return foldable();
  const node = inlineNode(entity, text);
  return { outer: node, inner: node };
}

function inlineNode(entity, text) {
  switch (entity.type) {
    case "text_link": return linkNode(entity.url, true);
    case "url": return linkNode(text, false);
    case "spoiler": return make("span", { class: "spoiler", role: "button", tabindex: 0, "aria-label": "Hidden text" });
    case "bot_command": return make("button", { class: "command", type: "button", "data-command": text });
    case "mention": case "hashtag": case "cashtag": case "email": case "phone_number": case "text_mention":
      return make("span", { class: "mark" });
    default: return make(PLAIN_TAGS[entity.type] ?? "span");
  }
}

export function webAddress(address) {
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function linkNode(address, named) {
  const href = webAddress(address ?? "");
  if (!href) return make("span");
  return make("a", { href, target: "_blank", rel: "noopener noreferrer", title: named && href });
}

function foldable() {
  const inner = make("div", { class: "folded-text" });
  const fold = make("button", { class: "fold", type: "button", role: "button", "aria-expanded": "false" }, icon("down"));
  fold.setAttribute("aria-label", "Show the whole quote");
  return { outer: make("blockquote", { class: "foldable" }, inner, fold), inner };
}

export function setFold(quote, open) {
  quote.classList.toggle("unfolded", open);
  const fold = quote.querySelector(".fold");
  fold.setAttribute("aria-expanded", open);
  fold.setAttribute("aria-label", open ? "Fold the quote" : "Show the whole quote");
}

// A quote that fits its three lines has nothing to unfold; that depends on the width, so it is measured.
export function measureFolds(root) {
  for (const quote of root.querySelectorAll(".foldable:not(.unfolded)")) {
    const inner = quote.querySelector(".folded-text");
    quote.classList.remove("short");
    quote.classList.toggle("short", inner.scrollHeight <= inner.clientHeight + 1);
  }
}

export function reveal(spoiler) {
  spoiler.classList.add("seen");
  for (const name of ["role", "tabindex", "aria-label"]) spoiler.removeAttribute(name);
}
