// case: throw
// case: type-error
// case: cause
// case: aggregate
// case: properties
// case: lines
// case: custom
// case: rejection
// case: rejection-value
// case: thrown-value
// case: syntax
// case: module
// case: listen
// case: event
// case: console
// case: console-label
// case: warning
// case: assert
// case: trace
// case: speculative
// case: log-lines
// case: deep-cause
'use strict';
const say = (what) => process.stderr.write('@@begin ' + JSON.stringify(what) + '\n');
const about = (error) => {
  const chain = [];
  for (let each = error.cause; each instanceof Error; each = each.cause) chain.push(each.constructor.name);
  const members = (error.errors || []).map((each) => each.constructor.name);
  say({ exception: error.constructor.name, message: error.message || null, chain, members });
};
const end = () => process.stderr.write('@@end\n');
const healthy = (n) => process.stdout.write(`order ${n} accepted\n`);
class PaymentError extends Error {
  constructor(message, options) { super(message, options); this.name = 'PaymentError'; this.code = 'E_PAY'; }
}
class StockFailure extends Error {}
function charge(n) {
  try { JSON.parse('{broken'); } catch (cause) { throw new PaymentError(`charge ${n} failed`, { cause }); }
}
const caught = (act) => { try { act(); } catch (error) { return error; } };
const acts = {
  throw() { const error = new RangeError('quantity must be positive'); about(error); throw error; },
  'type-error'() {
    say({ exception: 'TypeError', message: "Cannot read properties of undefined (reading 'id')", chain: [] });
    setTimeout(() => { const order = undefined; return order.id; }, 1);
  },
  cause() { const error = caught(() => charge(1)); about(error); throw error; },
  aggregate() {
    const error = new AggregateError([new Error('replica a down'), new RangeError('replica b lag')], 'all replicas failed');
    about(error); console.error(error); end();
    about(error); throw error;
  },
  properties() {
    const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { errno: -111, code: 'ECONNREFUSED', nested: { deep: [1, 2], text: 'a\nb' } });
    about(error); console.error(error); end(); healthy(2); about(error); throw error;
  },
  lines() { const error = new Error('bad order:\n  id: 7\nplease check'); about(error); throw error; },
  custom() { const error = new StockFailure('no stock'); say({ exception: 'StockFailure', message: 'no stock', chain: [] }); throw error; },
  rejection() { const error = new PaymentError('stock service said no'); about(error); Promise.reject(error); },
  'rejection-value'() {
    say({ exception: 'UnhandledPromiseRejection', chain: [] });
    Promise.reject('plain reason');
  },
  'thrown-value'() { say({ exception: null }); throw 'a string'; },
  syntax() { say({ exception: 'SyntaxError', chain: [] }); require('./broken.js'); },
  module() { say({ exception: 'Error', chain: [] }); require('left-pad-missing'); },
  listen() {
    const http = require('http');
    const one = http.createServer().listen(0, '127.0.0.1', () => {
      say({ exception: 'Error', chain: [] });
      http.createServer().listen(one.address().port, '127.0.0.1');
    });
  },
  event() {
    const error = new Error('socket gone');
    about(error); new (require('events'))().emit('error', error);
  },
  console() {
    for (let n = 0; n < 3; n++) { const error = caught(() => charge(n)); about(error); console.error(error); end(); healthy(n); }
    const error = caught(() => null.x); about(error); console.error(error.stack); end(); healthy(8);
    const two = new TypeError(); about(two); console.error(two); end(); about(two); console.error(two); end();
  },
  'console-label'() { const error = caught(() => charge(4)); about(error); console.error('upstream:', error); end(); },
  warning() { say({ exception: 'MaxListenersExceededWarning', no_event: 'a warning' }); const bus = new (require('events'))(); for (let n = 0; n < 11; n++) bus.on('x', () => {}); setTimeout(end, 50); },
  assert() { say({ exception: 'AssertionError', chain: [] }); require('assert').deepStrictEqual({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] }); },
  trace() { say({ no_event: 'a stack that nobody raised' }); console.trace('where am I'); end(); },
  speculative() {
    say({ no_event: 'lines that merely name errors' });
    process.stderr.write('Error: see the manual\n  at your leisure\nTypeError: 12 of them today\n    at the counter (door 3)\n'); end();
  },
  'log-lines'() {
    const log = (level, text) => process.stdout.write(`2026-11-22T10:40:26.3${level.length}7Z ${level} ${text}\n`);
    for (let n = 0; n < 2; n++) {
      log('info', `order ${n} accepted`);
      const error = caught(() => charge(n)); about(error); log('error', require('util').inspect(error)); end();
      const two = caught(() => undefined.id); about(two); log('error', 'checkout failed ' + two.stack); end();
    }
    log('info', 'order 7 accepted');
  },
  'deep-cause'() {
    const one = new Error('outer', { cause: new Error('middle', { cause: new TypeError('root') }) });
    about(one); console.error(one); end(); about(one); throw one;
  },
};
const act = process.argv[2];
if (act !== 'log-lines') healthy(1);
acts[act]();
