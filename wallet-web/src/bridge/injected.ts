// What `sealgate wallet open-xapp --browser` puts into every document, as one script for both worlds.

export { connectTerminal } from "./terminal";
export { installPage } from "./webview";
