// What the service worker does with a push message and with a tap on its notification. It runs inside /sw.js, which
// is a module and imports this file for its listeners: no exports, `self.addEventListener(…)`, no importScripts.
