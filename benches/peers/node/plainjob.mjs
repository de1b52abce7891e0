// A turn of plainjob: `plainjob.mjs --dir … --durability normal|full --submitters 1
// --layout in-turn|apart --seconds 2`; the last line says what was done.
//
// in-turn: one thread submits as many jobs as there are submitters, each durable before the next,
// and then works them off by the calls that plainjob's worker makes, without the worker's waits.
// apart: a process submits, plainjob's own worker works in another one, and never waits to look.
//
// WAL and NORMAL are plainjob's own. FULL is set on its connection after it has set NORMAL.

import { fork } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

// The packages lie in the folder where this is started from.
const require = createRequire(path.join(process.cwd(), "package.json"));
const Database = require("better-sqlite3");
const { better, defineQueue, defineWorker } = require("plainjob");

const { values: asked } = parseArgs({
  options: {
    dir: { type: "string" },
    durability: { type: "string" },
    submitters: { type: "string" },
    layout: { type: "string" },
    seconds: { type: "string" },
    // What a process of `apart` submits instead of working.
    submit: { type: "boolean", default: false },
  },
});
const submitters = Number(asked.submitters);
const milliseconds = Number(asked.seconds) * 1000;
const silent = { error: console.error, warn() {}, info() {}, debug() {} };

function open() {
  const database = new Database(path.join(asked.dir, "peer.db"));
  const queue = defineQueue({ connection: better(database), logger: silent });
  database.pragma(`synchronous = ${asked.durability}`);
  return { database, queue };
}

const nothing = () => {};

function inTurn({ queue }) {
  let tasks = 0;
  const begun = performance.now();
  while (performance.now() - begun < milliseconds) {
    for (let n = 0; n < submitters; n += 1) queue.add("nothing", {});
    for (let n = 0; n < submitters; n += 1) {
      const claimed = queue.getAndMarkJobAsProcessing("nothing");
      nothing(queue.getJobById(claimed.id));
      queue.markJobAsDone(claimed.id);
    }
    tasks += submitters;
  }
  return { tasks, seconds: (performance.now() - begun) / 1000 };
}

async function apart({ queue }) {
  const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), "--submit"]);
  const said = (what) =>
    new Promise((resolve, reject) => {
      child.on("message", (message) => message[what] !== undefined && resolve(message[what]));
      child.on("exit", (code) => code !== 0 && reject(new Error("the submitter ended early")));
    });
  const count = said("count");
  await said("ready");
  const begun = performance.now();
  let done = 0;
  let wanted = Infinity;
  let finish;
  const finished = new Promise((resolve) => (finish = resolve));
  const look = () => done >= wanted && finish(performance.now());
  const worker = defineWorker("nothing", nothing, {
    queue,
    logger: silent,
    pollIntervall: 0,
    onCompleted() {
      done += 1;
      look();
    },
  });
  const working = worker.start();
  // While there is work the worker never yields; the word comes when it finds none, and sleeps for
  // no time at all.
  count.then((all) => {
    wanted = all;
    look();
  });
  const ended = await finished;
  await worker.stop();
  await working;
  return { tasks: done, seconds: (ended - begun) / 1000 };
}

function submit({ queue }) {
  process.send({ ready: true });
  let count = 0;
  const begun = performance.now();
  while (performance.now() - begun < milliseconds) {
    queue.add("nothing", {});
    count += 1;
  }
  process.send({ count }, () => process.exit(0));
}

const opened = open();
if (asked.submit) {
  submit(opened);
} else {
  const seen = asked.layout === "in-turn" ? inTurn(opened) : await apart(opened);
  const { database } = opened;
  const level = database.pragma("synchronous", { simple: true });
  const sqlite = database.prepare("SELECT sqlite_version()").pluck().get();
  const version = (name) => require(`${process.cwd()}/node_modules/${name}/package.json`).version;
  console.log(
    JSON.stringify({
      ...seen,
      synchronous: ["OFF", "NORMAL", "FULL", "EXTRA"][level],
      journal_mode: database.pragma("journal_mode", { simple: true }),
      version: `plainjob ${version("plainjob")}, better-sqlite3 ${version("better-sqlite3")}, SQLite ${sqlite}`,
    }),
  );
  process.exit(0);
}
