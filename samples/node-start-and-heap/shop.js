// A server that cannot listen, or that keeps all it allocates.
const http = require("http");
const cluster = require("cluster");
const { Worker, isMainThread } = require("worker_threads");
const [way, port, host = "127.0.0.1"] = process.argv.slice(2);

function listen() {
  return http.createServer((request, response) => response.end("ok")).listen(Number(port), host);
}

function keep() {
  const orders = [];
  for (;;) orders.push({ number: orders.length, items: ["tea", "mug", String(Math.random())] });
}

if (!isMainThread) keep();
else if (way === "thrown") listen();
else if (way === "printed") listen().on("error", (error) => { console.error(error); process.exitCode = 1; });
else if (way === "message") listen().on("error", (error) => console.error(`cannot start: ${error.message}`));
else if (way === "promise") new Promise((_, reject) => listen().on("error", reject));
else if (way === "cluster") {
  if (cluster.isPrimary) {
    cluster.fork();
    cluster.on("exit", (worker, code) => { console.log(`worker ended with ${code}`); process.exitCode = 1; });
  } else listen();
} else if (way === "objects") keep();
else if (way === "string") {
  const kept = [];
  for (let i = 0; ; i++) kept.push(Buffer.alloc(1e5, "x").toString("latin1") + i, JSON.stringify(new Array(5000).fill(i)).split(","));
} else if (way === "worker") new Worker(__filename, { argv: ["keep"], resourceLimits: { maxOldGenerationSizeMb: 20 } });
