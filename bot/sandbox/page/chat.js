// The chat page of the local Telegram: lists the chats, shows one conversation, follows the server's events.
// Everything that comes from a chat is untrusted and reaches the page as text nodes only (see text.js).

import * as menu from "./commands.js";
import * as inline from "./inline.js";
import { hue, listTime, messageById, put, removeMessage } from "./messages.js";
import { icon, make, measureFolds, reveal, setFold } from "./text.js";

const $ = (id) => document.getElementById(id);
const log = $("log"), input = $("input"), pill = $("pill");
const state = { me: null, bot: null, chats: new Map(), seq: 0, open: null, online: false, loading: false, held: [] };
const unread = new Map(), drafts = new Map(), typing = new Map(); // by chat id: a count, a text, a timer
const TYPING_MS = 5500, TOAST_MS = 4500, RETRY_MS = 1500, NEAR_PX = 60;

/* Small tools */

async function api(path, body) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(path, body && { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The server answered ${response.status}`);
  return answer;
}

const chatPath = (id, rest) => `/api/chats/${encodeURIComponent(id)}/${rest}`;
const attempt = (work) => work.catch((error) => toast(error.message));

function toast(text) {
  const note = make("div", { class: "toast", dir: "auto" }, text);
  $("toasts").replaceChildren(note);
  setTimeout(() => note.remove(), TOAST_MS);
}

function alertBox(text) {
  $("alert-text").textContent = text;
  if (!$("alert").open) $("alert").showModal();
}

function avatar(chat) {
  const words = chat.title.match(/[\p{L}\p{N}]+/gu) ?? ["?"];
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...word][0] ?? "").join("");
  const whose = chat.kind === "private" ? state.bot.id : chat.id;
  return make("span", { class: `avatar ${hue(whose)}`, "aria-hidden": "true" }, letters.toUpperCase());
}

/* Scrolling: the log sticks to its end until the reader scrolls up */

let stuck = true, missed = 0;

function toEnd() {
  log.scrollTop = log.scrollHeight;
  showPill();
}

// A message taller than the window is shown from its start, so that a reader does not have to scroll back.
function follow(node) {
  if (!node.matches(".mine") && !stuck) missed += 1;
  else log.scrollTop = Math.min(log.scrollHeight, node.offsetTop - 12);
  showPill();
}

function showPill() {
  stuck = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
  if (stuck) missed = 0;
  pill.hidden = stuck;
  pill.classList.toggle("news", missed > 0);
  pill.firstElementChild.textContent = missed ? `${missed} new message${missed > 1 ? "s" : ""}` : "";
  pill.setAttribute("aria-label", missed ? pill.firstElementChild.textContent : "To the newest message");
}

/* The list of chats, the header and the composer */

function paintList() {
  const focused = document.activeElement?.dataset?.chat;
  const chats = [...state.chats.values()].sort((a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0));
  $("list").replaceChildren(...chats.map(chatLink));
  if (focused) $("list").querySelector(`[data-chat="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  const total = [...unread.values()].reduce((sum, one) => sum + one, 0);
  document.title = `${total ? `(${total}) ` : ""}${state.chats.get(state.open)?.title ?? "Chats"} · Local Telegram`;
}

function chatLink(chat) {
  const count = unread.get(chat.id) ?? 0, busy = typing.has(chat.id);
  const kind = make("span", { class: "kind", title: chat.kind }, icon(chat.kind === "supergroup" ? "group" : chat.kind));
  const last = busy ? "typing…" : chat.last?.text || (chat.last ? "" : "No messages yet");
  const badge = make("span", { class: "badge", hidden: count ? null : "", "aria-label": `${count} unread` }, `${count}`);
  const time = chat.last ? make("time", {}, listTime(chat.last.at)) : "";
  return make("a", { class: "chat", href: `#chat=${encodeURIComponent(chat.id)}`, "data-chat": chat.id,
    "aria-current": chat.id === state.open && "page" }, avatar(chat), kind,
    make("span", { class: "chat-title", dir: "auto" }, chat.title), time,
    make("span", { class: busy ? "last typing" : "last", dir: "auto" }, last), badge);
}

function paintHeader() {
  const chat = state.chats.get(state.open);
  $("who").textContent = state.online ? `You are ${state.me.name}` : "Connecting…";
  if (!chat) return;
  const fresh = !state.loading && !log.querySelector(".message"), starts = fresh && chat.kind === "private";
  $("face").replaceChildren(avatar(chat));
  $("title").textContent = chat.title;
  $("status").textContent = statusLine(chat);
  $("status").classList.toggle("typing", typing.has(chat.id));
  $("start").hidden = !chat.can_write || !starts;
  $("composer").hidden = !chat.can_write || starts;
  $("closed").hidden = chat.can_write;
  $("closed").textContent = chat.kind === "channel" ? "Only admins can post here" : "You cannot write here";
  paintWelcome(chat, fresh);
}

function statusLine(chat) {
  if (!state.online) return "Connecting…";
  if (typing.has(chat.id)) return chat.kind === "private" ? "typing…" : `${state.bot.name} is typing…`;
  const kind = { private: "bot", supergroup: "group" }[chat.kind] ?? chat.kind;
  return chat.username ? `${kind} · @${chat.username}` : kind;
}

function paintWelcome(chat, fresh) {
  $("welcome").hidden = !fresh;
  const text = chat.kind === "private" ? state.bot.description || "Press Start to talk to this bot."
    : "No messages here yet";
  $("welcome").replaceChildren(make("div", { class: "card" }, avatar(chat), make("h3", { dir: "auto" }, chat.title),
    make("p", { dir: "auto" }, text)));
}

function grow() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
  $("send").classList.toggle("ready", input.value.trim() !== "");
}

async function send(text) {
  const id = state.open;
  menu.hide();
  const message = await api(chatPath(id, "messages"), { text });
  if (id === state.open && !messageById(message.message_id)) arrive(message);
}

async function submit() {
  const text = input.value;
  if (!text.trim() || inline.query() !== null) return;
  write("");
  await send(text).catch((error) => {
    write(text);
    throw error;
  });
}

async function choose(query, result) {
  const message = await api(chatPath(state.open, `inline/${query}/choose`), { result });
  write("");
  inline.hide();
  if (message.chat_id === state.open && !messageById(message.message_id)) arrive(message);
}

// The button above inline results leads to the bot's own chat, to start it there with a parameter.
async function startWith(parameter) {
  const { id } = [...state.chats.values()].find((chat) => chat.kind === "private");
  write("");
  if (id !== state.open) await openChat(id);
  await send(`/start ${parameter}`);
}

function write(text) {
  input.value = text;
  grow();
}

/* Opening a chat */

const chatInAddress = () => new URLSearchParams(location.hash.slice(1)).get("chat");

async function openChat(id) {
  const chat = state.chats.get(id);
  if (state.open) drafts.set(state.open, input.value);
  Object.assign(state, { open: chat ? id : null, loading: Boolean(chat) });
  document.body.classList.toggle("talking", Boolean(chat));
  $("nothing").hidden = Boolean(chat);
  $("open").hidden = !chat;
  log.replaceChildren();
  menu.setCommands([], "");
  menu.hide();
  inline.hide();
  write(drafts.get(id) ?? "");
  paintList();
  paintHeader();
  if (chat) await load(id);
  if (chat && matchMedia("(hover: hover) and (pointer: fine)").matches) input.focus();
}

async function load(id) {
  const waiting = unread.get(id) ?? 0, first = !log.querySelector(".message"), wasStuck = stuck;
  Object.assign(state, { loading: true, held: [] });
  log.setAttribute("aria-busy", "true");
  const asked = ["messages?limit=200", "commands"].map((rest) => api(chatPath(id, rest)));
  const [{ messages }, { commands }] = await Promise.all(asked).finally(() => {
    if (state.open === id) state.loading = false;
  });
  if (state.open !== id) return;
  useCommands(commands);
  const kept = new Set(messages.map((one) => String(one.message_id)));
  log.querySelectorAll(".message").forEach((node) => kept.has(node.dataset.id) || removeMessage(node.dataset.id));
  messages.forEach((one) => put(one, state.chats.get(id)));
  measureFolds(log);
  if (first || wasStuck) toEnd();
  if (first && waiting) toUnread(waiting);
  state.held.splice(0).forEach(happen);
  log.setAttribute("aria-busy", "false");
  markRead();
  paintHeader();
}

// In a group a command names its bot, because there may be several.
function useCommands(commands) {
  menu.setCommands(commands, state.chats.get(state.open).kind === "private" ? "" : `@${state.bot.username}`);
}

function toUnread(count) {
  const theirs = [...log.querySelectorAll(".message:not(.mine)")];
  follow(theirs.at(-count) ?? theirs[0]);
}

function markRead() {
  if (!document.hidden) unread.delete(state.open);
  paintList();
}

/* What happens on the server */

function arrive(message) {
  if (messageById(message.message_id)) return;
  const node = put(message, state.chats.get(message.chat_id));
  node.classList.add("arriving");
  measureFolds(node);
  paintHeader();
  follow(node);
}

const reactions = {
  message({ chat_id: id, message }) {
    state.chats.get(id).last = { text: message.text, at: message.at };
    if (!message.mine) stopTyping(id);
    if (!message.mine && (id !== state.open || document.hidden)) unread.set(id, (unread.get(id) ?? 0) + 1);
    if (id === state.open) arrive(message);
    paintList();
  },
  edit({ chat_id: id, message }) {
    if (id === state.open) {
      const wasStuck = stuck;
      measureFolds(put(message, state.chats.get(id)));
      if (wasStuck) toEnd();
    }
    return refresh();
  },
  delete({ chat_id: id, message_id: messageId }) {
    if (id === state.open) removeMessage(messageId);
    return refresh();
  },
  typing({ chat_id: id }) {
    clearTimeout(typing.get(id));
    typing.set(id, setTimeout(stopTyping, TYPING_MS, id));
    paintList();
    paintHeader();
  },
  async commands() {
    if (state.open) useCommands((await api(chatPath(state.open, "commands"))).commands);
  },
  chat: refresh,
};

function stopTyping(id) {
  clearTimeout(typing.get(id));
  typing.delete(id);
  paintList();
  paintHeader();
}

function happen(event) {
  if (state.loading && event.chat_id === state.open) return state.held.push(event);
  const known = event.chat_id === undefined || state.chats.has(event.chat_id);
  return attempt(Promise.resolve((known ? reactions[event.type] : refresh)?.(event)));
}

async function refresh() {
  const fresh = await api("/api/state");
  inline.setBot(fresh.bot.inline ? fresh.bot.username : "");
  Object.assign(state, { me: fresh.me, bot: fresh.bot, chats: new Map(fresh.chats.map((chat) => [chat.id, chat])) });
  if (state.open && !state.chats.has(state.open)) location.hash = "";
  paintList();
  paintHeader();
  return fresh;
}

// A server that was started anew counts from zero: its number is taken over, and the chat is loaded again.
async function connect() {
  const known = state.me !== null, fresh = await refresh().catch(() => null);
  if (!fresh) return setTimeout(connect, RETRY_MS);
  state.seq = known ? Math.min(state.seq, fresh.seq) : fresh.seq;
  listen();
  if (!known) await attempt(openFirst());
  else if (state.open) await attempt(load(state.open));
}

function openFirst() {
  const inFront = [...state.chats.values()].find((chat) => chat.kind === "private");
  const wide = matchMedia("(min-width: 701px)").matches;
  if (wide && inFront && !chatInAddress()) history.replaceState(null, "", `#chat=${encodeURIComponent(inFront.id)}`);
  return openChat(chatInAddress());
}

function listen() {
  const stream = new EventSource(`/api/events?after=${state.seq}`);
  const online = (yes) => { state.online = yes; paintHeader(); };
  stream.onopen = () => online(true);
  stream.onmessage = (event) => {
    state.seq = Number(event.lastEventId) || state.seq;
    happen(JSON.parse(event.data));
  };
  stream.onerror = () => {
    stream.close();
    online(false);
    setTimeout(connect, RETRY_MS);
  };
}

/* What the reader does */

async function press(button) {
  if (button.hasAttribute("aria-busy")) return;
  const { row, column } = button.dataset, id = button.closest(".message").dataset.id;
  button.setAttribute("aria-busy", "true");
  const asked = api(chatPath(state.open, `messages/${id}/press`), { row: Number(row), column: Number(column) });
  const answer = await asked.finally(() => button.removeAttribute("aria-busy"));
  if (answer.timed_out) toast("The bot did not answer");
  else if (answer.text) (answer.show_alert ? alertBox : toast)(answer.text);
}

function turn(quote) {
  setFold(quote, !quote.matches(".unfolded"));
  quote.scrollIntoView({ block: "nearest" });
  showPill();
}

log.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  const spoiler = at(".spoiler:not(.seen)"), quote = at(".foldable:not(.short)");
  if (spoiler) {
    event.preventDefault();
    reveal(spoiler);
  } else if (at("[data-command]")) attempt(send(at("[data-command]").dataset.command));
  else if (at("[data-row]")) attempt(press(at("[data-row]")));
  else if (quote && !at("a") && (at(".fold") || getSelection().isCollapsed)) turn(quote);
});
log.addEventListener("keydown", (event) => {
  if (!event.target.matches(".spoiler") || !["Enter", " "].includes(event.key)) return;
  event.preventDefault();
  reveal(event.target);
});
log.addEventListener("focusin", ({ target }) => {
  const hidden = target.closest(".folded-text") && target.closest(".foldable:not(.unfolded):not(.short)");
  if (hidden) setFold(hidden, true);
});
log.addEventListener("scroll", showPill, { passive: true });
pill.addEventListener("click", toEnd);
new ResizeObserver(() => {
  const wasStuck = stuck;
  measureFolds(log);
  if (wasStuck) toEnd();
}).observe(log);

input.addEventListener("input", () => {
  grow();
  menu.offer();
  inline.offer();
});
input.addEventListener("keydown", (event) => {
  if (menu.key(event)) return grow();
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  attempt(submit());
});
$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(submit());
});
inline.onTools({
  ask: (query, offset) => attempt(api(chatPath(state.open, "inline"), { query, offset })),
  choose: (query, result) => attempt(choose(query, result)),
  start: (parameter) => attempt(startWith(parameter)),
});
menu.onChoice((line) => {
  grow();
  attempt(send(line));
});
$("start").addEventListener("click", () => attempt(send("/start")));
addEventListener("hashchange", () => attempt(openChat(chatInAddress())));
document.addEventListener("visibilitychange", markRead);
connect();
