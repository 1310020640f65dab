// Turns the blocks of a rich message into elements. Texts are untrusted: they become text nodes, as in text.js.

import { make, webAddress } from "./text.js";

const TAGS = { bold: "strong", italic: "em", code: "code", underline: "u", strikethrough: "s", marked: "mark",
  subscript: "sub", superscript: "sup" };

export const richNode = (blocks) => make("div", { class: "text rich" }, ...blocks.map(blockNode));

function blockNode(block) {
  switch (block.type) {
    case "heading": return make(`h${Math.min(6, block.size + 1)}`, { dir: "auto", class: `size-${block.size}` }, ...said(block.text));
    case "footer": return make("p", { dir: "auto", class: "small" }, ...said(block.text));
    case "divider": return make("hr");
    case "list": return listNode(block.items);
    case "blockquote": return make("blockquote", {}, ...block.blocks.map(blockNode));
    case "details": return make("details", { open: block.is_open ? "" : null },
      make("summary", { dir: "auto" }, ...said(block.summary)), ...block.blocks.map(blockNode));
    default: return make("p", { dir: "auto" }, ...said(block.text ?? ""));
  }
}

function listNode(items) {
  const ordered = items.some((item) => /\d/.test(item.label));
  return make(ordered ? "ol" : "ul", {}, ...items.map((item) => make("li", { dir: "auto" }, ...item.blocks.map(blockNode))));
}

function said(text) {
  if (Array.isArray(text)) return text.flatMap(said);
  return [typeof text === "string" ? text : inlineNode(text)];
}

function inlineNode(text) {
  const inner = said(text.text);
  if (text.type === "url") {
    const href = webAddress(text.url ?? "");
    return href ? make("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, ...inner) : make("span", {}, ...inner);
  }
  if (text.type === "bot_command") return make("button", { class: "command", type: "button", "data-command": text.text }, ...inner);
  if (text.type === "spoiler") {
    return make("span", { class: "spoiler", role: "button", tabindex: 0, "aria-label": "Hidden text" }, ...inner);
  }
  return TAGS[text.type] ? make(TAGS[text.type], {}, ...inner) : make("span", { class: "mark" }, ...inner);
}
