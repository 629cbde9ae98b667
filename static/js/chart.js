// The charts of a staff page.
import { drawSoon } from "./drawing.js";

drawSoon(document);
