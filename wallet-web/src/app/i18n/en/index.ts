// English, the language every other is measured by. Each part is its screens' own.

import { around } from "./around";
import { requests } from "./requests";
import { screens } from "./screens";
import { shell } from "./shell";
import { welcome } from "./welcome";

export const en = { ...shell, ...welcome, ...screens, ...requests, ...around } as const;
