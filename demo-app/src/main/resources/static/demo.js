"use strict";

const SETTLED = 1000;
const WATCHING = 100;
const APPLICATION = "application";

const helpers = new Map();
const users = new Map();
const pending = new Map();
let watchUntil = 0;
let asked = 0;
let shown = 0;

// text is set as text, never as HTML: what a file or a stranger says stays harmless
function element(name, attributes, ...children) {
	const made = document.createElement(name);
	Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
	made.append(...children);
	return made;
}

function field(parent, name) {
	return parent.querySelector(`[data-field="${name}"]`);
}

function write(node, text) {
	if (node.textContent !== text) {
		node.textContent = text;
	}
}

function milliseconds(value) {
	if (value === null) {
		return "–";
	}
	return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}

function rights(process, capabilities) {
	if (process === null) {
		return "–";
	}
	const mask = BigInt(`0x${process.effective}`);
	if (mask === 0n) {
		return "none";
	}
	const known = capabilities.join(", ");
	const hex = `0x${mask.toString(16)}`;
	return known === "" ? hex : `${known} (${hex})`;
}

function user(process) {
	return process === null ? "–" : String(process.uid);
}

// whose a result is, also when its helper has just ended
function who(name) {
	const title = name === APPLICATION ? "the application itself" : `helper of '${name}'`;
	return users.has(name) ? `${title}, user ${users.get(name)}` : title;
}

function remember(name, process) {
	if (process !== null) {
		users.set(name, process.uid);
	}
}

// --- live

function makeHelper(context) {
	const article = document.getElementById("helper").content.cloneNode(true).firstElementChild;
	article.dataset.context = context.name;
	write(field(article, "name"), context.name);
	article.querySelector("table").setAttribute("aria-label", `Functions of ${context.name}, times in milliseconds`);
	document.getElementById("helpers").append(article);
	const button = element("button", { type: "button", class: "danger", "data-end": context.name },
		`End the helper of ${context.name}`);
	button.addEventListener("click", () => {
		watch();
		run(button, "end-result", context.name, (signal) => end(context.name, signal));
	});
	document.getElementById("ends").append(button);
	return article;
}

// a long name of a class may be broken between its words
function breakable(name) {
	return name.split(/(?<=[a-z])(?=[A-Z])/).flatMap((word) => [word, element("wbr", {})]);
}

function showCalls(body, calls) {
	const rows = calls.map((each) => [
		each.function.replace(/^.*\./, ""),
		each.error === "none" ? "" : each.error,
		String(each.count), milliseconds(each.p50), milliseconds(each.p99)]);
	const text = JSON.stringify(rows);
	if (body.dataset.shown === text) {
		return;
	}
	body.dataset.shown = text;
	body.replaceChildren(...rows.map(([name, error, ...numbers]) => element("tr", {},
		element("th", { scope: "row" }, name, ...(error ? [element("small", {}, ...breakable(error))] : [])),
		...numbers.map((number) => element("td", {}, number)))));
}

function showHelper(context) {
	if (!helpers.has(context.name)) {
		helpers.set(context.name, { article: makeHelper(context), seen: null });
	}
	const helper = helpers.get(context.name);
	const article = helper.article;
	article.dataset.state = context.state;
	write(field(article, "state"), context.state);
	write(field(article, "user"), user(context.helper));
	write(field(article, "rights"), context.sandboxed ? `${rights(context.helper, context.capabilities)}, sandboxed`
		: rights(context.helper, context.capabilities));
	write(field(article, "pid"), context.pid === null ? "–" : String(context.pid));
	write(field(article, "count"), String(context.calls.reduce((sum, each) => sum + each.count, 0)));
	write(field(article, "restarts"), String(context.restarts));
	field(article, "recycled-row").hidden = context.recycled === 0;
	write(field(article, "recycled"), String(context.recycled));
	field(article, "spares-row").hidden = context.standby === 0;
	write(field(article, "spares"), `${context.spares} ready`);
	const failure = field(article, "failure");
	failure.hidden = context.state === "RUNNING" || (context.lastFailure === null && !context.needsRestart);
	write(failure, context.needsRestart
		? "No helper is left, and an application that has dropped root cannot start one. Restart the demo."
		: context.lastFailure ?? "");
	showCalls(article.querySelector("tbody"), context.calls);
	const now = { state: context.state, pid: context.pid };
	if (helper.seen !== null && (helper.seen.state !== now.state || helper.seen.pid !== now.pid)) {
		note(context.name, helper.seen, now);
	}
	helper.seen = now;
}

function note(name, before, now) {
	const describe = (seen) => `${seen.state}${seen.pid === null ? ", no process" : ` ${seen.pid}`}`;
	const time = new Date();
	document.getElementById("log").append(element("li", {},
		element("time", { datetime: time.toISOString() }, time.toTimeString().slice(0, 8)), " ",
		element("strong", {}, name), ` ${describe(before)} → ${describe(now)}`));
}

