"use strict";

const SETTLED = 1000;
const WATCHING = 100;

const helpers = new Map();
let overview = null;
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

function show(node, text) {
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

function who(name) {
	const process = name === "application" ? overview?.application
		: overview?.contexts.find((context) => context.name === name)?.helper;
	const title = name === "application" ? "the application itself" : `the helper of ${name}`;
	return process ? `${title}, user ${process.uid}` : title;
}

// --- live

function makeHelper(context) {
	const article = document.getElementById("helper").content.cloneNode(true).firstElementChild;
	article.dataset.context = context.name;
	show(field(article, "name"), context.name);
	article.querySelector("table").setAttribute("aria-label", `Functions of ${context.name}, times in milliseconds`);
	document.getElementById("helpers").append(article);
	const button = element("button", { type: "button", class: "danger", "data-end": context.name },
		`End the helper of ${context.name}`);
	button.addEventListener("click", () => end(context.name, button));
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
	show(field(article, "state"), context.state);
	show(field(article, "user"), user(context.helper));
	show(field(article, "rights"), context.sandboxed ? `${rights(context.helper, context.capabilities)}, sandboxed`
		: rights(context.helper, context.capabilities));
	show(field(article, "pid"), context.pid === null ? "–" : String(context.pid));
	show(field(article, "count"), String(context.calls.reduce((sum, each) => sum + each.count, 0)));
	show(field(article, "restarts"), String(context.restarts));
	field(article, "recycled-row").hidden = context.recycled === 0;
	show(field(article, "recycled"), String(context.recycled));
	field(article, "spares-row").hidden = context.standby === 0;
	show(field(article, "spares"), `${context.spares} ready`);
	const failure = field(article, "failure");
	failure.hidden = context.state === "RUNNING" || (context.lastFailure === null && !context.needsRestart);
	show(failure, context.needsRestart
		? "No helper is left, and an application that has given up root cannot start one. Restart the demo."
		: context.lastFailure ?? "");
	showCalls(article.querySelector("tbody"), context.calls);
	const now = { state: context.state, pid: context.pid };
	if (helper.seen !== null && (helper.seen.state !== now.state || helper.seen.pid !== now.pid)) {
		note(context.name, helper.seen, now);
	}
	helper.seen = now;
}

function note(name, before, now) {
	const describe = (seen) => seen.pid === null ? seen.state : `${seen.state} ${seen.pid}`;
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
		overview = answer;
		const application = document.getElementById("application");
		show(field(application, "user"), user(overview.application));
		show(field(application, "rights"), rights(overview.application, []));
		show(field(application, "pid"), String(overview.application.pid));
		overview.contexts.forEach(showHelper);
		document.getElementById("unprivileged").hidden = overview.contexts.every((each) => each.mode === "process");
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

async function ask(path, options) {
	try {
		const response = await fetch(path, options);
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

function result(id, kind, badge, said, by) {
	const lines = [element("strong", { class: "badge" }, badge)];
	if (said) {
		lines.push(element("samp", {}, said));
	}
	if (by) {
		lines.push(element("span", { class: "by" }, by));
	}
	const area = document.getElementById(id);
	area.dataset.kind = kind;
	area.replaceChildren(...lines);
}

function failed(id, answer) {
	result(id, "refused", answer.status === 400 ? "Rejected" : "Failed", words(answer), "");
}

// the button keeps the focus, and cannot be pressed twice meanwhile
async function busy(button, action) {
	if (button.getAttribute("aria-disabled") === "true") {
		return;
	}
	button.setAttribute("aria-disabled", "true");
	try {
		await action();
	}
	finally {
		button.removeAttribute("aria-disabled");
	}
	refresh();
}

const TEXT = { "Content-Type": "text/plain;charset=UTF-8" };

async function readMessage() {
	const answer = await ask("api/motd");
	if (answer.ok) {
		document.getElementById("message").value = answer.body;
	}
	else {
		failed("motd-result", answer);
	}
	return answer.ok;
}

async function writeMessage() {
	const message = document.getElementById("message").value;
	const answer = await ask("api/motd", { method: "PUT", headers: TEXT, body: message });
	if (answer.ok) {
		result("motd-result", "allowed", "Written", "", `by ${who("motd")}`);
	}
	else {
		failed("motd-result", answer);
	}
}

async function parseOrder() {
	const text = document.getElementById("text").value;
	const answer = await ask("api/parse", { method: "POST", headers: TEXT, body: text });
	if (answer.ok) {
		result("order-result", "allowed", "An order", `${answer.body.quantity} × ${answer.body.item}`,
			`read by ${who("nobody")}`);
	}
	else {
		failed("order-result", answer);
	}
}

async function attempt(button) {
	const answer = await ask(button.dataset.attempt.slice(1), { method: "POST" });
	const id = button.getAttribute("aria-describedby");
	const by = `tried by ${who(button.dataset.who)}`;
	if (answer.status === 403) {
		result(id, "refused", "Refused", words(answer), by);
	}
	else if (answer.ok && answer.body.bindable === false) {
		result(id, "refused", "Refused", answer.body.reason, by);
	}
	else if (answer.ok) {
		result(id, "allowed", "Allowed", answer.body.message ?? `Port ${answer.body.port} was bound, and released`, by);
	}
	else {
		failed(id, answer);
	}
}

function processes(outcome) {
	const next = `; the next document: ${outcome.next}`;
	return outcome.before === outcome.after ? `process ${outcome.after} goes on${next}`
		: `process ${outcome.before ?? "–"} was replaced by ${outcome.after ?? "none"}${next}`;
}

async function readDocument(button) {
	const name = button.dataset.document;
	const application = button.dataset.by === "application";
	const answer = await ask(`api/documents/${name}${application ? "/by-application" : ""}`, { method: "POST" });
	const id = button.getAttribute("aria-describedby");
	if (!answer.ok) {
		failed(id, answer);
		return;
	}
	const outcome = answer.body;
	const order = outcome.order === null ? null : `${outcome.order.quantity} × ${outcome.order.item}`;
	const callers = name === "call" ? ` (${outcome.callers === 0 ? "nobody came" : `${outcome.callers} came`})` : "";
	const by = application ? `by ${who("application")}` : processes(outcome);
	if (name === "honest") {
		result(id, order === null ? "refused" : "allowed", order === null ? "Failed" : "An order", order ?? outcome.failure, by);
	}
	else if (order === null && outcome.callers === 0) {
		result(id, "allowed", "Came to nothing", outcome.failure + callers, by);
	}
	else {
		result(id, "refused", "The attack worked", (order ?? outcome.failure) + callers, by);
	}
}

async function end(name, button) {
	watchUntil = Date.now() + 5000;
	await busy(button, async () => {
		const answer = await ask(`api/helpers/${name}/end`, { method: "POST" });
		if (answer.ok) {
			result("end-result", "allowed", "Ended", words(answer), answer.body.last
				? "That was the last one. Restart the demo to have another." : "as the caller got to know it");
		}
		else {
			failed("end-result", answer);
		}
	});
}

function onSubmit(id, action) {
	const form = document.getElementById(id);
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		busy(form.querySelector("[type=submit]"), action);
	});
}

onSubmit("motd", writeMessage);
onSubmit("order", parseOrder);
document.getElementById("read").addEventListener("click", (event) => busy(event.currentTarget, async () => {
	if (await readMessage()) {
		result("motd-result", "allowed", "Read", "", `by ${who("motd")}`);
	}
}));
document.querySelectorAll("[data-attempt]").forEach((button) =>
	button.addEventListener("click", () => busy(button, () => attempt(button))));
document.querySelectorAll("[data-document]").forEach((button) => button.addEventListener("click", () => {
	watchUntil = Date.now() + 5000;
	busy(button, () => readDocument(button));
}));
document.addEventListener("visibilitychange", () => document.hidden || refresh());
readMessage();
poll();
