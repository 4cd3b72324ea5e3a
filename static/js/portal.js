// The customers' pages: everything here only makes pleasant what works without it. What is asked for
// by nobody yet comes later (waking.js).
import "./times.js";
import { wake } from "./waking.js";

wake(() => import("./portal-awake.js").then((portal) => portal.ready));
