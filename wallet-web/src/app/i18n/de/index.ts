// German.

import type { Translation } from "..";
import { around } from "./around";
import { requests } from "./requests";
import { screens } from "./screens";
import { shell } from "./shell";
import { welcome } from "./welcome";

export const de: Translation = { ...shell, ...welcome, ...screens, ...requests, ...around };
