// The same few records through one logger after another: records.js LOGGER
const which = process.argv[2];
const make = {
  pino: () => require("pino")({ name: "shop" }),
  bunyan: () => require("bunyan").createLogger({ name: "shop" }),
  winston: () => {
    const { createLogger, format, transports } = require("winston");
    const shape = format.combine(format.timestamp(), format.errors({ stack: true }), format.json());
    return createLogger({ format: shape, transports: [new transports.Console()] });
  },
};
const log = make[which]();

function fail() {
  throw new TypeError("no such coupon");
}

log.info("started");
try {
  fail();
} catch (error) {
  if (which === "winston") log.error("order failed", error);
  else log.error(error, "order failed");
}
log.warn("slow");
log.error("gateway refused");