async function refresh() {
	const turn = ++asked;
	try {
		const response = await fetch("api/overview");
		if (!response.ok) {
			throw new Error(`status ${response.status}`);
		}
		const answer = await response.json();
		// one that was overtaken tells of the past
		if (turn < shown) {
			return;
		}
		shown = turn;
		remember(APPLICATION, answer.application);
		answer.contexts.forEach((context) => remember(context.name, context.helper));
		const application = document.getElementById("application");
		write(field(application, "user"), user(answer.application));
		write(field(application, "rights"), rights(answer.application, []));
		write(field(application, "pid"), String(answer.application.pid));
		answer.contexts.forEach(showHelper);
		document.getElementById("unprivileged").hidden = answer.contexts.every((each) => each.mode === "process");
		document.getElementById("offline").hidden = true;
	}
	catch (error) {
		document.getElementById("offline").hidden = false;
	}
}

async function poll() {
	if (!document.hidden) {
		await refresh();
	}
	setTimeout(poll, Date.now() < watchUntil ? WATCHING : SETTLED);
}

// --- results

async function ask(path, signal, options) {
	try {
		const response = await fetch(path, { ...options, signal });
		const text = await response.text();
		const json = (response.headers.get("Content-Type") ?? "").includes("json");
		return { ok: response.ok, status: response.status, body: json ? JSON.parse(text) : text };
	}
	catch (error) {
		return { ok: false, status: 0, body: { detail: "The application does not answer" } };
	}
}

function words(answer) {
	return answer.body?.detail ?? answer.body?.message ?? String(answer.body);
}

// green for what is as it must be, wherever it stands
function asItMustBe(badge, by, said, more) {
	return { kind: "good", badge, by, said, more };
}

function notAsItMustBe(badge, by, said, more) {
	return { kind: "bad", badge, by, said, more };
}

function failed(answer, by) {
	return answer.status === 400 ? { kind: "wait", badge: "Rejected", by, said: words(answer) }
		: notAsItMustBe("Failed", by, words(answer));
}

function show(area, result) {
	const lines = [element("strong", { class: "badge" }, result.badge), element("span", { class: "by" }, result.by)];
	if (result.said) {
		lines.push(element("samp", {}, result.said));
	}
	if (result.more) {
		lines.push(element("span", { class: "more" }, result.more));
	}
	area.dataset.kind = result.kind;
	area.replaceChildren(...lines);
}

// What is asked for last in a row is what the row shows: it takes the place of what is
// pending there, whose answer is not shown any more. The button keeps the focus, and
// pressing it again meanwhile changes nothing.
async function run(button, id, by, action) {
	const before = pending.get(id);
	if (before?.button === button) {
		return;
	}
	before?.button.removeAttribute("aria-disabled");
	before?.controller.abort();
	const turn = { button, controller: new AbortController() };
	pending.set(id, turn);
	button.setAttribute("aria-disabled", "true");
	const area = document.getElementById(id);
	show(area, { kind: "pending", badge: "Running", by: who(by) });
	const result = await action(turn.controller.signal);
	if (pending.get(id) === turn) {
		pending.delete(id);
		button.removeAttribute("aria-disabled");
		show(area, result);
	}
	refresh();
}

const TEXT = { "Content-Type": "text/plain;charset=UTF-8" };

async function readMessage(signal) {
	const message = document.getElementById("message");
	const before = message.value;
	const answer = await ask("api/motd", signal);
	if (!answer.ok) {
		return failed(answer, who("motd"));
	}
	if (message.value !== before) {
		return asItMustBe("Read", who("motd"), null, "The text that you typed meanwhile is kept.");
	}
	if (!signal.aborted) {
		message.value = answer.body;
	}
	return asItMustBe("Read", who("motd"));
}

// Once, unasked: a click or a word that is typed supersedes it, and only a failure is shown.
async function readFirst() {
	const turn = { button: document.createElement("button"), controller: new AbortController() };
	pending.set("motd-result", turn);
	document.getElementById("message").addEventListener("input", () => turn.controller.abort(), { once: true });
	const result = await readMessage(turn.controller.signal);
	if (pending.get("motd-result") === turn) {
		pending.delete("motd-result");
		if (result.kind !== "good" && !turn.controller.signal.aborted) {
			show(document.getElementById("motd-result"), result);
		}
	}
}

async function writeMessage(signal) {
	const message = document.getElementById("message").value;
	const answer = await ask("api/motd", signal, { method: "PUT", headers: TEXT, body: message });
	return answer.ok ? asItMustBe("Written", who("motd")) : failed(answer, who("motd"));
}

async function parseOrder(signal) {
	const text = document.getElementById("text").value;
	const answer = await ask("api/parse", signal, { method: "POST", headers: TEXT, body: text });
	return answer.ok ? asItMustBe("An order", who("nobody"), `${answer.body.quantity} × ${answer.body.item}`)
		: failed(answer, who("nobody"));
}

