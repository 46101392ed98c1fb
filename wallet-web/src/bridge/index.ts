// The bridge between an xApp and the wallet it runs in: what may be said, who may say it when, and two ways to say it.
//
// Owns the messages of wallet-api 8.4 and 8.5, the gates, and the wallet's end as a class. Offers `BridgeHost` with
// `FrameTransport` to a wallet in the browser, and what `sealgate wallet open-xapp --browser` puts into a page.
// Never signs, never shows anything, and never believes what a page says.

export * from "./commands";
export * from "./events";
export * from "./frame";
export * from "./gates";
export * from "./host";
export * from "./secrets";
export * from "./terminal";
export * from "./webview";
