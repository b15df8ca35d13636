# case: raise
# case: argument
# case: lines
# case: task
# case: server
# case: spawned
# case: throw
# case: exit
# case: printed
defmodule ShopError do
  defexception message: "cannot load order"
end

defmodule Cart do
  use GenServer
  def init(state), do: {:ok, state}
  def handle_cast(:boom, state), do: {:noreply, parse(state)}
  def parse(text), do: String.to_integer(text)
  def load(_), do: raise(ShopError, message: "no stock")
end

say = fn text -> IO.puts(:stderr, "@@begin " <> text) end
done = fn -> Process.sleep(400); IO.puts(:stderr, "@@end") end
IO.puts(:stderr, "order 1 accepted")

case System.argv() do
  ["raise"] -> say.(~s({"exception": "ShopError", "message": "no stock"})); Cart.load(1)
  ["argument"] -> say.(~s({"exception": "ArgumentError"})); Cart.parse("x1")
  ["lines"] -> say.(~s({"exception": "RuntimeError", "message": "bad order:\\n  id: 7\\nplease check"})); raise "bad order:\n  id: 7\nplease check"
  ["task"] -> say.(~s({"exception": "ShopError", "message": "no stock"})); Process.flag(:trap_exit, true); Task.async(fn -> Cart.load(2) end); done.()
  ["server"] -> {:ok, pid} = GenServer.start(Cart, "x2"); say.(~s({"exception": "ArgumentError"})); GenServer.cast(pid, :boom); done.()
  ["spawned"] -> say.(~s({"exception": "ShopError", "message": "no stock"})); spawn(fn -> Cart.load(3) end); done.()
  ["throw"] -> say.(~s({"exception": "throw", "message": ":no_stock"})); throw(:no_stock)
  ["exit"] -> say.(~s({"exception": "exit", "message": ":no_stock"})); exit(:no_stock)
  ["printed"] ->
    say.(~s({"exception": "ShopError", "message": "no stock"}))
    try do Cart.load(4) rescue e -> IO.puts(:stderr, Exception.format(:error, e, __STACKTRACE__)) end
    done.()
end

IO.puts(:stderr, "order 2 accepted")
