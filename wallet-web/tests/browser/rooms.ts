// The rooms below the screens, within reach of a test in a real browser.

import * as ledger from "../../src/ledger";
import * as vault from "../../src/vault";

Object.assign(globalThis, { ledger, vault });
