// A file of its own: the content security policy allows no script inside the page.
import start from "./aegis.js";

start();
