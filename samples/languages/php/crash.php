<?php
// case: uncaught
// case: previous
// case: lines
// case: type-error
// case: parse
// case: memory
// case: undefined
// case: warning
// case: logged
// case: nested-logged
// case: top
// case: speculative
ini_set('display_errors', '0');
ini_set('log_errors', '1');
ini_set('error_log', '');
function say(array $said) { fwrite(STDERR, '@@begin ' . json_encode($said) . "\n"); }
function done() { fwrite(STDERR, "@@end\n"); }
class ShopException extends RuntimeException {}
class Cart {
    function parse(string $text): int { if (!is_numeric($text)) throw new InvalidArgumentException("no number: $text"); return (int) $text; }
    function load(int $n) { try { $this->parse("order $n"); } catch (InvalidArgumentException $e) { throw new ShopException("cannot load order $n", 7, $e); } }
}
function caught(callable $act) { try { $act(); } catch (Throwable $e) { return $e; } }
echo "order 1 accepted\n";
$cart = new Cart();
switch ($argv[1]) {
    case 'uncaught': say(['exception' => 'InvalidArgumentException', 'message' => 'no number: x1', 'chain' => []]); $cart->parse('x1');
    case 'previous': say(['exception' => 'ShopException', 'message' => 'cannot load order 2', 'chain' => ['InvalidArgumentException']]); $cart->load(2);
    case 'lines': say(['exception' => 'ShopException', 'message' => "bad order:\n  id: 7\nplease check", 'chain' => []]); (function () { throw new ShopException("bad order:\n  id: 7\nplease check"); })();
    case 'type-error': say(['exception' => 'TypeError', 'chain' => []]); $cart->load('many');
    case 'parse': file_put_contents('broken.php', "<?php\nfunction (\n"); say(['exception' => 'ParseError']); require 'broken.php';
    case 'memory': say(['exception' => null]); ini_set('memory_limit', '8M'); $x = str_repeat('x', 100000000);
    case 'undefined': say(['exception' => 'Error', 'message' => 'Call to undefined function total()', 'chain' => []]); total();
    case 'warning': say(['no_event' => 'a warning']); echo $undefined; done(); break;
    case 'logged': for ($n = 0; $n < 2; $n++) { $e = caught(fn() => $cart->parse("y$n")); say(['exception' => 'InvalidArgumentException', 'message' => "no number: y$n", 'chain' => []]); error_log((string) $e); done(); } break;
    case 'nested-logged': $e = caught(fn() => $cart->load(5)); say(['exception' => 'ShopException', 'message' => 'cannot load order 5', 'chain' => ['InvalidArgumentException']]); error_log((string) $e); done(); break;
    case 'top': say(['exception' => 'Exception', 'message' => 'shop is closed', 'chain' => []]); throw new Exception('shop is closed');
    case 'speculative': say(['no_event' => 'lines that merely look like it']); fwrite(STDERR, "Stack trace:\nnone\n#0 is the first\nFatal error: none\n"); done(); break;
}
echo "order 9 accepted\n";
