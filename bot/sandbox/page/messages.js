// The conversation: bubbles with their buttons, days between them, messages that follow each other joined.

import { richNode } from "./rich.js";
import { icon, make, measureFolds, reveal, setFold, weave, webAddress } from "./text.js";

const log = document.getElementById("log");
const JOIN_S = 600;

export const hue = (key) => `hue-${[...String(key)].reduce((sum, c) => (sum * 37 + c.codePointAt(0)) % 9973, 7) % 7}`;
const format = (options) => (at) => new Intl.DateTimeFormat("en-GB", options).format(new Date(at * 1000));
const clock = format({ hour: "2-digit", minute: "2-digit" });
const weekday = format({ weekday: "short" });
const shortDay = format({ day: "numeric", month: "short" });
const longDay = format({ weekday: "long", day: "numeric", month: "long" });
const dayOf = (at) => new Date(at * 1000).toDateString();
const daysAgo = (at) => Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at * 1000).setHours(0, 0, 0, 0)) / 864e5);
const dayName = (at) => ["Today", "Yesterday"][daysAgo(at)] ?? longDay(at);
export const listTime = (at) => (daysAgo(at) < 1 ? clock : daysAgo(at) < 7 ? weekday : shortDay)(at);

function messageNode(message, chat) {
  const channel = chat.kind === "channel";
  const side = message.mine ? "mine" : channel ? "post" : "theirs";
  const text = message.rich ? richNode(message.rich) : make("span", { class: "text" });
  if (!message.rich) weave(text, message.text, 0, message.text.length, message.entities ?? []);
  const body = make("div", { class: "body", dir: "auto" }, text, metaNode(message));
  const shown = !message.mine && chat.kind !== "private" && !channel;
  const name = make("div", { class: shown ? `name ${hue(message.from.id)}` : "unseen" }, message.from.name);
  const via = message.via && make("div", { class: "via" }, `via @${message.via}`);
  const bubble = make("div", { class: "bubble" }, name, ...[via, message.media && mediaNode(message.media)].filter(Boolean), body);
  const node = make("article", { class: `message ${side}`, "data-id": message.message_id, "data-from": message.from.id,
    "data-at": message.at }, bubble);
  if (message.keyboard?.length) node.append(keyboardNode(message.keyboard));
  return node;
}

// The size stands in the page before the picture is there, so that nothing jumps when it comes.
function mediaNode(media) {
  const { url, width, height } = media;
  if (media.kind === "photo") return make("a", { class: "photo", href: url, target: "_blank" }, make("img", { src: url, width, height, alt: "Photo" }));
  return make("a", { class: "file", href: url, download: media.name }, icon("down"), make("span", { dir: "auto" }, media.name),
    make("small", {}, `${Math.max(1, Math.round(media.size / 1024))} kB`));
}

function metaNode(message) {
  const time = make("time", { datetime: new Date(message.at * 1000).toISOString() }, clock(message.at));
  return make("span", { class: "meta" }, message.edited_at ? "edited " : "", time);
}

function keyboardNode(rows) {
  const buttons = (row, y) => row.map((button, x) => buttonNode(button, y, x));
  return make("div", { class: "keyboard" }, ...rows.map((row, y) => make("div", { class: "row" }, ...buttons(row, y))));
}

function buttonNode(button, row, column) {
  const href = button.kind === "url" && webAddress(button.url ?? "");
  const label = make("span", { dir: "auto" }, button.text);
  if (href) return make("a", { class: "key", href, target: "_blank", rel: "noopener noreferrer" }, label, icon("out"));
  return make("button", { class: "key", type: "button", "data-row": row, "data-column": column }, label);
}

const sameGroup = (a, b) => a?.dataset.from === b.dataset.from && dayOf(a.dataset.at) === dayOf(b.dataset.at)
  && Math.abs(b.dataset.at - a.dataset.at) < JOIN_S;
const neighbour = (node, way) => {
  do node = node[way]; while (node && !node.matches(".message"));
  return node;
};

// Puts the day above the first message of a day and joins messages that follow each other closely.
function settle(node) {
  if (!node) return;
  const before = neighbour(node, "previousElementSibling"), day = dayOf(node.dataset.at);
  const needsDay = !before || dayOf(before.dataset.at) !== day;
  if (node.previousElementSibling?.matches(".day")) node.previousElementSibling.remove();
  if (needsDay) node.before(make("div", { class: "day" }, make("span", {}, dayName(node.dataset.at))));
  node.classList.toggle("joined", !node.matches(".post") && sameGroup(before, node));
}

export const messageById = (id) => log.querySelector(`.message[data-id="${CSS.escape(id)}"]`);

// Shows a message of a chat: in its place among the others, or instead of what it said before.
export function put(message, chat) {
  const old = messageById(message.message_id), node = messageNode(message, chat);
  if (old) return replaceNode(old, node);
  const isLater = (one) => Number(one.dataset.id) > message.message_id;
  const later = log.lastElementChild && isLater(log.lastElementChild) && [...log.children].find(isLater);
  log.insertBefore(node, later || null);
  settle(node);
  settle(neighbour(node, "nextElementSibling"));
  return node;
}

// An edit keeps what the reader did: the quotes and details opened, the spoilers seen, the button in focus.
function replaceNode(old, node) {
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset : null;
  const seen = (one, index) => one.querySelectorAll(".spoiler")[index]?.matches(".seen");
  node.classList.toggle("joined", old.matches(".joined"));
  node.querySelectorAll(".foldable").forEach((quote, index) => {
    if (old.querySelectorAll(".foldable")[index]?.matches(".unfolded")) setFold(quote, true);
  });
  node.querySelectorAll("details").forEach((one, index) => {
    one.open = old.querySelectorAll("details")[index]?.open ?? one.open;
  });
  node.querySelectorAll(".spoiler").forEach((spoiler, index) => seen(old, index) && reveal(spoiler));
  old.replaceWith(node);
  if (focused?.row) node.querySelector(`[data-row="${focused.row}"][data-column="${focused.column}"]`)?.focus();
  return node;
}

export function removeMessage(id) {
  const node = messageById(id), next = node && neighbour(node, "nextElementSibling");
  if (node?.previousElementSibling?.matches(".day")) node.previousElementSibling.remove();
  node?.remove();
  settle(next);
}
