// English, the language every other is measured by. Each part is its screens' own.

import { around } from "./around";
import { requests } from "./requests";
import { shell } from "./shell";
import { welcome } from "./welcome";

export const en = { ...shell, ...welcome, ...requests, ...around } as const;
