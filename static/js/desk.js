// The staff's pages: everything here only makes pleasant what works without it. What is asked for by
// nobody yet comes later (waking.js).
import "./times.js";
import "./live.js";
import "./reading.js";
import { wake } from "./waking.js";

// The browser may show notices: it has to know which are new, even if nobody ever moves here.
if (globalThis.Notification?.permission === "granted") import("./notices.js");
wake(() => import("./desk-awake.js").then((desk) => desk.ready));
