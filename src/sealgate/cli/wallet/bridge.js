// Made from wallet-web/src/bridge by `npm run build:bridge`; do not edit.
var SealgateBridge = (function(exports) {
	Object.defineProperty(exports, Symbol.toStringTag, { value: "Module" });
	var UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
	var XAPP_ID = /^[A-Za-z0-9._-]{1,64}$/;
	var TX_HASH = /^[0-9A-F]{64}$/i;
	var ADDRESS = /^r[1-9A-HJ-NP-Za-km-z]{24,34}$/;
	var NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
	var BadMember = class extends Error {
		member;
		constructor(member) {
			super(member);
			this.member = member;
		}
	};
	/** Read a message of a page. Never throws, whatever `message` is. */
	function readCommand(message) {
		if (typeof message !== "string") return {
			ok: false,
			why: "not_json"
		};
		if (message.length > 65536) return {
			ok: false,
			why: "too_long"
		};
		const members = objectIn(message);
		const name = members?.["command"];
		if (members === null || typeof name !== "string" || !NAME.test(name)) return {
			ok: false,
			why: "not_json"
		};
		if (!isCommandName(name)) return {
			ok: false,
			why: "unknown",
			command: name
		};
		try {
			return {
				ok: true,
				command: READERS[name](new Members(members))
			};
		} catch (problem) {
			if (problem instanceof BadMember) return {
				ok: false,
				why: "bad_member",
				command: name,
				member: problem.member
			};
			throw problem;
		}
	}
	function isCommandName(name) {
		return Object.hasOwn(READERS, name);
	}
	function objectIn(text) {
		try {
			const value = JSON.parse(text);
			return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
		} catch {
			return null;
		}
	}
	/** The members of one message, each read by what it has to be. */
	var Members = class {
		all;
		constructor(all) {
			this.all = all;
		}
		matching(name, pattern) {
			const value = this.own(name);
			if (typeof value !== "string" || !pattern.test(value)) throw new BadMember(name);
			return value;
		}
		text(name, longest) {
			const value = this.own(name);
			if (typeof value !== "string" || value === "" || value.length > longest) throw new BadMember(name);
			return value;
		}
		/** Return a text, or nothing where the member is absent or null. */
		optionalText(name, longest) {
			const value = this.own(name);
			return value === void 0 || value === null ? void 0 : this.text(name, longest);
		}
		flag(name) {
			const value = this.own(name) ?? false;
			if (typeof value !== "boolean") throw new BadMember(name);
			return value;
		}
		/** Return a web address that a browser may be sent to: https, and nobody's name and password in it. */
		webAddress(name) {
			const text = this.text(name, 4096);
			if (!URL.canParse(text)) throw new BadMember(name);
			const url = new URL(text);
			if (url.protocol !== "https:" || url.username !== "" || url.password !== "") throw new BadMember(name);
			return url.href;
		}
		except(...names) {
			return Object.fromEntries(Object.entries(this.all).filter(([name]) => !names.includes(name)));
		}
		own(name) {
			return Object.hasOwn(this.all, name) ? this.all[name] : void 0;
		}
	};
	var READERS = {
		ready: () => ({ command: "ready" }),
		openSignRequest: (m) => ({
			command: "openSignRequest",
			uuid: m.matching("uuid", UUID_V4).toLowerCase()
		}),
		scanQr: () => ({ command: "scanQr" }),
		selectDestination: (m) => ({
			command: "selectDestination",
			ignoreDestinationTag: m.flag("ignoreDestinationTag")
		}),
		xAppNavigate: (m) => ({
			command: "xAppNavigate",
			xApp: m.matching("xApp", XAPP_ID),
			...withTitle(m.optionalText("title", 200)),
			data: m.except("command")
		}),
		openBrowser: (m) => ({
			command: "openBrowser",
			url: m.webAddress("url")
		}),
		txDetails: (m) => ({
			command: "txDetails",
			tx: m.matching("tx", TX_HASH).toUpperCase(),
			account: m.matching("account", ADDRESS)
		}),
		share: (m) => ({
			command: "share",
			text: m.text("text", 16384),
			...withTitle(m.optionalText("title", 200))
		}),
		close: (m) => ({
			command: "close",
			refreshEvents: m.flag("refreshEvents")
		}),
		kycVeriff: (m) => ({
			command: "kycVeriff",
			sessionUrl: m.webAddress("sessionUrl")
		}),
		requestInAppPurchase: (m) => ({
			command: "requestInAppPurchase",
			productId: m.text("productId", 200),
			productDescription: m.optionalText("productDescription", 1e3) ?? ""
		}),
		getLogs: () => ({ command: "getLogs" })
	};
	function withTitle(title) {
		return title === void 0 ? {} : { title };
	}
	// src/bridge/events.ts
	/** Return an event as it travels: a string. Pages ignore objects. */
	function writeEvent(event) {
		if (event.method === "selectDestination" && event.reason === "SELECTED") return JSON.stringify({
			...event,
			info: {
				...event.info,
				risk: event.info.danger
			}
		});
		return JSON.stringify(event);
	}
	// src/bridge/gates.ts
	/** At least this long after one message that was taken, the next one is taken; what comes between is dropped. */
	var MIN_SPACING_MS = 1500;
	/** A page that has to say `ready` and has not after this long is slow: the wallet tells whom to ask. */
	var SLOW_AFTER_MS = 1e4;
	/**
	* The gates in front of one document. They are passed in this order: the app has the permission; the page said `ready`,
	* or is loaded where it need not say so; the last message that was taken is 1500 ms ago. A message that is dropped
	* does not make the next one wait longer.
	*/
	var Gates = class {
		#permitted;
		#now;
		#open = false;
		#lastAt = -Infinity;
		/** @param now A clock that never goes back, in ms. */
		constructor(permissions, now) {
			this.#permitted = new Set(permissions.commands.map((name) => name.toUpperCase()));
			this.#now = now;
		}
		/** Whether the page has to say `ready` before it may ask for anything else. */
		get waitsForReady() {
			return this.#permitted.has("READY");
		}
		/** Whether the page is past `ready`, or past its load where it need not say `ready`. */
		get isOpen() {
			return this.#open;
		}
		/** How long it is until a message may come again, in ms. */
		get closedFor_ms() {
			return Math.max(0, this.#lastAt + MIN_SPACING_MS - this.#now());
		}
		/** The document has loaded. */
		loaded() {
			if (!this.waitsForReady) this.#open = true;
		}
		/** Pass a command, or say why not. One that passes makes the next one wait. */
		pass(name) {
			if (!this.#permitted.has(name.toUpperCase())) return { why: "not_permitted" };
			if (!this.#open && name !== "ready") return {
				why: "not_ready",
				waitsFor: this.waitsForReady ? "ready" : "load"
			};
			const now = this.#now();
			const waited_ms = now - this.#lastAt;
			if (waited_ms < 1500) return {
				why: "too_soon",
				waited_ms
			};
			this.#lastAt = now;
			if (name === "ready") this.#open = true;
			return null;
		}
	};
	// src/bridge/secrets.ts
	var SECRETS = [
		new RegExp(`(?:^|[^1-9A-Za-z])s[1-9A-HJ-NP-Za-km-z]{24,34}(?:$|[^1-9A-Za-z])`),
		/^(?:ED|00)[0-9A-F]{64}$/i,
		/^(?:\d{6}[\s,;:-]*){8}$/,
		/^[a-z]{2,8}(?:\s+[a-z]{2,8}){11,24}$/i,
		/\/pair\/[0-9a-f-]{36}\.[0-9a-f-]{36}/i,
		/[?#&]invitation=|^[a-z+]+:\/\/pair\b/i,
		/^(?:https?:\/\/[^/]+|[a-z+]+:\/)\/detect\/(?:secret|feature:(?:secret|offline-secret-numbers))/i
	];
	/** Tell whether what was scanned is, or gives away, a secret. */
	function isSecret(scanned) {
		const text = scanned.trim();
		return SECRETS.some((pattern) => pattern.test(text));
	}
	/** The commands that put something in front of the page: one at a time. */
	var OVERLAYS = /* @__PURE__ */ new Set([
		"openSignRequest",
		"scanQr",
		"selectDestination",
		"kycVeriff",
		"requestInAppPurchase",
		"getLogs"
	]);
	/**
	* The bridge to one document. A new launch needs a new one: answers that belong to the page before never reach the next.
	*
	* A handler that fails counts as the person having closed what was shown, so a page never waits for ever.
	*/
	var BridgeHost = class {
		#gates;
		#options;
		#transport;
		#stop;
		#timers = /* @__PURE__ */ new Set();
		#busy = false;
		#ended = false;
		constructor(transport, options) {
			this.#options = options;
			this.#transport = transport;
			this.#gates = new Gates(options.permissions, options.now ?? (() => performance.now()));
			this.#stop = transport.listen((message) => void this.#hear(message));
			if (this.#gates.waitsForReady) this.#later(SLOW_AFTER_MS, () => {
				if (!this.#gates.isOpen) options.onSlow?.();
			});
		}
		/** The document has loaded. */
		loaded() {
			this.#gates.loaded();
		}
		/** Tell the page that the wallet is on another network now. */
		switchNetwork(network) {
			this.#tell({
				method: "networkSwitch",
				network
			});
		}
		/** Hear and tell nothing more. */
		end() {
			this.#ended = true;
			this.#stop();
			for (const timer of this.#timers) clearTimeout(timer);
			this.#timers.clear();
		}
		async #hear(message) {
			if (this.#ended) return;
			const read = readCommand(message);
			if (!read.ok) {
				const { ok: _, ...malformed } = read;
				return this.#drop(malformed);
			}
			const { command } = read;
			const name = command.command;
			const overlay = OVERLAYS.has(name);
			if (overlay && this.#busy) return this.#drop({
				why: "busy",
				command: name
			});
			const closed = this.#gates.pass(name);
			if (closed !== null) return this.#drop({
				...closed,
				command: name
			});
			if (this.#options.handlers[name] === void 0) return this.#drop({
				why: "unsupported",
				command: name
			});
			if (overlay) this.#busy = true;
			try {
				const event = await this.#answer(command);
				if (event !== null) this.#tell(event);
			} catch (problem) {
				this.#drop({
					why: "failed",
					command: name,
					problem
				});
				const event = closedBy(command);
				if (event !== null) this.#tell(event);
			} finally {
				if (overlay) this.#busy = false;
			}
		}
		async #answer(command) {
			const { handlers } = this.#options;
			switch (command.command) {
				case "openSignRequest": return {
					method: "payloadResolved",
					reason: await handlers.openSignRequest(command),
					uuid: command.uuid
				};
				case "scanQr": return scanned(await handlers.scanQr(command));
				case "selectDestination": {
					const chosen = await handlers.selectDestination(command);
					if (chosen === null) return {
						method: "selectDestination",
						reason: "USER_CLOSE"
					};
					const { tag, ...untagged } = chosen.destination;
					return {
						method: "selectDestination",
						reason: "SELECTED",
						destination: command.ignoreDestinationTag || tag === void 0 ? untagged : {
							...untagged,
							tag
						},
						info: chosen.info
					};
				}
				case "kycVeriff": return {
					method: "kycVeriff",
					result: await handlers.kycVeriff?.(command)
				};
				case "getLogs": return {
					method: "getLogs",
					result: await handlers.getLogs?.(command)
				};
				case "requestInAppPurchase": return {
					method: "requestInAppPurchase",
					successPurchase: await handlers.requestInAppPurchase?.(command) ?? false
				};
				case "ready":
					await handlers.ready(command);
					return null;
				case "xAppNavigate":
					await handlers.xAppNavigate(command);
					return null;
				case "openBrowser":
					await handlers.openBrowser(command);
					return null;
				case "txDetails":
					await handlers.txDetails(command);
					return null;
				case "share":
					await handlers.share(command);
					return null;
				case "close":
					await handlers.close(command);
					return null;
			}
		}
		#tell(event) {
			const delay_ms = Math.max(250, this.#gates.closedFor_ms);
			this.#later(delay_ms, () => this.#transport.tell(writeEvent(event)));
		}
		#later(delay_ms, act) {
			if (this.#ended) return;
			const timer = setTimeout(() => {
				this.#timers.delete(timer);
				act();
			}, delay_ms);
			this.#timers.add(timer);
		}
		#drop(dropped) {
			this.#options.onDropped?.(dropped);
		}
	};
	function scanned(contents) {
		if (contents === null) return {
			method: "scanQr",
			reason: "USER_CLOSE"
		};
		if (isSecret(contents)) return {
			method: "scanQr",
			reason: "INVALID_QR"
		};
		return {
			method: "scanQr",
			reason: "SCANNED",
			qrContents: contents
		};
	}
	function closedBy(command) {
		switch (command.command) {
			case "openSignRequest": return {
				method: "payloadResolved",
				reason: "DECLINED",
				uuid: command.uuid
			};
			case "scanQr":
			case "selectDestination": return {
				method: command.command,
				reason: "USER_CLOSE"
			};
			case "requestInAppPurchase": return {
				method: "requestInAppPurchase",
				successPurchase: false
			};
			case "kycVeriff":
			case "getLogs": return {
				method: command.command,
				result: null
			};
			default: return null;
		}
	}
	// src/bridge/webview.ts
	var CHANNEL = "sealgate-bridge";
	/**
	* Give a page the object that pages of xApps look for. Runs in the page, before its own scripts, in the top frame alone.
	*
	* @param page The page's window.
	*/
	function installPage(page = window) {
		if (page !== page.top) return;
		const { document } = page;
		const Event = page.CustomEvent;
		const postMessage = (message) => {
			document.dispatchEvent(new Event(CHANNEL, { detail: String(message) }));
		};
		Object.defineProperty(page, "ReactNativeWebView", {
			value: Object.freeze({ postMessage }),
			enumerable: true
		});
	}
	/** The way from the isolated world to the page of the same document. */
	var WebViewTransport = class {
		#page;
		constructor(page = window) {
			this.#page = page;
		}
		listen(heard) {
			const listener = (event) => heard(event.detail);
			this.#page.document.addEventListener(CHANNEL, listener);
			return () => this.#page.document.removeEventListener(CHANNEL, listener);
		}
		/** Dispatch a `message` event on the window, as the web view of iOS does; the package listens there and on the document. */
		tell(text) {
			const { MessageEvent } = this.#page;
			this.#page.dispatchEvent(new MessageEvent("message", { data: text }));
		}
	};
	// src/bridge/terminal.ts
	/** Connect the document's page with the terminal. Runs in an isolated world, before the page's own scripts. */
	function connectTerminal(permissions, tell, page = window) {
		if (page !== page.top) return null;
		const waiting = /* @__PURE__ */ new Map();
		let asked = 0;
		const send = (told) => tell(JSON.stringify(told));
		const ask = (command) => new Promise((resolve, reject) => {
			asked += 1;
			waiting.set(asked, (result) => result === void 0 ? reject(/* @__PURE__ */ new Error("not answered")) : resolve(result));
			send({
				ask: asked,
				command
			});
		});
		const done = async (command) => void await ask(command);
		const handlers = {
			ready: done,
			openSignRequest: async (command) => await ask(command) === "SIGNED" ? "SIGNED" : "DECLINED",
			scanQr: async (command) => await ask(command),
			selectDestination: async (command) => await ask(command),
			xAppNavigate: done,
			openBrowser: done,
			txDetails: done,
			share: done,
			close: done
		};
		const host = new BridgeHost(new WebViewTransport(page), {
			permissions,
			handlers,
			onDropped: (dropped) => send({ dropped }),
			onSlow: () => send({ slow: true })
		});
		page.addEventListener("load", () => host.loaded());
		return {
			answer(number, result) {
				waiting.get(number)?.(result);
				waiting.delete(number);
			},
			switchNetwork: (network) => host.switchNetwork(network)
		};
	}
	exports.connectTerminal = connectTerminal;
	exports.installPage = installPage;
	return exports;
})({});