async function attempt(button, signal) {
	const answer = await ask(button.dataset.attempt.slice(1), signal, { method: "POST" });
	const by = who(button.dataset.who);
	const refusal = answer.status === 403 ? words(answer) : answer.body?.bindable === false ? answer.body.reason : null;
	if (refusal === null && !answer.ok) {
		return failed(answer, by);
	}
	const judge = (refusal === null) === (button.dataset.must === "work") ? asItMustBe : notAsItMustBe;
	return refusal === null
		? judge("Allowed", by, answer.body.message ?? `Port ${answer.body.port} was bound, and released`)
		: judge("Refused", by, refusal);
}

function processes(outcome) {
	const next = `the next document: ${outcome.next}`;
	return outcome.before === outcome.after ? `process ${outcome.after} goes on; ${next}`
		: `process ${outcome.before ?? "–"} was replaced by ${outcome.after ?? "none"}; ${next}`;
}

async function readDocument(button, signal) {
	const name = button.dataset.document;
	const path = `api/documents/${name}${button.dataset.by === APPLICATION ? "/by-application" : ""}`;
	const answer = await ask(path, signal, { method: "POST" });
	const by = who(button.dataset.by);
	if (!answer.ok) {
		return failed(answer, by);
	}
	const outcome = answer.body;
	const order = outcome.order === null ? null : `${outcome.order.quantity} × ${outcome.order.item}`;
	const callers = name === "call" ? ` (${outcome.callers === 0 ? "nobody came" : `${outcome.callers} came`})` : "";
	const more = button.dataset.by === APPLICATION ? null : processes(outcome);
	if (name === "honest") {
		return order === null ? notAsItMustBe("Failed", by, outcome.failure, more) : asItMustBe("An order", by, order, more);
	}
	if (order !== null || outcome.callers > 0) {
		return notAsItMustBe("The attack worked", by, (order ?? outcome.failure) + callers, more);
	}
	// a late reply shows nothing about the sandbox, and a file that is not XML was read
	const readsFile = name === "passwd" || name === "secret";
	return readsFile && !outcome.failure.endsWith("(No such file or directory)")
		? notAsItMustBe("Failed", by, outcome.failure, more)
		: asItMustBe("The attack failed", by, outcome.failure + callers, more);
}

// a whole file would be too long
function shortened(text) {
	return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

async function callTool(button, signal) {
	const name = button.dataset.tool;
	const path = `api/tools/${name}${button.dataset.by === APPLICATION ? "/by-application" : ""}`;
	const answer = await ask(path, signal, { method: "POST" });
	const by = who(button.dataset.by);
	if (!answer.ok) {
		return failed(answer, by);
	}
	const { tool, arguments: sent, reply } = answer.body;
	const said = `${tool} ${sent} → ${shortened(reply)}`;
	if (name === "honest") {
		return reply.startsWith("Cannot read") ? notAsItMustBe("Failed", by, said) : asItMustBe("A page", by, said);
	}
	// anything but this answer may be what the attack was for
	return reply === "Cannot read '/etc/passwd'" ? asItMustBe("The attack failed", by, said)
		: notAsItMustBe("The attack worked", by, said);
}

async function end(name, signal) {
	const by = who(name);
	const answer = await ask(`api/helpers/${name}/end`, signal, { method: "POST" });
	return answer.ok ? asItMustBe("Ended", by, words(answer), answer.body.last
		? "That was the last one. Restart the demo to have another." : "This is what its caller was told.")
		: failed(answer, by);
}

// what takes a while is watched closely
function watch() {
	watchUntil = Date.now() + 5000;
}

function onSubmit(id, by, action) {
	const form = document.getElementById(id);
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		run(form.querySelector("[type=submit]"), `${id}-result`, by, action);
	});
}

onSubmit("motd", "motd", writeMessage);
onSubmit("order", "nobody", parseOrder);
document.getElementById("read").addEventListener("click",
	(event) => run(event.currentTarget, "motd-result", "motd", readMessage));
document.querySelectorAll("[data-attempt]").forEach((button) => button.addEventListener("click",
	() => run(button, button.getAttribute("aria-describedby"), button.dataset.who, (signal) => attempt(button, signal))));
document.querySelectorAll("[data-document]").forEach((button) => button.addEventListener("click", () => {
	watch();
	run(button, button.getAttribute("aria-describedby"), button.dataset.by, (signal) => readDocument(button, signal));
}));
document.querySelectorAll("[data-tool]").forEach((button) => button.addEventListener("click", () => {
	watch();
	run(button, button.getAttribute("aria-describedby"), button.dataset.by, (signal) => callTool(button, signal));
}));
document.addEventListener("visibilitychange", () => document.hidden || refresh());
readFirst();
poll();
