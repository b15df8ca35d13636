# case: raise
# case: cause
# case: lines
# case: top
# case: deep
# case: thread
# case: full-message
# case: bottom
# case: logger
# case: printed
# case: syntax
# case: exit
# case: no-message
# case: speculative
require 'json'
require 'logger'
$stdout.sync = true

class ShopError < StandardError; end

def begin_event(**said) = $stderr.puts("@@begin #{JSON.generate(said)}")
def about(error, **more)
  chain = []
  each = error
  while (each = each.cause) do chain << each.class.name end
  begin_event(exception: error.class.name, message: error.message, chain: chain, **more)
end
def end_event = $stderr.puts('@@end')

def parse(text) = Integer(text)
def load_order(n)
  parse("order #{n}")
rescue ArgumentError
  raise ShopError, "cannot load order #{n}"
end
def caught
  yield
rescue Exception => error
  error
end
def deep(n) = deep(n + 1)

puts 'order 1 accepted'
case ARGV[0]
when 'raise'
  begin_event(exception: 'ArgumentError', message: 'invalid value for Integer(): "x1"', chain: [])
  parse('x1')
when 'cause'
  about(caught { load_order(2) })
  load_order(2)
when 'lines'
  begin_event(exception: 'ShopError', message: "bad order:\n  id: 7\nplease check", chain: [])
  [1].each { raise ShopError, "bad order:\n  id: 7\nplease check" }
when 'top'
  begin_event(exception: 'RuntimeError', message: 'shop is closed', chain: [])
  raise 'shop is closed'
when 'deep'
  begin_event(exception: 'SystemStackError', message: 'stack level too deep', chain: [])
  deep(0)
when 'thread'
  begin_event(exception: 'ZeroDivisionError', message: 'divided by 0', chain: [])
  worker = Thread.new { 1 / 0 }
  caught { worker.join }
  end_event
when 'full-message'
  error = caught { load_order(3) }
  about(error); $stderr.puts error.full_message(highlight: false); end_event
  about(error); $stderr.puts error.full_message(highlight: true); end_event
when 'bottom'
  error = caught { parse('x2') }
  about(error); $stderr.puts error.full_message(highlight: false, order: :bottom); end_event
when 'logger'
  log = Logger.new($stderr)
  log.info('order 2 accepted')
  2.times { |n| error = caught { load_order(n) }; begin_event(exception: 'ShopError', message: error.message); log.error(error); end_event }
  log.info('order 3 accepted')
  begin_event(level: 'error'); log.error('stock is negative'); end_event
when 'printed'
  error = caught { load_order(4) }
  begin_event(exception: 'ShopError', message: 'cannot load order 4')
  $stderr.puts "#{error.class}: #{error.message}", error.backtrace; end_event
  puts 'order 5 accepted'
when 'syntax'
  File.write('broken.rb', "def x(\n  1 +\nend\n")
  begin_event(exception: 'SyntaxError')
  require './broken.rb'
when 'exit'
  begin_event(no_event: 'a message of its own'); abort 'no orders today'
when 'no-message'
  begin_event(exception: 'ShopError', chain: [])
  raise ShopError
when 'speculative'
  begin_event(no_event: 'lines that merely look like it')
  $stderr.puts "\tfrom the shop", 'shop.rb: closed (Sunday)', 'a letter (RuntimeError)'; end_event
end
puts 'order 9 accepted'
