%% case: process
%% case: badmatch
%% case: server
%% case: proc-lib
%% case: supervisor
%% case: error-logger
-module(crash).
-behaviour(gen_server).
-export([main/0, init/1, handle_call/3, handle_cast/2, boom/1]).

say(Text) -> io:format(standard_error, "@@begin ~s~n", [Text]).
done() -> timer:sleep(300), io:format(standard_error, "@@end~n", []).

main() ->
    [Case | _] = init:get_plain_arguments(),
    process_flag(trap_exit, true),
    io:format(standard_error, "order 1 accepted~n", []),
    act(Case),
    io:format(standard_error, "order 2 accepted~n", []),
    halt(0).

boom(N) -> 1 / N.

act("process") ->
    say("{\"exception\": \"badarith\"}"), spawn(?MODULE, boom, [0]), done();
act("badmatch") ->
    say("{\"exception\": \"badmatch\"}"), spawn(fun() -> {ok, _} = {error, list_to_atom("enoent")} end), done();
act("server") ->
    {ok, Pid} = gen_server:start(?MODULE, [], []),
    say("{\"exception\": \"badarith\", \"then\": {\"line\": \"=CRASH\", \"exception\": \"error\"}}"), gen_server:cast(Pid, boom), done();
act("proc-lib") ->
    say("{\"exception\": \"error\", \"message\": \"no_stock\"}"), proc_lib:spawn(fun() -> error(no_stock) end), done();
act("supervisor") ->
    say("{\"exception\": \"exit\", \"message\": \"{no_stock,[1,2]}\"}"), proc_lib:spawn(fun() -> exit({no_stock, [1, 2]}) end), done();
act("error-logger") ->
    say("{\"exception\": null}"), error_logger:error_msg("stock is ~p~n", [negative]), done().

init(_) -> {ok, state}.
handle_call(_, _, S) -> {reply, ok, S}.
handle_cast(boom, S) -> boom(0), {noreply, S}.
